"""Decode a message into the change that it asks for, or say why it can't be applied."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from shared.domain.changes import Change, CustomerChange, OrderChange
from shared.domain.customer import Registration
from shared.domain.money import exponent, to_minor
from shared.domain.order import Item, OrderFacts, Snapshot, Stamp, Status
from shared.errors import MalformedEvent
from shared.messages.validation import describe_errors, shorten
from shared.messages.wire import (
    EVENTS,
    MAX_MESSAGE_BYTES,
    BasketStarted,
    CustomerRegistered,
    EmailConfirmed,
    Event,
    OrderCreated,
    OrderSnapshot,
    OrderStatusChanged,
)

_EventT = TypeVar("_EventT", bound=Event)
_MOST_ERRORS = 3
_CODES = {8: Status.COMPLETED, 9: Status.EXPIRED, 10: Status.REFOUNDED}


def decode(topic: str, data: bytes, now: datetime) -> Change | None:
    """Return the change that a message on the topic asks for; None for a status that moves no metric.

    Raises:
        MalformedEvent: the message breaks the event contract; keep it as a dead letter.
    """
    return read_event(topic, parse(data), now)


def parse(data: bytes) -> Any:
    """Return the JSON document in the bytes; numbers with decimals become `Decimal`.

    Raises:
        MalformedEvent: the bytes are no JSON, or too long.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        _refuse("message", f"at most {MAX_MESSAGE_BYTES} bytes", len(data))
    try:
        # No amount may pass through a float.
        return json.loads(data.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise MalformedEvent(f"message: expected UTF-8, got {error.reason} at byte {error.start}") from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise MalformedEvent(
            f"message: expected a JSON object, got invalid JSON: {shorten(error)}"
        ) from error


def read_event(topic: str, document: Any, now: datetime) -> Change | None:
    """As `decode`, for a message that is already parsed."""
    event = _validate(EVENTS[topic], document, now)
    match event:
        case OrderCreated():
            return _order_change(event, event.order.order_id, OrderFacts(), event.order)
        case OrderStatusChanged():
            if event.order and event.order.order_id != event.order_id:
                _refuse("order.orderId", f"the event's orderId {event.order_id!r}", event.order.order_id)
            facts = _status_facts(event)
            if event.order is None and not facts.statuses:
                return None
            return _order_change(event, event.order_id, facts, event.order)
        case CustomerRegistered() | EmailConfirmed():
            confirmed = isinstance(event, EmailConfirmed)
            return CustomerChange(
                store_id=event.store_id,
                customer_id=event.customer_id,
                facts=Registration(registered_at=event.registered_at, email_confirmed=confirmed),
                creates=not confirmed,
            )
    raise TypeError(f"no change is known for {type(event).__name__}")


def decode_basket(topic: str, data: bytes, now: datetime) -> BasketStarted:
    """Return the basket that the message announces.

    Raises:
        MalformedEvent: the message breaks the event contract; keep it as a dead letter.
    """
    event = _validate(EVENTS[topic], parse(data), now)
    if not isinstance(event, BasketStarted):
        raise TypeError(f"{topic} tells of no baskets")
    return event


def _validate(model: type[_EventT], document: Any, now: datetime) -> _EventT:
    try:
        return model.model_validate(document, context={"now": now})
    except ValidationError as error:
        raise MalformedEvent(_join(describe_errors(error))) from error


def _status_facts(event: OrderStatusChanged) -> OrderFacts:
    status = event.status if isinstance(event.status, Status) else _CODES.get(event.status)
    return OrderFacts(statuses={status: event.occurred_at} if status else {})


def _order_change(event: Event, order_id: str, facts: OrderFacts, order: OrderSnapshot | None) -> OrderChange:
    if order is not None:
        facts = facts.merge(OrderFacts(snapshot=_snapshot(event, order)))
    return OrderChange(
        store_id=event.store_id, order_id=order_id, facts=facts, creates=isinstance(event, OrderCreated)
    )


def _snapshot(event: Event, order: OrderSnapshot) -> Snapshot:
    try:
        exponent(order.currency)
    except ValueError as error:
        raise MalformedEvent(f"order.currency: {error}") from error
    price = _minor("order.price", order.price, order.currency)
    items = []
    for n, item in enumerate(order.items):
        field = f"order.items[{n}].total"
        if item.total is None and len(order.items) > 1:
            _refuse(field, "an amount (it may be left out only where there is one item)", None)
        items.append(
            Item(
                product_id=item.product_id,
                product_name=item.product_name,
                image_url=item.img_card_url,
                quantity=item.quantity,
                total_minor=price if item.total is None else _minor(field, item.total, order.currency),
            )
        )
    return Snapshot(
        stamp=Stamp(occurred_at=event.occurred_at, event_id=event.event_id),
        customer_id=order.customer_id,
        created_at=order.created_at,
        price_minor=price,
        currency=order.currency,
        coupon_code=order.coupon_code,
        items=tuple(items),
    )


def _minor(field: str, amount: Decimal, currency: str) -> int:
    try:
        return to_minor(amount, currency)
    except ValueError as error:
        raise MalformedEvent(f"{field}: {error}") from error


def _refuse(field: str, expected: str, got: object) -> NoReturn:
    raise MalformedEvent(f"{field}: expected {expected}, got {shorten(got)}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _join(errors: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{field or 'message'}: {said}" for field, said in islice(errors, _MOST_ERRORS))
