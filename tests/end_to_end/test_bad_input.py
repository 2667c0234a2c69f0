"""Messages that no function may choke on: each is kept with its reason, and the good ones around it count."""

from __future__ import annotations

import json
from typing import Any

from emulator.stack import LocalStack
from emulator.subscriptions import publish
from tests.builders import an_event, an_order
from tests.end_to_end.client import Client

CREATED_AT = "2024-05-20T12:00:00Z"


def _bad_messages(store_id: str) -> dict[str, bytes]:
    """Return messages by a part of the reason that each must be refused with."""

    def order(**changes: Any) -> bytes:
        event = an_event(an_order(createdAt=CREATED_AT, **changes), occurredAt=CREATED_AT, storeId=store_id)
        return json.dumps(event).encode()

    def event(**changes: Any) -> bytes:
        whole = an_event(an_order(createdAt=CREATED_AT), occurredAt=CREATED_AT, storeId=store_id)
        return json.dumps({**whole, **changes}).encode()

    line = an_order()["items"][0]
    return {
        "message: expected a JSON object, got invalid JSON": f'{{"storeId": "{store_id}"'.encode(),
        "message: expected UTF-8": f'{{"storeId": "{store_id}", "x": "'.encode() + b"\xff",
        "NaN is no JSON number": order(price=float("nan")),
        "order.price: expected at most 1000000000000000 minor units": order(price=1e300),
        "order.price: expected a finite amount of 0 or more, got -1": order(price="-1"),
        "order.price: expected at most 2 decimals in BRL, got 1.001": order(price="1.001"),
        "order.currency: expected an ISO 4217 currency code": order(currency="XXY"),
        "order.currency: expected the store's BRL, got EUR": order(currency="EUR"),
        "order.orderId: expected at least 1 character": order(orderId=""),
        "order.orderId: expected at most 200 characters": order(orderId="o" * 201),
        "order.items: expected at most 2000 items": order(items=[line] * 2001),
        "order.items: expected a valid list": order(items="none"),
        "occurredAt: expected an RFC 3339 time with an offset": event(occurredAt="2024-05-20T12:00:00"),
        "occurredAt: expected a time at most one day ahead": event(occurredAt="2999-01-01T00:00:00Z"),
        "order: expected a value, got nothing": json.dumps(
            {"eventId": "e", "occurredAt": CREATED_AT, "storeId": store_id}
        ).encode(),
        "message: expected at most 294912 bytes": event(padding="x" * 300_000),
    }


def test_every_bad_message_is_kept_with_its_reason_and_nothing_is_half_applied(stack: LocalStack) -> None:
    client = Client(stack)
    client.set_currency("BRL")
    bad = _bad_messages(client.store_id)
    strange = "A/12.3/../__x__/."
    good = an_event(
        an_order(orderId=strange, customerId=strange, createdAt=CREATED_AT),
        occurredAt=CREATED_AT,
        storeId=client.store_id,
    )
    host, project = stack.state.pubsub_host, stack.state.project_id
    publish(host, project, "order-created", [*bad.values(), json.dumps(good).encode()])

    def reasons() -> list[str]:
        found = client.ask("GET", "/dead-letters", state="open", limit=200)["deadLetters"]
        return [letter["reason"] for letter in found]

    client.wait_for(lambda: len(reasons()) >= len(bad))
    assert [part for part in bad if not any(part in reason for reason in reasons())] == []
    client.wait_for_summary(totalOrders=1)
