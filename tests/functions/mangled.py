"""Messages that were valid once: changed in their JSON, or byte by byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from tests.builders import a_status_change, an_account_event, an_event, an_order, an_order_item

AT = "2024-05-20T12:00:00Z"
_JUNK: tuple[Any, ...] = (
    *(None, True, -1, 0, 7, 8, 10, 10**20, 1e300, [], {}),
    *("", "x" * 201, "\x00", "Ω/..", "COMPLETED", "REFUNDED", "PAID", "BRL", "EUR", "10.001", "99.90"),
    *("2024-05-21T01:00:00+09:00", "2024-05-20", "2999-01-01T00:00:00Z"),
)


def mangled(rng: Random, store_ids: list[str], count: int) -> Iterator[tuple[str, bytes]]:
    """Yield so many messages as topic and data; about a tenth is left as it was."""
    for _ in range(count):
        topic, event = _valid(rng, rng.choice(store_ids))
        how = rng.random()
        if how < 0.45:
            _change(rng, event)
        data = json.dumps(event, ensure_ascii=False).encode()
        yield topic, _scramble(rng, data) if how > 0.55 else data


def _valid(rng: Random, store_id: str) -> tuple[str, dict[str, Any]]:
    common = {"eventId": f"{rng.getrandbits(64):016x}", "occurredAt": AT, "storeId": store_id}
    order_id, customer_id = f"o-{rng.randrange(300)}", rng.choice([None, "c-1", "c-2"])
    items = [an_order_item(f"p-{rng.randrange(5)}", total="10.00") for _ in range(rng.randrange(4))]
    order = an_order(order_id, customerId=customer_id, createdAt=AT, price="30.00", items=items)
    topic = rng.choice(["order-created", "order-status-changed", "customer-registered", "email-confirmed"])
    if topic == "order-created":
        return topic, an_event(order, **common)
    if topic == "order-status-changed":
        amended = {"order": order} if rng.random() < 0.3 else {}
        statuses: tuple[str | int, ...] = (3, 8, 9, 10, "COMPLETED")
        return topic, a_status_change(rng.choice(statuses), order_id, **common, **amended)
    return topic, an_account_event(f"c-{rng.randrange(50)}", registeredAt=AT, **common)


def _change(rng: Random, event: dict[str, Any]) -> None:
    """Put something else into one place, or take the place out."""
    places = list(_places(event))
    parent, key = rng.choice(places)
    if rng.random() < 0.2 and isinstance(parent, dict):
        del parent[key]
    else:
        parent[key] = rng.choice(_JUNK)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, child in inner:
        yield value, key
        if isinstance(child, dict | list):
            yield from _places(child)


def _scramble(rng: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        place = rng.randrange(len(changed))
        match rng.randrange(4):
            case 0:
                changed[place] = rng.randrange(256)
            case 1:
                changed.insert(place, rng.randrange(256))
            case 2:
                del changed[place : place + rng.randrange(1, 20)]
            case _:
                changed[place:place] = changed[place : place + 20]
    return bytes(changed) or b"{"
