"""Wire events, and applying them as a function does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from emulator.recount import Event
from shared.domain.changes import Change
from shared.ledger.ledger import Ledger
from shared.messages.decode import decode
from tests.builders import NOON, a_refund_event, a_status_change, an_account_event, an_event, an_order

NOW = NOON + timedelta(days=10)


def created(order_id: str = "o-1", created_at: str = "2026-11-20T12:00:00Z", **order: Any) -> Event:
    """Return the creation of an order, which occurred when the order was created."""
    snapshot = an_order(order_id, createdAt=created_at, **order)
    return "order-created", an_event(snapshot, eventId="created", occurredAt=created_at)


def reached(status: str | int, order_id: str = "o-1", at: str = "2026-11-21T12:00:00Z") -> Event:
    """Return an order's new status."""
    body = a_status_change(status, order_id, eventId=str(status), occurredAt=at)
    return "order-status-changed", body


def refunded_in_part(order_id: str, amount: str, at: str, refund_id: str = "r-1") -> Event:
    """Return a refund of a part of an order."""
    body = a_refund_event(refund_id, amount) | {"eventId": refund_id, "occurredAt": at, "orderId": order_id}
    return "order-status-changed", body


def amended(
    order_id: str = "o-1",
    created_at: str = "2026-11-20T12:00:00Z",
    *,
    status: str | int = 2,
    at: str = "2026-11-22T12:00:00Z",
    **order: Any,
) -> Event:
    """Return a status change that carries the amended order."""
    snapshot = an_order(order_id, createdAt=created_at, **order)
    body = a_status_change(status, order_id, eventId="amended", occurredAt=at, order=snapshot)
    return "order-status-changed", body


def registered(customer_id: str = "c-1", at: str = "2026-11-20T12:00:00Z") -> Event:
    return "customer-registered", an_account_event(customer_id, registeredAt=at)


def confirmed(customer_id: str = "c-1", at: str = "2026-11-20T12:00:00Z") -> Event:
    return "email-confirmed", an_account_event(customer_id, registeredAt=at)


def in_store(store_id: str, event: Event) -> Event:
    topic, body = event
    return topic, {**body, "storeId": store_id}


def change_of(event: Event) -> Change:
    """Return the change that the event asks for."""
    topic, body = event
    change = decode(topic, json.dumps(body).encode(), NOW)
    assert change is not None
    return change


def apply(ledger: Ledger, *events: Event) -> list[str]:
    """Apply the events in one list and return what became of each."""
    return [outcome.result for outcome in ledger.apply([change_of(event) for event in events])]


def only(mapping: Mapping[str, Any]) -> Any:
    """Return the one value."""
    (value,) = mapping.values()
    return value
