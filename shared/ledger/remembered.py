"""The records that this instance read or wrote within the last minute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock

from cachetools import TTLCache

from shared.documents.entries import Record
from shared.documents.paths import Path
from shared.domain.customer import Registration
from shared.domain.order import OrderFacts

_MOST_WEIGHT = 50_000
_REMEMBERED_S = 60.0


class RememberedRecords:
    """Remembers the records of orders. Safe to share between threads.

    Facts only grow: what an outdated record knows is known, and a write that adds to it loses its
    precondition. So an outdated record never counts wrong.
    """

    def __init__(self) -> None:
        self._known: TTLCache[Path, Record] = TTLCache(_MOST_WEIGHT, _REMEMBERED_S, getsizeof=record_weight)
        self._lock = Lock()

    def find(self, paths: Iterable[Path]) -> dict[Path, Record]:
        """Return those of the records that are remembered."""
        with self._lock:
            return {path: self._known[path] for path in paths if path in self._known}

    def keep(self, records: Mapping[Path, Record]) -> None:
        """Remember the records."""
        with self._lock:
            for path, record in records.items():
                # Increments by orders move a customer's version all the time: not worth remembering.
                if isinstance(record.facts, OrderFacts):
                    self._known[path] = record


def record_weight(record: Record) -> int:
    """Return the weight of the facts, and 1 for each arrival."""
    return weight(record.facts) + len(record.arrivals)


def weight(facts: OrderFacts | Registration) -> int:
    """Return 1 for the facts themselves, and 1 for each item of the order, each refund and its lines."""
    if not isinstance(facts, OrderFacts):
        return 1
    items = len(facts.snapshot.items) if facts.snapshot else 0
    return 1 + items + sum(1 + len(refund.lines) for refund in facts.refunds.values())
