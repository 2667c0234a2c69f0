"""The store's own tally of a month, over all of its shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta

from shared.documents.entries import Record
from shared.documents.paths import month_path
from shared.domain.contribution import Cell, Tally, contribution
from shared.domain.period import Month
from shared.reconcile.comparison import FieldPath, Recounted, field_paths
from shared.reconcile.store_snapshot import StoreSnapshot


class StoreMonth:
    """Counts orders, and the registrations of the month: one pass."""

    def __init__(self, store_snapshot: StoreSnapshot, store_id: str, month: Month) -> None:
        self._store_snapshot = store_snapshot
        self._month = month
        self._path = month_path(store_id, month)
        self._expected: Counter[FieldPath] = Counter()

    def begin(self) -> None:
        """Count the registrations."""
        for _, record in self._store_snapshot.registrations(*around(self._month)):
            cells = contribution(record.facts, record.timezone)
            self._count({cell: n for cell, n in cells.items() if Month.of(cell.day) == self._month})

    def take(self, order: Record, cells: Mapping[Cell, int]) -> None:  # noqa: ARG002 - every part takes it
        """Count what the order adds to its store."""
        self._count({cell: amount for cell, amount in cells.items() if cell.tally is Tally.STORE})

    def documents(self) -> Iterator[Recounted]:
        """Yield the first shard, which takes the correction of all."""
        *parent, first = self._path
        further = self._store_snapshot.between(tuple(parent), first, f"{first} ~")
        yield Recounted(
            tally=Tally.STORE,
            path=self._path,
            expected=self._expected,
            found=self._store_snapshot.found([self._path]).get(self._path, {}),
            shards=[fields for _, fields in further],
            labels={"month": str(self._month)},
        )

    def go_on(self) -> bool:
        """Return that one pass is all."""
        return False

    def _count(self, cells: Mapping[Cell, int]) -> None:
        for cell, amount in cells.items():
            for path in field_paths(cell):
                self._expected[path] += amount


def around(month: Month) -> tuple[datetime, datetime]:
    """Return a span that has the month in it in every time zone."""
    first, last = (datetime.combine(day, time(), UTC) for day in (month.first_day, month.last_day))
    return first - timedelta(days=1), last + timedelta(days=2)
