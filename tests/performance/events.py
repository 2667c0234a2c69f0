"""The events that every contender is given: orders of one product and one customer, made and completed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shared.domain.changes import Change, OrderChange
from shared.messages.decode import decode

MONTH = "2026-11"
_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CURRENCY = "BRL"
PRICE_MINOR = 129_90
CUSTOMERS, PRODUCTS = 100, 20
CREATED, CHANGED = "order-created", "order-status-changed"
_NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One event of an order: its creation, or its completion. Orders of a prefix are numbered."""

    store_id: str
    prefix: str
    number: int
    completes: bool = False
    day: int = _NOON.day
    coupon_code: str | None = None

    @property
    def order_id(self) -> str:
        return f"{self.prefix}-{self.number}"

    @property
    def customer_id(self) -> str:
        return f"c-{self.number % CUSTOMERS}"

    @property
    def product_id(self) -> str:
        return f"p-{self.number % PRODUCTS}"

    @property
    def created_at(self) -> datetime:
        return _NOON.replace(day=self.day)

    @property
    def topic(self) -> str:
        return CHANGED if self.completes else CREATED

    def completed(self) -> Sale:
        return replace(self, completes=True)

    def wire(self) -> dict[str, Any]:
        """Return the event as other applications publish it."""
        if self.completes:
            return self._common("c", 13) | {"orderId": self.order_id, "status": "COMPLETED"}
        price = f"{PRICE_MINOR / 100:.2f}"
        item = {
            "productId": self.product_id,
            "productName": "Blue mug",
            "imgCardUrl": None,
            "quantity": 1,
            "total": price,
        }
        order = {
            "orderId": self.order_id,
            "customerId": self.customer_id,
            "createdAt": self.created_at.isoformat(),
            "price": price,
            "currency": CURRENCY,
            "couponCode": self.coupon_code,
            "items": [item],
        }
        return self._common("a", 12) | {"order": order}

    def data(self) -> bytes:
        """Return the data of its Pub/Sub message."""
        return json.dumps(self.wire()).encode()

    def change(self) -> Change:
        """Return what the function hands to the ledger."""
        change = decode(self.topic, self.data(), _NOW)
        if change is None:
            raise ValueError(f"{self} changes nothing")
        return change

    def _common(self, kind: str, hour: int) -> dict[str, Any]:
        return {
            "eventId": f"{kind}-{self.order_id}",
            "occurredAt": self.created_at.replace(hour=hour).isoformat(),
            "storeId": self.store_id,
        }


def whole_order(sale: Sale) -> OrderChange:
    """Return an order's creation and completion as one change, as an event with a snapshot brings them."""
    created, completed = sale.change(), sale.completed().change()
    if not isinstance(created, OrderChange) or not isinstance(completed, OrderChange):
        raise TypeError(f"{sale} is of no order")
    return replace(created, facts=created.facts.merge(completed.facts))


def creations(store_id: str, prefix: str, count: int) -> list[Sale]:
    """Return the creations of so many new orders."""
    return [Sale(store_id=store_id, prefix=prefix, number=number) for number in range(count)]


def in_lists(sales: Sequence[Sale], size: int) -> Iterator[Sequence[Sale]]:
    """Yield the events in lists of that size; the last may be shorter."""
    for start in range(0, len(sales), size):
        yield sales[start : start + size]
