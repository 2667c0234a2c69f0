"""Recount the store's own tally of a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from shared.documents.entries import Record
from shared.documents.paths import FieldPath, month_path
from shared.domain.period import Month
from shared.domain.tallies import STORE_MONTHS, Contribution, contribution
from shared.reconcile.comparison import Recounted, count
from shared.reconcile.store_snapshot import StoreSnapshot


class StoreMonth:
    """Recounts the orders and the registrations of the month, in one pass."""

    def __init__(self, store_snapshot: StoreSnapshot, store_id: str, month: Month) -> None:
        self._store_snapshot = store_snapshot
        self._month = month
        self._path = month_path(store_id, month)
        self._expected: Counter[FieldPath] = Counter()

    def begin(self) -> None:
        """Count the registrations, and the refunds of other months' orders."""
        for _, record in self._store_snapshot.registrations(*around(self._month)):
            self._count(contribution(record.facts, record.timezone))
        for record in self._store_snapshot.refunded_in(self._month):
            self._count(contribution(record.facts, record.timezone))

    def take(self, order: Record, counted: Contribution) -> None:  # noqa: ARG002 - every part takes it
        """Count what the order adds to its store."""
        self._count(counted)

    def documents(self) -> Iterator[Recounted]:
        """Yield the one document."""
        yield Recounted(
            tally=STORE_MONTHS,
            path=self._path,
            expected=self._expected,
            found=self._store_snapshot.found([self._path]).get(self._path, {}),
            labels=STORE_MONTHS.identity(self._month),
        )

    def go_on(self) -> bool:
        """Return False: one pass is enough."""
        return False

    def _count(self, counted: Contribution) -> None:
        for row, amounts in counted.items():
            if row.tally is STORE_MONTHS and Month.of(row.day) == self._month:
                count(self._expected, row, amounts)


def around(month: Month) -> tuple[datetime, datetime]:
    """Return a span that contains the month in every time zone."""
    first, last = (datetime.combine(day, time(), UTC) for day in (month.first_day, month.last_day))
    return first - timedelta(days=1), last + timedelta(days=2)
