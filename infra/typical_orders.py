"""The typical order: `cost.py` prices it, `limits.py` divides by it, the benchmark counts it on the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shared.domain.changes import Change
from shared.messages.decode import decode

TYPICAL = (
    "a customer and two products, and one in five has a coupon; each is created, then completed,"
    " and one event in ten comes twice"
)
MONTH = "2026-11"
CURRENCY = "BRL"
PRICE_MINOR = 129_90
CREATED, CHANGED = "order-created", "order-status-changed"
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
"""When the events are received; orders are created at noon, UTC, and completed an hour later."""

_CUSTOMERS, _PRODUCTS = 100, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent:
    """The creation of an order, or its completion. The orders of a prefix are numbered."""

    store_id: str
    prefix: str
    number: int
    completes: bool = False
    products: int = 1
    coupon_code: str | None = None
    day: int = NOW.day

    @property
    def order_id(self) -> str:
        return f"{self.prefix}-{self.number}"

    @property
    def customer_id(self) -> str:
        return f"c-{self.number % _CUSTOMERS}"

    @property
    def product_ids(self) -> list[str]:
        return [f"p-{(self.number + n) % _PRODUCTS}" for n in range(self.products)]

    @property
    def created_at(self) -> datetime:
        return datetime(2026, 11, self.day, 12, tzinfo=UTC)

    @property
    def topic(self) -> str:
        return CHANGED if self.completes else CREATED

    def completed(self) -> OrderEvent:
        """Return the completion of the same order."""
        return replace(self, completes=True)

    def wire(self) -> dict[str, Any]:
        """Return the event as other applications publish it."""
        event = {
            "eventId": f"{self.topic} {self.order_id}",
            "occurredAt": self.created_at.replace(hour=13 if self.completes else 12).isoformat(),
            "storeId": self.store_id,
        }
        if self.completes:
            return event | {"orderId": self.order_id, "status": "COMPLETED"}
        total = f"{PRICE_MINOR / 100 / self.products:.2f}"
        item = {"productName": "Blue mug", "imgCardUrl": None, "quantity": 1, "total": total}
        order = {
            "orderId": self.order_id,
            "customerId": self.customer_id,
            "createdAt": self.created_at.isoformat(),
            "price": f"{PRICE_MINOR / 100:.2f}",
            "currency": CURRENCY,
            "couponCode": self.coupon_code,
            "items": [item | {"productId": product_id} for product_id in self.product_ids],
        }
        return event | {"order": order}

    def data(self) -> bytes:
        """Return the data of the event's Pub/Sub message."""
        return json.dumps(self.wire()).encode()

    def change(self) -> Change:
        """Return the change that a function passes to the ledger."""
        change = decode(self.topic, self.data(), NOW)
        if change is None:
            raise ValueError(f"{self} changes nothing")
        return change


def typical_order(number: int, store_id: str) -> OrderEvent:
    """Return the creation of the typical order with that number."""
    coupon_code = "WELCOME10" if number % 5 == 0 else None
    return OrderEvent(store_id=store_id, prefix="o", number=number, products=2, coupon_code=coupon_code)


def deliveries(orders: int, store_id: str) -> Iterator[OrderEvent]:
    """Yield the events of that many typical orders, as often as each is delivered."""
    for number in range(orders):
        created = typical_order(number, store_id)
        completed = created.completed()
        yield from (created, completed)
        if number % 5 == 0:
            yield created if number % 10 == 0 else completed
