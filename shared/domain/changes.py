"""Changes: facts from an event, to merge into the record of one order or customer."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.customer import Registration
from shared.domain.order import OrderFacts
from shared.domain.order_arrivals import Source
from shared.domain.payment import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """Facts about one order.

    `creates` guesses that it has no record yet; a wrong guess costs one call. `paid` is what was paid, where
    the facts come from a payment: they stand only if it is the order's price. `source` is the event that told
    the facts, if one did.
    """

    store_id: str
    order_id: str
    facts: OrderFacts
    creates: bool = False
    paid: Payment | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChange:
    """Facts about the registration of one customer. `creates` is the same guess as for an order."""

    store_id: str
    customer_id: str
    facts: Registration
    creates: bool = False


Change = OrderChange | CustomerChange
