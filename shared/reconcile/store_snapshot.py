"""What a recount reads, all of it as it was at one instant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

from shared.documents.entries import Record
from shared.documents.paths import Path
from shared.domain.period import Month

Fields = Mapping[str, Any]


class StoreSnapshot(Protocol):
    """A store's documents at one instant, streamed in pages. Its errors are `TransientError`s."""

    def orders(self, month: Month) -> Iterator[Record]:
        """Yield the ledger entries that count in the month."""

    def orders_with(
        self, field: Literal["customerId", "couponCode"], values: Sequence[str]
    ) -> Iterator[Record]:
        """Yield the ledger entries of any month with one of up to 30 values, without their items."""

    def registrations(self, start: datetime, end: datetime) -> Iterator[tuple[Fields, Record]]:
        """Yield customers by registration, from start to before end."""

    def last_ordered(self, start: datetime, end: datetime) -> Iterator[Fields]:
        """Yield customers whose counters say that they ordered last from start to before end."""

    def found(self, paths: Collection[Path]) -> dict[Path, Fields]:
        """Return the documents at the paths that exist."""

    def between(self, parent: Path, low: str, high: str) -> Iterator[tuple[str, Fields]]:
        """Yield documents of a collection by id, with ids after low up to and including high, in order."""
