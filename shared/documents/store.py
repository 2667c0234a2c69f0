"""The document store, as the use cases need it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.documents.entries import DocumentWrite, Record
from shared.documents.paths import Path
from shared.domain.order_times import OtherOrders, Owner


class PreconditionLost(Exception):
    """Another writer changed a record first; nothing was written. Read again, decide again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a commit answered: each document's new version, and its top-level counters afterwards."""

    versions: Mapping[Path, Any]
    counters: Mapping[Path, Mapping[str, int]]


class Documents(Protocol):
    """The document store as the ledger needs it. Its errors are `TransientError`s."""

    def read(self, paths: Collection[Path]) -> dict[Path, Record]:
        """Return the record at each path that exists."""

    def other_orders(self, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        """Return what is known of the customer's orders but these."""

    def commit(self, writes: Sequence[DocumentWrite]) -> Committed:
        """Write all or nothing; raise PreconditionLost where a version is not found."""
