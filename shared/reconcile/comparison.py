"""Compare the counters of one document with a recount: the drift, and the write that repairs it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from shared.documents.paths import FieldPath, Path, counter_paths
from shared.documents.store import DocumentWrite
from shared.domain.tallies import CUSTOMERS, Row, Tally

ORDER_TIMES = ("firstOrderAt", "lastOrderAt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One counter that differs from the ledger; `day` is the key of its row, None for a total."""

    path: Path
    counter: str
    day: str | None
    expected: int | None
    actual: int | None

    def shown(self) -> dict[str, Any]:
        """Return the drift as a report shows it."""
        day = {"day": self.day} if self.day is not None else {}
        amounts = {"expected": self.expected, "actual": self.actual}
        return {"document": "/".join(self.path), "counter": self.counter, **day, **amounts}

    @classmethod
    def read(cls, shown: Mapping[str, Any]) -> Drift:
        """Return the drift that a report shows; the inverse of `shown`."""
        return cls(
            path=tuple(shown["document"].split("/")),
            counter=shown["counter"],
            day=shown.get("day"),
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
            day = path[1] if len(path) > 1 else None
            drift.append(
                Drift(path=document.path, counter=path[-1], day=day, expected=expected, actual=found)
            )
    if document.times is not None:
        # None and 0 both mean that there is no order.
        for name, time in zip(ORDER_TIMES, document.times, strict=True):
            stored = number(document.found.get(name))
            if (time or 0) != stored:
                drift.append(
                    Drift(path=document.path, counter=name, day=None, expected=time, actual=stored or None)
                )
    return drift


def correction(document: Recounted, drift: list[Drift]) -> DocumentWrite:
    """Return the blind write that adds what is missing; adding commutes with what events add meanwhile."""
    write = DocumentWrite(path=document.path)
    write.fields.update(
        {name: value for name, value in document.labels.items() if document.found.get(name) is None}
    )
    write.ensure(*document.tally.counters)
    if document.tally is CUSTOMERS:
        write.maximums["lastOrderAt"] = 0
        write.count_version()
    for one in drift:
        if one.counter not in ORDER_TIMES:
            path = (one.counter,) if one.day is None else ("days", one.day, one.counter)
            write.increment(*path, by=(one.expected or 0) - (one.actual or 0))
    return write


def counters_in(tally: Tally, fields: Mapping[str, Any]) -> Counter[FieldPath]:
    """Return the counters in the fields of a document."""
    counters: Counter[FieldPath] = Counter({(name,): number(fields.get(name)) for name in tally.counters})
    if tally.is_monthly:
        for day, row in fields.get("days", {}).items():
            counters.update({("days", day, name): number(row.get(name)) for name in tally.counters})
    return counters


def number(value: Any) -> int:
    """Return the value of a counter. What is no number is 0, as Firestore's increment takes it."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return 0
    return int(value)
