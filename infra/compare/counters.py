"""Read another system's monthly counters from CSV or JSON. Pure.

A row holds the counters of one store and month, under the names of the dashboard's summary. Leave out what
the other system does not have. Amounts are in major units, as the dashboard shows them:

    month,totalSales,totalOrders,totalCompletedOrders
    2026-11,14210.50,120,100

    [{"storeId": "s-1", "month": "2026-11", "totalSales": "14210.50", "totalOrders": 120}]
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from shared.domain.figures import SUMMARY, Figure, Kind
from shared.domain.period import Month
from shared.domain.tallies import STORE_MONTHS
from shared.messages.validation import shorten

FIGURES: Mapping[str, Figure] = {
    figure.key: figure for figure in SUMMARY if figure.key in STORE_MONTHS.counters
}
"""What can be compared: the dashboard's counters of a month. Its other figures follow from them, or from
earlier months."""

MOST_PROBLEMS = 20
_LARGEST = Decimal(10) ** 15


class CountersUnreadable(Exception):
    """The file can't be compared as it is; the text names each place, what was expected and what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldMonth:
    """What the other system counted for a store and month: {figure: amount}, money in major units."""

    store_id: str
    month: Month
    figures: Mapping[str, Decimal]


def is_money(figure: str) -> bool:
    """Tell whether the figure is an amount of money; the others are counts."""
    return FIGURES[figure].kind is Kind.MONEY


def read_counters(data: bytes, store_id: str | None) -> list[OldMonth]:
    """Return the counters, by store and month.

    Args:
        data: the file's content: JSON if it begins as a list or an object, else CSV with a header.
        store_id: the store of all rows; None where each names its own as `storeId`.

    Raises:
        CountersUnreadable: correct the places that the text names.
    """
    problems: list[str] = []
    found: dict[tuple[str, Month], OldMonth] = {}
    for place, row in _rows(data):
        try:
            old = _read_row(row, store_id)
            if (old.store_id, old.month) in found:
                raise ValueError(f"expected one row for store {old.store_id!r} and {old.month}, got another")
            found[old.store_id, old.month] = old
        except ValueError as error:
            problems.append(f"{place}: {error}")
    if problems:
        more = [f"and {len(problems) - MOST_PROBLEMS} more"] if len(problems) > MOST_PROBLEMS else []
        raise CountersUnreadable("\n".join([*problems[:MOST_PROBLEMS], *more]))
    if not found:
        raise CountersUnreadable("expected a row for each month, got none")
    return sorted(found.values(), key=lambda old: (old.store_id, old.month))


def _rows(data: bytes) -> Iterable[tuple[str, Mapping[str, Any]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CountersUnreadable(f"expected UTF-8, got {error.reason} at byte {error.start}") from error
    return _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text)


def _json_rows(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        rows = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise CountersUnreadable(f"expected JSON, got something else: {error}") from error
    for n, row in enumerate(rows if isinstance(rows, list) else [rows]):
        if not isinstance(row, dict):
            raise CountersUnreadable(f"[{n}]: expected an object, got {shorten(row)}")
        yield f"[{n}]", {name: value for name, value in row.items() if value is not None}


def _csv_rows(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if "month" not in header:
            raise CountersUnreadable(
                f"line 1: expected a header with the column month, separated by commas, got {shorten(header)}"
            )
        for cells in reader:
            if not cells:
                continue
            place = f"line {reader.line_num}"
            if len(cells) != len(header):
                raise CountersUnreadable(f"{place}: expected {len(header)} cells, got {len(cells)}")
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            yield place, {name: cell for name, cell in row.items() if cell}
    except csv.Error as error:
        raise CountersUnreadable(
            f"line {reader.line_num}: expected CSV, got something else: {error}"
        ) from error


def _read_row(row: Mapping[str, Any], store_id: str | None) -> OldMonth:
    rest = dict(row)
    named, month = rest.pop("storeId", store_id), rest.pop("month", None)
    if not isinstance(named, str):
        raise ValueError(
            f"storeId: expected the store's id, got {_got(named)}; STORE=… names one for all rows"
        )
    if store_id is not None and named != store_id:
        raise ValueError(f"storeId: expected {store_id!r} in all rows, got {named!r}")
    if unknown := sorted(rest.keys() - {*FIGURES}):
        raise ValueError(f"{unknown[0]}: expected one of {', '.join(FIGURES)}")
    if not rest:
        raise ValueError(f"expected at least one of {', '.join(FIGURES)}, got none")
    return OldMonth(
        store_id=named,
        month=_read_month(month),
        figures={figure: _read_amount(figure, rest[figure]) for figure in FIGURES if figure in rest},
    )


def _read_month(value: object) -> Month:
    try:
        month = Month.parse(str(value))
    except ValueError:
        month = None
    if month is None or str(month) != value:
        raise ValueError(f"month: expected a month such as 2026-11, got {_got(value)}")
    return month


def _read_amount(figure: str, value: object) -> Decimal:
    expected = "an amount such as 1234.50" if is_money(figure) else "a whole number"
    try:
        amount = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    is_right = amount.is_finite() and abs(amount) <= _LARGEST
    if not is_right or (not is_money(figure) and amount != amount.to_integral_value()):
        raise ValueError(f"{figure}: expected {expected}, got {_got(value)}")
    return amount


def _got(value: object) -> str:
    return "nothing" if value is None else shorten(value)
