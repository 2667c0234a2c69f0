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
    """The statuses with a name. REFOUNDED is the spelling on the wire."""

    CREATED = "CREATED"
    PAID = "PAID"
    COMPLETED = "COMPLETED"
    EXPIRED = "EXPIRED"
    REFOUNDED = "REFOUNDED"


CODES = {8: Status.COMPLETED, 9: Status.EXPIRED, 10: Status.REFOUNDED}
"""The codes of statuses with a name. Any other code, 0 to 99, is a step on the way, such as packed."""


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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Refund:
    """A part of an order's price that was given back; amounts in minor units of `currency`.

    lines: what of it was for which product, (product id, amount); what is for none of them was for the order.
    """

    at: datetime
    amount_minor: int
    currency: str
    lines: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What is known of an order.

    snapshot: the newest one.
    statuses: for each status with a name, the latest time it was reached.
    progressed_at: the earliest time of a status that says that the order was paid or is on its way. The
        earliest, because an order that was paid in time stays so whatever happens to it later.
    overdue_at: the earliest time at which the clock alone expired the order.
    refunds: of parts of the price, by id. Of two contents under one id, the later one stands, then the larger
        one.
    """

    snapshot: Snapshot | None = None
    statuses: Mapping[Status, datetime] = field(default_factory=lambda: MappingProxyType({}))
    progressed_at: datetime | None = None
    overdue_at: datetime | None = None
    refunds: Mapping[str, Refund] = field(default_factory=lambda: MappingProxyType({}))

    def merge(self, other: OrderFacts) -> OrderFacts:
        """Return the facts of both."""
        statuses = dict(self.statuses)
        for status, reached_at in other.statuses.items():
            statuses[status] = max(reached_at, statuses.get(status, reached_at))
        refunds = dict(self.refunds)
        for refund_id, refund in other.refunds.items():
            refunds[refund_id] = max(refund, refunds.get(refund_id, refund))
        return OrderFacts(
            snapshot=_newer(self.snapshot, other.snapshot),
            statuses=statuses,
            progressed_at=_earlier(self.progressed_at, other.progressed_at),
            overdue_at=_earlier(self.overdue_at, other.overdue_at),
            refunds=refunds,
        )

    @property
    def currencies(self) -> list[tuple[str, str]]:
        """Return the currencies that the facts name, each with the field of events that names it."""
        of_order = [("order.currency", self.snapshot.currency)] if self.snapshot else []
        return of_order + [("refund.currency", refund.currency) for refund in self.refunds.values()]

    @property
    def customer_id(self) -> str | None:
        """Return whose order it is; None for a guest's, and without a snapshot."""
        return self.snapshot.customer_id if self.snapshot else None

    @property
    def awaiting_since(self) -> datetime | None:
        """Return when the order was created; None without a snapshot, and once it has left CREATED."""
        has_left = self.progressed_at or self.overdue_at or self.statuses.keys() - {Status.CREATED}
        return self.snapshot.created_at if self.snapshot and not has_left else None

    @property
    def missing_since(self) -> datetime | None:
        """Return the earliest time that is known of an order without a snapshot; None with one."""
        if self.snapshot is not None:
            return None
        return min(filter(None, (*self.statuses.values(), self.progressed_at, self.overdue_at)), default=None)

    @property
    def has_expired(self) -> bool:
        """Tell whether the order was ever EXPIRED, or overdue before anything else came of it.

        Being overdue is taken back by a payment that was made earlier and is heard of later.
        """
        if Status.EXPIRED in self.statuses:
            return True
        return self.overdue_at is not None and not (
            self.progressed_at is not None and self.progressed_at < self.overdue_at
        )

    @property
    def sale_counts(self) -> bool:
        """Tell whether the order was completed and not refunded at the same time or later."""
        completed, refunded = self.statuses.get(Status.COMPLETED), self.statuses.get(Status.REFOUNDED)
        return completed is not None and (refunded is None or refunded < completed)


def reached(status: Status, at: datetime) -> OrderFacts:
    """Return the facts of an order that reached the status."""
    is_progress = status not in (Status.CREATED, Status.EXPIRED)
    return OrderFacts(statuses={status: at}, progressed_at=at if is_progress else None)


def given_back(refund_id: str, refund: Refund) -> OrderFacts:
    """Return the facts of an order of which a part was given back: so it had been paid."""
    return OrderFacts(refunds={refund_id: refund}, progressed_at=refund.at)


def _earlier(a: datetime | None, b: datetime | None) -> datetime | None:
    return min(filter(None, (a, b)), default=None)


def _newer(a: Snapshot | None, b: Snapshot | None) -> Snapshot | None:
    if a is None or b is None or a == b:
        return a or b
    if a.stamp != b.stamp:
        return max(a, b, key=lambda snapshot: snapshot.stamp)
    # Who was erased stays so, whatever repeats of the event come late. Two contents under one event id
    # otherwise break the contract: any fixed choice keeps merging commutative.
    return max(a, b, key=lambda snapshot: (is_pseudonym(snapshot.customer_id), repr(snapshot)))
