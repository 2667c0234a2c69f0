"""One document's counters, recounted, beside what it holds: the drift, and the write that ends it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from shared.documents.entries import DocumentWrite
from shared.documents.paths import Path
from shared.domain.contribution import MONTHLY, ORDER_COUNTERS, Cell, Tally

FieldPath = tuple[str, ...]
"""("totalOrders",), or ("days", "20", "totalOrders")."""

COUNTERS: Mapping[Tally, tuple[str, ...]] = {
    Tally.STORE: (*ORDER_COUNTERS, "itemSales", "registeredCustomers", "newCustomers"),
    Tally.PRODUCT: ("totalOrders", "totalSales"),
    Tally.COUPON: ("timesUsed", "totalSalesAmount"),
    Tally.COUPON_MONTH: ("timesUsed", "totalSalesAmount"),
    Tally.CUSTOMER: ORDER_COUNTERS,
}
"""Every counter that a document of each kind may hold."""

TIMES = ("firstOrderAt", "lastOrderAt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One counter that is not what the ledger says; `day` is the row's key, None for a total."""

    path: Path
    counter: str
    day: str | None
    expected: int | None
    actual: int | None

    def shown(self) -> dict[str, Any]:
        """Return it as the report has it."""
        day = {"day": self.day} if self.day is not None else {}
        amounts = {"expected": self.expected, "actual": self.actual}
        return {"document": "/".join(self.path), "counter": self.counter, **day, **amounts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """One document: what its counters must be, and its fields as they are; none where it is missing.

    Args:
        tally: whose counters they are.
        path: where the document is.
        expected: the counters by field path; absent ones are 0.
        found: the document's fields.
        shards: the fields of further documents whose counters are added to this one's.
        labels: fields that the document has beside its counters.
        times: for a customer, first and last order in microseconds since 1970; None and 0 without orders.
    """

    tally: Tally
    path: Path
    expected: Mapping[FieldPath, int]
    found: Mapping[str, Any]
    shards: Sequence[Mapping[str, Any]] = ()
    labels: Mapping[str, Any] = field(default_factory=dict)
    times: tuple[int | None, int] | None = None


def field_paths(cell: Cell) -> tuple[FieldPath, ...]:
    """Return where a cell is counted in its document."""
    if cell.tally in MONTHLY:
        return (cell.counter,), ("days", f"{cell.day.day:02}", cell.counter)
    return ((cell.counter,),)


def drift_of(document: Recounted) -> list[Drift]:
    """Return the counters and times of the document that are not what they must be."""
    actual = _counters(document)
    drift = []
    for path in sorted(document.expected.keys() | actual.keys()):
        expected, found = document.expected.get(path, 0), actual.get(path, 0)
        if expected != found:
            day = path[1] if len(path) > 1 else None
            drift.append(
                Drift(path=document.path, counter=path[-1], day=day, expected=expected, actual=found)
            )
    if document.times is not None:
        # Nothing and zero say the same: that there is no order.
        for name, time in zip(TIMES, document.times, strict=True):
            stored = _number(document.found.get(name))
            if (time or 0) != stored:
                drift.append(
                    Drift(path=document.path, counter=name, day=None, expected=time, actual=stored or None)
                )
    return drift


def correction(document: Recounted, drift: list[Drift]) -> DocumentWrite:
    """Return the blind write that adds what is missing: right also after events that came meanwhile."""
    write = DocumentWrite(path=document.path)
    write.fields.update(
        {name: value for name, value in document.labels.items() if document.found.get(name) is None}
    )
    for counter in COUNTERS[document.tally]:
        # Queries sort by them, and pass over documents without them.
        write.increment(counter, by=0)
    if document.tally is Tally.CUSTOMER:
        write.maximums["lastOrderAt"] = 0
        write.increment("version", by=1)
    for one in drift:
        if one.counter not in TIMES:
            path = (one.counter,) if one.day is None else ("days", one.day, one.counter)
            write.increment(*path, by=(one.expected or 0) - (one.actual or 0))
    return write


def _counters(document: Recounted) -> Counter[FieldPath]:
    names = COUNTERS[document.tally]
    counters: Counter[FieldPath] = Counter()
    for fields in (document.found, *document.shards):
        counters.update({(name,): _number(fields.get(name)) for name in names})
        if document.tally in MONTHLY:
            for day, row in fields.get("days", {}).items():
                counters.update({("days", day, name): _number(row.get(name)) for name in names})
    return counters


def _number(value: Any) -> int:
    """Return a counter's value; to an increment, what is no number is 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return 0
    return int(value)
