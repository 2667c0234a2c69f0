"""What an event asks for: facts to be merged into one record."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.customer import Registration
from shared.domain.order import OrderFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """Facts about one order; `creates` guesses that no record of it exists; if wrong, it costs a call."""

    store_id: str
    order_id: str
    facts: OrderFacts
    creates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChange:
    """Facts about the registration of one customer; `creates` as with orders."""

    store_id: str
    customer_id: str
    facts: Registration
    creates: bool = False


Change = OrderChange | CustomerChange
