"""Facts about one order, and how they merge.

Facts form a join-semilattice: merging is commutative, associative and idempotent. Deliveries in any order
and with any repeats therefore end in the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from shared.domain.pseudonym import is_pseudonym


class Status(StrEnum):
    """The statuses that move a metric. REFOUNDED is the spelling on the wire."""

    CREATED = "CREATED"
    COMPLETED = "COMPLETED"
    EXPIRED = "EXPIRED"
    REFOUNDED = "REFOUNDED"


FINAL = frozenset({Status.COMPLETED, Status.EXPIRED, Status.REFOUNDED})
"""Once an order has reached one of these, it no longer awaits payment."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Stamp:
    """When the event with a snapshot happened; its id breaks ties."""

    occurred_at: datetime
    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of an order; `total_minor` in minor units of the order's currency."""

    product_id: str
    product_name: str
    image_url: str | None
    quantity: float
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An order as one event described it; `price_minor` in minor units of `currency`."""

    stamp: Stamp
    customer_id: str | None
    created_at: datetime
    price_minor: int
    currency: str
    coupon_code: str | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """The newest snapshot of an order, and for each status the latest time it was reached."""

    snapshot: Snapshot | None = None
    statuses: Mapping[Status, datetime] = field(default_factory=lambda: MappingProxyType({}))

    def merge(self, other: OrderFacts) -> OrderFacts:
        """Return the facts of both."""
        statuses = dict(self.statuses)
        for status, reached_at in other.statuses.items():
            statuses[status] = max(reached_at, statuses.get(status, reached_at))
        return OrderFacts(snapshot=_newer(self.snapshot, other.snapshot), statuses=statuses)

    @property
    def customer_id(self) -> str | None:
        """Return whose order it is; None for a guest's, and without a snapshot."""
        return self.snapshot.customer_id if self.snapshot else None

    @property
    def awaiting_since(self) -> datetime | None:
        """Return when the order was created; None without a snapshot and once it has a final status."""
        if self.snapshot is None or FINAL & self.statuses.keys():
            return None
        return self.snapshot.created_at

    @property
    def sale_counts(self) -> bool:
        """Tell whether the order was completed and not refunded at the same time or later."""
        completed, refunded = self.statuses.get(Status.COMPLETED), self.statuses.get(Status.REFOUNDED)
        return completed is not None and (refunded is None or refunded < completed)


def _newer(a: Snapshot | None, b: Snapshot | None) -> Snapshot | None:
    if a is None or b is None or a == b:
        return a or b
    if a.stamp != b.stamp:
        return max(a, b, key=lambda snapshot: snapshot.stamp)
    # Who was erased stays so, whatever repeats of the event come late. Two contents under one event id
    # otherwise break the contract: any fixed choice keeps merging commutative.
    return max(a, b, key=lambda snapshot: (is_pseudonym(snapshot.customer_id), repr(snapshot)))
