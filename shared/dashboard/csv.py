"""The dashboard as CSV: a row for each figure that the page shows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from shared.domain.figures import COUPON, PRODUCT, TREND

_HEADER = ("section", "id", "name", "figure", "value")
_RISKY = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
_LISTS = (
    ("dailyTrend", "date", "", TREND),
    ("salesByProduct", "productId", "productName", PRODUCT),
    ("salesByCoupon", "couponCode", "", COUPON),
)
"""Each list of the dashboard: which fields hold the id and the name of a row, and its figures."""

_Row = tuple[str, str, str, str, object]


def write_csv(view: Mapping[str, Any]) -> str:
    """Return the dashboard as CSV (RFC 4180), with the columns section, id, name, figure and value."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADER)
    writer.writerows([_harmless(cell) for cell in row] for row in _rows(view))
    return out.getvalue()


def _rows(view: Mapping[str, Any]) -> Iterator[_Row]:
    yield from _figures(
        "store", {name: view[name] for name in ("storeId", "currency", "timezone", "generatedAt")}
    )
    yield from _figures("period", view["period"])
    yield from _figures("summary", view["summary"])
    if comparison := view.get("comparison"):
        yield from _figures("comparisonPeriod", comparison["period"])
        yield from _figures("comparison", comparison["summary"])
        for name, change in comparison["change"].items():
            yield from _figures("comparisonChange", change, name)
    for section, key, name, figures in _LISTS:
        for row in view[section]:
            shown = {figure.key: row[figure.key] for figure in figures}
            yield from _figures(section, shown, row[key], row[name] if name else "")


def _figures(section: str, values: Mapping[str, Any], key: str = "", name: str = "") -> Iterator[_Row]:
    return ((section, key, name, figure, value) for figure, value in values.items())


def _harmless(cell: object) -> object:
    # A spreadsheet runs text that starts like a formula (OWASP, CSV injection).
    if isinstance(cell, str) and cell.startswith(_RISKY):
        return f"'{cell}"
    return cell
