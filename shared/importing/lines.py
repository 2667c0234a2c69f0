"""Decode a line of a shop's history into the change that it asks for, or say why it can't be counted. Pure.

A line is an event as it is published, or a whole order with the statuses it reached:

    {"order": {…}, "statuses": [{"status": "COMPLETED", "occurredAt": "…"}, …]}
    {"orderId": "o-1", "status": "REFOUNDED", "occurredAt": "…"}
    {"orderId": "o-1", "refund": {"refundId": "r-1", "amount": "9.90", "currency": "BRL"}, "occurredAt": "…"}
    {"customerId": "c-1", "registeredAt": "…", "emailConfirmed": true}

Optional: `refunds` of a whole order, a list of {refundId, amount, at}; `storeId`, where all lines are of one
store; `eventId`, which is then derived from the content, so that the same line is always the same event;
`occurredAt` of an order (then its creation) and of a customer (then their registration).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from shared.domain.changes import Change, OrderChange
from shared.domain.order import OrderFacts
from shared.errors import MalformedEvent
from shared.messages.decode import parse, read_event
from shared.messages.validation import shorten

_REFUSAL = re.compile(
    rb'\{\s*"line":\s*\d+,\s*"reason":\s*"(?:[^"\\]|\\.)*",\s*"content":\s*(.*?)\s*\}', re.DOTALL
)
_COMMON = ("eventId", "occurredAt", "storeId")

ReadEvent = Callable[[str, Any], Change | None]
"""Returns what a parsed message on a topic asks for."""


def read_line(
    data: bytes, store_id: str | None, now: datetime, unpaid_codes: Collection[int] = ()
) -> Change | None:
    """Return the change that the line asks for; None for a status that says nothing.

    Args:
        data: the line. A line written by `refusal` is read as the line in it.
        store_id: the store of all lines; None where each names its own.
        now: the time; lines may be at most a day ahead of it.
        unpaid_codes: status codes by which an order still awaits its payment.

    Raises:
        MalformedEvent: the line can't be counted as it is.
    """
    read = partial(read_event, now=now, unpaid_codes=unpaid_codes)
    line = parse(_content(data))
    if not isinstance(line, dict):
        raise MalformedEvent(f"line: expected a JSON object, got {shorten(line)}")
    if store_id is not None and line.setdefault("storeId", store_id) != store_id:
        raise MalformedEvent(f"storeId: expected {store_id!r} in all lines, got {shorten(line['storeId'])}")
    if "status" in line and "statuses" in line:
        raise MalformedEvent("status: expected nothing beside statuses, got " + shorten(line["status"]))
    if "status" in line or "refund" in line:
        return _read("order-status-changed", line, read)
    if "order" in line:
        return _read_order(line, read)
    if "customerId" in line:
        return _read_customer(line, read)
    raise MalformedEvent("line: expected an order, a status or a customerId, got none of them")


def refusal(number: int, data: bytes, reason: str) -> bytes:
    """Return a line with the refused line and the reason, to be corrected in place and imported again."""
    data = _content(data)
    try:
        is_object = isinstance(parse(data), dict)
    except MalformedEvent:
        is_object = False
    # Surrogate escapes restore bytes that are not UTF-8.
    content = data.decode() if is_object else json.dumps(data.decode("utf-8", "surrogateescape"))
    return f'{{"line": {number}, "reason": {json.dumps(reason)}, "content": {content}}}\n'.encode()


def _content(data: bytes) -> bytes:
    refused = _REFUSAL.fullmatch(data)
    if refused is None:
        return data
    if not refused[1].startswith(b'"'):
        return refused[1]
    try:
        return str(json.loads(refused[1])).encode("utf-8", "surrogateescape")
    except ValueError:
        return data


def _read_order(line: Mapping[str, Any], read: ReadEvent) -> OrderChange:
    order = line["order"]
    event = {name: line[name] for name in (*_COMMON, "order") if name in line}
    if isinstance(order, dict) and "createdAt" in order:
        event.setdefault("occurredAt", order["createdAt"])
    created = _read("order-created", event, read)
    if not isinstance(created, OrderChange):
        raise TypeError(f"expected a change of an order, got {created}")
    facts = created.facts
    common = {"storeId": created.store_id, "orderId": created.order_id}
    for place, status in _objects(line, "statuses"):
        event = {name: status[name] for name in ("status", "occurredAt", "expiredBy") if name in status}
        facts = facts.merge(_read_facts(place, event | common, read))
    for place, refund in _objects(line, "refunds"):
        if "at" not in refund:
            raise MalformedEvent(f"{place}.at: expected the time of the refund, got nothing")
        event = {"occurredAt": refund["at"], "refund": {"currency": order["currency"], **refund}}
        facts = facts.merge(_read_facts(place, event | common, read))
    return replace(created, facts=facts)


def _objects(line: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the objects of a list, each with its place in the line."""
    listed = line.get(name, [])
    if not isinstance(listed, list):
        raise MalformedEvent(f"{name}: expected a list, got {shorten(listed)}")
    for n, one in enumerate(listed):
        if not isinstance(one, dict):
            raise MalformedEvent(f"{name}[{n}]: expected an object, got {shorten(one)}")
        yield f"{name}[{n}]", one


def _read_facts(place: str, event: Mapping[str, Any], read: ReadEvent) -> OrderFacts:
    try:
        change = _read("order-status-changed", event, read)
    except MalformedEvent as error:
        raise MalformedEvent(f"{place}.{error}") from error
    return change.facts if isinstance(change, OrderChange) else OrderFacts()


def _read_customer(line: dict[str, Any], read: ReadEvent) -> Change | None:
    confirmed = line.pop("emailConfirmed", False)
    if not isinstance(confirmed, bool):
        raise MalformedEvent(f"emailConfirmed: expected true or false, got {shorten(confirmed)}")
    if "registeredAt" in line:
        line.setdefault("occurredAt", line["registeredAt"])
    return _read("email-confirmed" if confirmed else "customer-registered", line, read)


def _read(topic: str, event: Mapping[str, Any], read: ReadEvent) -> Change | None:
    if "eventId" not in event:
        event = {**event, "eventId": f"import {_digest(event)}"}
    return read(topic, event)


def _digest(event: Mapping[str, Any]) -> str:
    """Return a digest of the content, independent of its formatting."""
    try:
        return sha256(json.dumps(event, sort_keys=True, default=str).encode()).hexdigest()
    except RecursionError as error:
        raise MalformedEvent("line: expected less deeply nested JSON") from error
