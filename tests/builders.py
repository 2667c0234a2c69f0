"""Builders that show only what matters to a test: everything else is a plain, valid default.

`an_order`, `an_event`, `a_status_change` and `an_account_event` are wire JSON; the others are facts.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared.domain.changes import CustomerChange, OrderChange
from shared.domain.customer import Registration
from shared.domain.order import Item, OrderFacts, Refund, Snapshot, Stamp, Status, reached
from shared.domain.store import Store

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
COMMON = {"eventId": "e-1", "occurredAt": "2026-11-20T12:00:00Z", "storeId": "s-1"}
"""What every event carries."""


def utc(text: str) -> datetime:
    """Return the instant of an RFC 3339 text."""
    return datetime.fromisoformat(text).astimezone(UTC)


def an_order_item(product_id: str = "p-1", total: Any = "129.90", **changed: Any) -> dict[str, Any]:
    """Return one line of an order as it goes over the wire."""
    item = {
        "productId": product_id,
        "productName": "Blue mug",
        "imgCardUrl": None,
        "quantity": 1,
        "total": total,
    }
    return item | changed


def an_order(order_id: str = "o-1", **changed: Any) -> dict[str, Any]:
    """Return an order's snapshot as it goes over the wire."""
    order = {
        "orderId": order_id,
        "customerId": "c-1",
        "createdAt": "2026-11-20T12:00:00Z",
        "price": "129.90",
        "currency": "BRL",
        "couponCode": None,
        "items": [an_order_item()],
    }
    return order | changed


def an_event(order: Mapping[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """Return an `order-created` event as it goes over the wire."""
    return COMMON | {"order": order or an_order()} | changed


def a_status_change(status: str | int = "COMPLETED", order_id: str = "o-1", **changed: Any) -> dict[str, Any]:
    """Return an `order-status-changed` event as it goes over the wire."""
    return COMMON | {"orderId": order_id, "status": status} | changed


def an_account_event(customer_id: str = "c-1", **changed: Any) -> dict[str, Any]:
    """Return a `customer-registered` or `email-confirmed` event as it goes over the wire."""
    return COMMON | {"customerId": customer_id, "registeredAt": "2026-11-20T12:00:00Z"} | changed


def message(event: Any) -> bytes:
    """Return the data of the Pub/Sub message that carries the event."""
    return json.dumps(event).encode()


def an_item(product_id: str = "p-1", total_minor: int = 100_00, **changed: Any) -> Item:
    fields: dict[str, Any] = {"product_name": "Blue mug", "image_url": None, "quantity": 1.0} | changed
    return Item(product_id=product_id, total_minor=total_minor, **fields)


def a_snapshot(*, occurred_at: datetime = NOON, event_id: str = "e-1", **changed: Any) -> Snapshot:
    """Return a guest's order of 100.00 BRL without items, made at noon UTC."""
    fields: dict[str, Any] = {
        "stamp": Stamp(occurred_at=occurred_at, event_id=event_id),
        "customer_id": None,
        "created_at": NOON,
        "price_minor": 100_00,
        "currency": "BRL",
        "coupon_code": None,
        "items": (),
    }
    return Snapshot(**fields | changed)


def facts(
    snapshot: Snapshot | None = None,
    *,
    paid: datetime | None = None,
    completed: datetime | None = None,
    expired: datetime | None = None,
    refunded: datetime | None = None,
    progressed: datetime | None = None,
    overdue: datetime | None = None,
) -> OrderFacts:
    """Return facts of an order: a snapshot, statuses with their times, a step on the way, a deadline."""
    known = OrderFacts(snapshot=snapshot, progressed_at=progressed, overdue_at=overdue)
    times = {
        Status.PAID: paid,
        Status.COMPLETED: completed,
        Status.EXPIRED: expired,
        Status.REFOUNDED: refunded,
    }
    for status, at in times.items():
        known = known.merge(reached(status, at)) if at else known
    return known


def a_refund(amount_minor: int = 25_00, *, at: datetime = NOON, **lines: int) -> Refund:
    """Return a refund of a part of an order; of the amount, so much was for each named product."""
    return Refund(at=at, amount_minor=amount_minor, currency="BRL", lines=tuple(sorted(lines.items())))


def a_refund_event(refund_id: str = "r-1", amount: Any = "25.00", **changed: Any) -> dict[str, Any]:
    """Return an `order-status-changed` event without a status, as it goes over the wire."""
    refund = {"refundId": refund_id, "amount": amount, "currency": "BRL"} | changed
    return COMMON | {"orderId": "o-1", "refund": refund}


def an_order_change(
    known: OrderFacts, order_id: str = "o-1", *, store_id: str = "s-1", creates: bool = False
) -> OrderChange:
    return OrderChange(store_id=store_id, order_id=order_id, facts=known, creates=creates)


def a_customer_change(
    customer_id: str = "c-1",
    *,
    registered_at: datetime = NOON,
    email_confirmed: bool = False,
    store_id: str = "s-1",
) -> CustomerChange:
    registration = Registration(registered_at=registered_at, email_confirmed=email_confirmed)
    return CustomerChange(
        store_id=store_id, customer_id=customer_id, facts=registration, creates=not email_confirmed
    )


def set_to(wanted: Store) -> Callable[[Store | None], Store]:
    """Return what gives a store this name, time zone and currency."""

    def change(known: Store | None) -> Store:
        return replace(known or wanted, name=wanted.name, timezone=wanted.timezone, currency=wanted.currency)

    return change
