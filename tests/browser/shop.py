"""A store of the running stack with orders that a test decides on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from emulator.stack import LocalStack
from tests.end_to_end.client import Client


class Shop(Client):
    """A store that no other test uses, in UTC."""

    def __init__(self, stack: LocalStack, *, name: str = "Mug House", currency: str = "BRL") -> None:
        super().__init__(stack)
        self.name = name
        self.currency = currency
        self._orders = 0
        settings = {"name": name, "timezone": "UTC", "currency": currency}
        self.ask("PUT", f"/stores/{self.store_id}", settings)

    def order(
        self,
        price: str,
        product: str = "Blue mug",
        *,
        customer: str | None = "c-1",
        status: str | None = "COMPLETED",
        coupon: str | None = None,
        days_ago: int = 0,
        image: str | None = None,
    ) -> None:
        """Publish one order, and what became of it."""
        self._orders += 1
        at = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
        order_id = f"o-{self._orders}"
        item = {"productId": f"p-{product}"[:200], "productName": product, "imgCardUrl": image, "quantity": 1}
        order = {
            "orderId": order_id,
            "customerId": customer,
            "createdAt": at,
            "price": price,
            "currency": self.currency,
            "couponCode": coupon,
            "items": [{**item, "total": price}],
        }
        common = {"occurredAt": at, "storeId": self.store_id}
        self.stack.publish("order-created", {**common, "eventId": uuid4().hex, "order": order})
        if status:
            changed = {**common, "eventId": uuid4().hex, "orderId": order_id, "status": status}
            self.stack.publish("order-status-changed", changed)

    def pay(self, order_id: str) -> None:
        """Publish that an order was completed just now."""
        self.tell(order_id, status="COMPLETED")

    def tell(self, order_id: str, *, hours_ago: int = 0, **event: Any) -> None:
        """Publish what happened to an order."""
        at = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat()
        common = {"eventId": uuid4().hex, "occurredAt": at, "storeId": self.store_id, "orderId": order_id}
        self.stack.publish("order-status-changed", common | event)

    def arrivals(self, order_id: str) -> int:
        """Return how many events told something new of an order that is known."""
        order = self.ask("GET", f"/store/orders/{order_id}", storeId=self.store_id)
        return len(order["arrivals"])

    def month(self, **query: Any) -> Any:
        """Return what the API says of the store's last 30 days."""
        today = datetime.now(UTC).date()
        days = {"startDate": str(today - timedelta(days=29)), "endDate": str(today)}
        return self.ask("GET", "/store/dashboard", storeId=self.store_id, **(days | query))

    def settle(self, **figures: Any) -> None:
        """Return once the last 30 days show these figures."""
        self.wait_for(lambda: figures.items() <= self.month()["summary"].items())

    @classmethod
    def with_orders(cls, stack: LocalStack, **settings: Any) -> Shop:
        """Return a store with a few orders of each kind, settled."""
        shop = cls(stack, **settings)
        shop.order("129.90", coupon="WELCOME10")
        shop.order("80", "Green bowl", customer="c-2")
        shop.order("40.10", "Green bowl", customer="c-2", status="EXPIRED")
        shop.order("25", "Spoon", customer="c-3", days_ago=1)
        shop.order("60", days_ago=32)
        shop.settle(totalOrders=4, totalCompletedOrders=3, totalExpiredOrders=1)
        shop.wait_for(lambda: _completed_before(shop) == 1)
        return shop


def _completed_before(shop: Shop) -> int:
    before = shop.month(compare="previous")["comparison"]["summary"]
    return int(before["totalCompletedOrders"])
