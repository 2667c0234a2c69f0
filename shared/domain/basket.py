"""A basket at the till, and what it knows of its customer. Pure."""

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
    """Where the customer's data came from; `stale_cache` is older than it should be, for want of better."""

    API = "api"
    CACHE = "cache"
    STALE_CACHE = "stale_cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """A basket. Its `request_hash` tells a repeated request from another one with the same key."""

    basket_id: str
    store_id: str
    employee_id: int
    terminal_id: str
    started_at: datetime
    status: str = "OPEN"
    lookup_status: LookupStatus
    request_hash: str | None = None
    customer_id: str | None = None
    customer_name: str | None = None
    lookup_source: LookupSource | None = None
    found_at: datetime | None = None

    def found(self, customer_id: str, name: str | None, source: LookupSource, at: datetime) -> Basket:
        """Return the basket with its customer; one that has a customer keeps that one."""
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
        """Return the basket of an unknown customer."""
        if self.customer_id is not None:
            return self
        return replace(self, lookup_status=LookupStatus.NOT_FOUND)

    def failed(self) -> Basket:
        """Return the basket after a lookup without an answer; an answer that came before stands."""
        if self.lookup_status is not LookupStatus.PENDING:
            return self
        return replace(self, lookup_status=LookupStatus.FAILED)
