"""The dashboard as CSV and as an Excel workbook: a row for each figure that the page shows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO, StringIO
from typing import Any

from shared.domain.figures import COUPON, PRODUCT, REFUNDS, TREND, Figure

_HEADER = ("section", "id", "name", "figure", "value")
_WIDTHS = (18, 24, 32, 22, 16)
_FORMULA = re.compile(r"(^|[;\t\r\n])([ \"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""The start of a formula, also after a separator.

Where ";" separates, a spreadsheet does not heed our commas and quotes: a row is cut at each ";" and line end.
"""

_List = tuple[str, str, str, str, tuple[Figure, ...]]
"""The section of a list, its field, the fields that hold the id and the name of a row, and its figures."""

_LISTS: tuple[_List, ...] = (
    ("dailyTrend", "dailyTrend", "date", "", TREND),
    ("trend", "trend", "date", "", TREND),
    ("hourly", "hourly", "startsAt", "hour", TREND),
    ("salesByProduct", "salesByProduct", "productId", "productName", PRODUCT),
    ("salesByCoupon", "salesByCoupon", "couponCode", "", COUPON),
)
"""Each list that the dashboard may have."""

_COMPARED_LISTS: tuple[_List, ...] = (
    ("comparisonTrend", "trend", "date", "", TREND),
    ("comparisonHourly", "hourly", "startsAt", "hour", TREND),
)
"""Each list that its comparison may have."""

_Row = tuple[str, str, str, str, object]


def write_csv(view: Mapping[str, Any]) -> str:
    """Return the dashboard as CSV (RFC 4180), with the columns section, id, name, figure and value."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADER)
    writer.writerows([_harmless(cell) for cell in row] for row in _rows(view))
    return out.getvalue()


def write_xlsx(view: Mapping[str, Any]) -> bytes:
    """Return the dashboard as an Excel workbook with the rows of the CSV; its text is never a formula."""
    # Imported here: few readers export a workbook.
    from xlsxwriter import Workbook

    out = BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Dashboard")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, _HEADER, book.add_format({"bold": True}))
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        for row, cells in enumerate(_rows(view), start=1):
            sheet.write_row(row, 0, cells)
    return out.getvalue()


def _rows(view: Mapping[str, Any]) -> Iterator[_Row]:
    yield from _figures(
        "store", {name: view[name] for name in ("storeId", "currency", "timezone", "generatedAt")}
    )
    yield from _figures("period", view["period"])
    yield from _figures("summary", view["summary"])
    if comparison := view.get("comparison"):
        yield from _figures("comparisonPeriod", comparison["period"])
        if up_to := comparison.get("upTo"):
            yield from _figures("comparisonPeriod", {"upTo": up_to})
            yield from _figures("comparisonCurrent", comparison["current"])
        yield from _figures("comparison", comparison["summary"])
        for name, change in comparison["change"].items():
            yield from _figures("comparisonChange", change, name)
        yield from _lists(comparison, _COMPARED_LISTS)
        yield from _refunds("comparisonRefundsByRefundDay", comparison)
    yield from _lists(view, _LISTS)
    yield from _refunds("refundsByRefundDay", view)
    if others := view["otherProducts"]:
        yield from _figures("otherProducts", others)
    if "nextCursor" in view:
        yield from _figures("page", {"nextCursor": view["nextCursor"] or ""})


def _lists(of: Mapping[str, Any], lists: Iterable[_List]) -> Iterator[_Row]:
    for section, field, key, name, figures in lists:
        for row in of.get(field, ()):
            shown = {figure.key: row[figure.key] for figure in figures}
            yield from _figures(section, shown, row[key], row[name] if name else "")


def _refunds(section: str, of: Mapping[str, Any]) -> Iterator[_Row]:
    if refunds := of.get("refundsByRefundDay"):
        yield from _figures(section, {"refundedAmount": refunds["refundedAmount"]})
        yield from _lists(refunds, [(section, "days", "date", "", REFUNDS)])


def _figures(section: str, values: Mapping[str, Any], key: str = "", name: str = "") -> Iterator[_Row]:
    return ((section, key, name, figure, value) for figure, value in values.items())


def _harmless(cell: object) -> object:
    # A spreadsheet runs text that starts like a formula (OWASP, CSV injection).
    if isinstance(cell, str):
        text = _FORMULA.sub(r"\1\2'", cell)
        return f"'{text}" if text.startswith(("\t", "\r", "\n")) else text
    return cell
