"""What a store holds about a customer, as exports and erasures see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from shared.documents.paths import Path
from shared.documents.store import Document


class Kind(Enum):
    """Documents that name a customer; those of `CALLS_OF_LOOKUP` name a lookup's hash instead.

    `FORMER_ORDERS` are orders that an amendment took from the customer.
    """

    ORDERS = auto()
    FORMER_ORDERS = auto()
    BASKETS = auto()
    LOOKUPS = auto()
    CALLS = auto()
    CALLS_OF_LOOKUP = auto()


class Found(NamedTuple):
    """A document that names the customer."""

    path: Path
    document: Document


class CustomerData(Protocol):
    """Finds what is held about a customer. Its errors are `TransientError`s."""

    def find(self, kind: Kind, store_id: str, key: str, limit: int) -> list[Found]:
        """Return up to `limit` documents that name the customer or lookup."""

    def walk(self, kind: Kind, store_id: str, key: str, read_time: datetime) -> Iterator[dict[str, Any]]:
        """Yield the fields of each such document, as of `read_time`."""
