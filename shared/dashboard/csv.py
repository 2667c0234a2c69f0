"""The dashboard's figures as CSV: one row for each figure, the same as on the screen."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

_HEADER = ("section", "id", "name", "figure", "value")
_RISKY = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
_LISTS = (
    ("dailyTrend", "date", "", ("totalSales", "totalOrders")),
    ("salesByProduct", "productId", "productName", ("totalSales", "totalOrders", "percentage")),
    ("salesByCoupon", "couponCode", "", ("timesUsed", "totalSalesAmount")),
)
"""Sections that are lists: where a row has its id and its name, and its figures."""

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
    for section, key, name, figures in _LISTS:
        for row in view[section]:
            for figure in figures:
                yield section, row[key], row[name] if name else "", figure, row[figure]


def _figures(section: str, values: Mapping[str, Any]) -> Iterator[_Row]:
    return ((section, "", "", figure, value) for figure, value in values.items())


def _harmless(cell: object) -> object:
    # A spreadsheet runs text that starts like a formula (OWASP, CSV injection).
    if isinstance(cell, str) and cell.startswith(_RISKY):
        return f"'{cell}"
    return cell
