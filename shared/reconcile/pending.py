"""A store's tallies with its pending deltas, as they will be once those are folded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.documents.deltas import COLLECTION, FIELD, total
from shared.documents.entries import Record
from shared.documents.paths import Path, store_path
from shared.documents.store import DocumentWrite
from shared.domain.period import Month
from shared.domain.tallies import Tally
from shared.reconcile.comparison import number
from shared.reconcile.lifetimes import FIRST, LAST
from shared.reconcile.store_snapshot import Fields, StoreSnapshot


class WithDeltas:
    """A store's documents at one instant, where each tally has what pending deltas add to it.

    Costs a read for each pending delta, of which only the sum is held.
    """

    def __init__(self, stored: StoreSnapshot, store_id: str) -> None:
        self._stored = stored
        store = store_path(store_id)
        deltas = stored.between((*store, COLLECTION), FIRST, LAST)
        self._added = total(store, (fields[FIELD] for _, fields in deltas))

    def orders(self, month: Month) -> Iterator[Record]:
        return self._stored.orders(month)

    def refunded_in(self, month: Month) -> Iterator[Record]:
        return self._stored.refunded_in(month)

    def orders_of(self, tally: Tally, ids: Sequence[str]) -> Iterator[Record]:
        return self._stored.orders_of(tally, ids)

    def registrations(self, start: datetime, end: datetime) -> Iterator[tuple[Fields, Record]]:
        return self._stored.registrations(start, end)

    def last_ordered(self, start: datetime, end: datetime) -> Iterator[Fields]:
        return self._stored.last_ordered(start, end)

    def found(self, paths: Collection[Path]) -> dict[Path, Fields]:
        found = self._stored.found(paths)
        for path in paths:
            if added := self._added.get(path):
                found[path] = _with(found.get(path, {}), added)
        return found

    def between(self, parent: Path, low: str, high: str) -> Iterator[tuple[str, Fields]]:
        keys = sorted(p[-1] for p in self._added if p[:-1] == parent and low < p[-1] <= high)
        new = iter(keys)
        key = next(new, None)
        for stored, fields in self._stored.between(parent, low, high):
            while key is not None and key < stored:
                yield key, _with({}, self._added[*parent, key])
                key = next(new, None)
            if key == stored:
                yield stored, _with(fields, self._added[*parent, stored])
                key = next(new, None)
            else:
                yield stored, fields
        while key is not None:
            yield key, _with({}, self._added[*parent, key])
            key = next(new, None)


def _with(fields: Fields, added: DocumentWrite) -> Fields:
    """Return the fields of a tally after a write, as Firestore would make them."""
    after: dict[str, Any] = {**fields, **added.fields}
    for (*parents, counter), amount in added.increments.items():
        row = after
        for parent in parents:
            inner = row.get(parent)
            row[parent] = {**inner} if isinstance(inner, Mapping) else {}
            row = row[parent]
        row[counter] = number(row.get(counter)) + amount
    return after
