"""What a recount reads: a store's documents as they were at one instant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from shared.documents.entries import Record
from shared.documents.paths import Path
from shared.domain.period import Month
from shared.domain.tallies import Tally

Fields = Mapping[str, Any]


class StoreSnapshot(Protocol):
    """A store's documents at one instant, streamed in pages. Its errors are `TransientError`s.

    A record that somebody edited into something else is a `RecordUnreadable`: without it no count is right.
    """

    def orders(self, month: Month) -> Iterator[Record]:
        """Yield the ledger entries of orders that were created in the month."""

    def refunded_in(self, month: Month) -> Iterator[Record]:
        """Yield the ledger entries of other months' orders that were refunded in the month; without items."""

    def orders_of(self, tally: Tally, ids: Sequence[str]) -> Iterator[Record]:
        """Yield the ledger entries, of any month, of up to 30 customers or coupons; without their items."""

    def registrations(self, start: datetime, end: datetime) -> Iterator[tuple[Fields, Record]]:
        """Yield customers who registered from start until before end."""

    def last_ordered(self, start: datetime, end: datetime) -> Iterator[Fields]:
        """Yield customers whose stored last order is from start until before end."""

    def found(self, paths: Collection[Path]) -> dict[Path, Fields]:
        """Return those of the documents that exist."""

    def between(self, parent: Path, low: str, high: str) -> Iterator[tuple[str, Fields]]:
        """Yield the documents of a collection with low < id <= high, by id."""
