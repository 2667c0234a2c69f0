"""A basket at the till, and the outcome of its customer lookup. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class LookupStatus(StrEnum):
    PENDING = "PENDING"
    FOUND = "FOUND"
    NOT_FOUND = "NOT_FOUND"
    FAILED = "FAILED"
    GUEST = "GUEST"


class LookupSource(StrEnum):
    """Where the customer's data came from; `stale_cache` is an expired entry, used while the API is down."""

    API = "api"
    CACHE = "cache"
    STALE_CACHE = "stale_cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """A basket.

    `request_hash` tells a repeated request from another request with the same key. `lookup_attempts` are the
    calls of the customer API for this basket that brought no answer.
    """

    basket_id: str
    store_id: str
    employee_id: int
    terminal_id: str
    started_at: datetime
    status: str = "OPEN"
    lookup_status: LookupStatus
    lookup_attempts: int = 0
    request_hash: str | None = None
    customer_id: str | None = None
    customer_name: str | None = None
    lookup_source: LookupSource | None = None
    found_at: datetime | None = None

    def found(self, customer_id: str, name: str | None, source: LookupSource, at: datetime) -> Basket:
        """Return the basket with this customer, unless it has one already."""
        if self.customer_id is not None:
            return self
        return replace(
            self,
            lookup_status=LookupStatus.FOUND,
            customer_id=customer_id,
            customer_name=name,
            lookup_source=source,
            found_at=at,
        )

    def not_found(self) -> Basket:
        """Return the basket marked as that of an unknown customer, unless it has a customer already."""
        if self.customer_id is not None:
            return self
        return replace(self, lookup_status=LookupStatus.NOT_FOUND)

    def failed(self, attempts: int) -> Basket:
        """Return the basket after so many calls without an answer.

        It is marked as failed, unless an earlier lookup ended it.
        """
        is_pending = self.lookup_status is LookupStatus.PENDING
        return replace(
            self,
            lookup_status=LookupStatus.FAILED if is_pending else self.lookup_status,
            lookup_attempts=self.lookup_attempts + attempts,
        )
