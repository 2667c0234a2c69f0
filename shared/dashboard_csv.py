"""The dashboard's figures as CSV: one row for each figure, the same as on the screen."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

_HEADER = ("section", "id", "name", "figure", "value")
_RISKY = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
_Row = tuple[str, str, str, str, object]


def write_csv(view: Mapping[str, Any]) -> str:
    """Return the dashboard as CSV (RFC 4180) with the columns section, id, name, figure, value."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADER)
    writer.writerows([_harmless(cell) for cell in row] for row in _rows(view))
    return out.getvalue()


def _rows(view: Mapping[str, Any]) -> Iterator[_Row]:
    for figure in ("storeId", "currency", "timezone", "generatedAt"):
        yield "store", "", "", figure, view[figure]
    yield from _figures("period", view["period"])
    yield from _figures("summary", view["summary"])
    if comparison := view.get("comparison"):
        yield from _figures("comparisonPeriod", comparison["period"])
        yield from _figures("comparison", comparison["summary"])
        for name, change in comparison["change"].items():
            for figure in ("value", "percent"):
                yield "comparisonChange", name, "", figure, change[figure]
    for day in view["dailyTrend"]:
        for figure in ("totalSales", "totalOrders"):
            yield "dailyTrend", day["date"], "", figure, day[figure]
    for product in view["salesByProduct"]:
        for figure in ("totalSales", "totalOrders", "percentage"):
            yield "salesByProduct", product["productId"], product["productName"], figure, product[figure]
    for coupon in view["salesByCoupon"]:
        for figure in ("timesUsed", "totalSalesAmount"):
            yield "salesByCoupon", coupon["couponCode"], "", figure, coupon[figure]


def _figures(section: str, values: Mapping[str, Any]) -> Iterator[_Row]:
    return ((section, "", "", figure, value) for figure, value in values.items())


def _harmless(cell: object) -> object:
    # A spreadsheet runs text that starts like a formula (OWASP, CSV injection).
    if isinstance(cell, str) and cell.startswith(_RISKY):
        return f"'{cell}"
    return cell
