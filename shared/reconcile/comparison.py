"""Compare the counters of one document with a recount: the drift, and the write that repairs it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from shared.documents.paths import FieldPath, Path, counter_fields, counter_paths
from shared.documents.store import DocumentWrite
from shared.domain.tallies import CUSTOMERS, Row, Tally

_ROW_KEYS = ("day", "hour")
_ROWS = ("", "days", "hours")
"""The field with the rows, by how many keys a row has."""

ORDER_TIMES = ("firstOrderAt", "lastOrderAt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One counter that differs from the ledger; `row` is the key of its day, or day and hour, or empty."""

    path: Path
    counter: str
    row: tuple[str, ...] = ()
    expected: int | None
    actual: int | None

    def shown(self) -> dict[str, Any]:
        """Return the drift as a report shows it."""
        row = dict(zip(_ROW_KEYS, self.row, strict=False))
        amounts = {"expected": self.expected, "actual": self.actual}
        return {"document": "/".join(self.path), "counter": self.counter, **row, **amounts}

    @classmethod
    def read(cls, shown: Mapping[str, Any]) -> Drift:
        """Return the drift that a report shows; the inverse of `shown`."""
        return cls(
            path=tuple(shown["document"].split("/")),
            counter=shown["counter"],
            row=tuple(shown[name] for name in _ROW_KEYS if name in shown),
            expected=shown["expected"],
            actual=shown["actual"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """One document: what its counters must be, and the fields it has.

    Args:
        tally: the kind of document.
        path: where it is.
        expected: the recounted counters by field path; absent ones are 0.
        found: the fields of the document, empty where it is missing.
        labels: the fields that the document has beside its counters.
        times: of a customer, first and last order in microseconds since 1970; None and 0 without orders.
    """

    tally: Tally
    path: Path
    expected: Mapping[FieldPath, int]
    found: Mapping[str, Any]
    labels: Mapping[str, Any] = field(default_factory=dict)
    times: tuple[int | None, int] | None = None


def count(expected: Counter[FieldPath], row: Row, amounts: Mapping[str, int]) -> None:
    """Add the amounts of a row to the counters of its document."""
    for counter, amount in amounts.items():
        for path in counter_paths(row, counter):
            expected[path] += amount


def drift_of(document: Recounted) -> list[Drift]:
    """Return the counters and order times that differ from the recount."""
    actual = counters_in(document.tally, document.found)
    drift = []
    for path in sorted(document.expected.keys() | actual.keys()):
        expected, found = document.expected.get(path, 0), actual.get(path, 0)
        if expected != found:
            drift.append(
                Drift(path=document.path, counter=path[-1], row=path[1:-1], expected=expected, actual=found)
            )
    if document.times is not None:
        # None and 0 both mean that there is no order.
        for name, time in zip(ORDER_TIMES, document.times, strict=True):
            stored = number(document.found.get(name))
            if (time or 0) != stored:
                drift.append(Drift(path=document.path, counter=name, expected=time, actual=stored or None))
    return drift


def correction(document: Recounted, drift: list[Drift]) -> DocumentWrite:
    """Return the blind write that adds what is missing; adding commutes with what events add meanwhile."""
    write = DocumentWrite(path=document.path)
    write.fields.update(
        {name: value for name, value in document.labels.items() if document.found.get(name) is None}
    )
    write.ensure(*document.tally.totals)
    if document.tally is CUSTOMERS:
        write.maximums["lastOrderAt"] = 0
        write.count_version()
    for one in drift:
        if one.counter not in ORDER_TIMES:
            rows = (_ROWS[len(one.row)], *one.row) if one.row else ()
            write.increment(*rows, one.counter, by=(one.expected or 0) - (one.actual or 0))
    return write


def counters_in(tally: Tally, fields: Mapping[str, Any]) -> Counter[FieldPath]:
    """Return the counters in the fields of a document."""
    return Counter({path: number(value) for path, value in counter_fields(tally, fields)})


def number(value: Any) -> int:
    """Return the value of a counter. What is no number is 0, as Firestore's increment takes it."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return 0
    return int(value)
