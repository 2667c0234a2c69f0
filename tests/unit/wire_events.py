"""Builders of wire events for the tests of the recount."""

from collections.abc import Mapping
from typing import Any

from emulator.recount import Event


def an_order(
    order_id: str = "o-1",
    *,
    price: str = "100.00",
    created_at: str = "2026-11-10T12:00:00Z",
    customer_id: str | None = "c-1",
    coupon: str | None = None,
    items: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    rows = [{"productId": product_id, "total": total} for product_id, total in (items or {}).items()]
    return {
        "orderId": order_id,
        "customerId": customer_id,
        "createdAt": created_at,
        "price": price,
        "currency": "BRL",
        "couponCode": coupon,
        "items": rows,
    }


def created(order: Mapping[str, Any], *, event_id: str = "e-1", at: str | None = None) -> Event:
    data = {"eventId": event_id, "occurredAt": at or order["createdAt"], "storeId": "s-1", "order": order}
    return "order-created", data


def changed(
    status: str | int,
    at: str,
    order_id: str = "o-1",
    *,
    order: Mapping[str, Any] | None = None,
    event_id: str = "e-2",
) -> Event:
    data = {
        "eventId": event_id,
        "occurredAt": at,
        "storeId": "s-1",
        "orderId": order_id,
        "status": status,
    } | ({"order": order} if order else {})
    return "order-status-changed", data


def account(topic: str, customer_id: str, registered_at: str) -> Event:
    data = {"eventId": f"{customer_id}:{topic}", "occurredAt": registered_at, "storeId": "s-1"}
    return topic, data | {"customerId": customer_id, "registeredAt": registered_at}
