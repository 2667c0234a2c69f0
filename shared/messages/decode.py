"""Decode a message into the change that it asks for, or say why it can't be applied."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from shared.domain.changes import Change, CustomerChange, OrderChange
from shared.domain.customer import Registration
from shared.domain.order import CODES, OrderFacts, Stamp, Status, given_back, reached
from shared.domain.order_arrivals import Source
from shared.errors import MalformedEvent
from shared.messages.events import (
    EVENTS,
    MAX_MESSAGE_BYTES,
    MOST_EVENTS,
    BasketStarted,
    CustomerRegistered,
    EmailConfirmed,
    Event,
    OrderCreated,
    OrderStatusChanged,
)
from shared.messages.order_snapshot import OrderSnapshot
from shared.messages.validation import describe_errors, refuse, shorten
from shared.messages.wire import WireModel

_ModelT = TypeVar("_ModelT", bound=WireModel)
_MOST_ERRORS = 3
_ELEMENTS = json.JSONDecoder(parse_float=str)
_SPACE, _NEXT = re.compile(r"[ \t\n\r]*"), re.compile(r"[ \t\n\r]*,?[ \t\n\r]*")


def decode(topic: str, data: bytes, now: datetime, unpaid_codes: Collection[int] = ()) -> Change | None:
    """Return the change that a message on the topic asks for; None for a status that says nothing.

    Args:
        topic: where it was published.
        data: its bytes.
        now: the time; times in it may be at most a day ahead of it.
        unpaid_codes: status codes by which an order still awaits its payment.

    Raises:
        MalformedEvent: the message breaks the event contract; keep it as a dead letter.
    """
    return read_event(topic, parse(data), now, unpaid_codes)


def parse(data: bytes) -> Any:
    """Return the JSON document in the bytes; numbers with decimals become `Decimal`.

    Raises:
        MalformedEvent: the bytes are no JSON, or too long.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        refuse("message", f"at most {MAX_MESSAGE_BYTES} bytes", len(data))
    try:
        # No amount may pass through a float.
        return json.loads(data.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise MalformedEvent(f"message: expected UTF-8, got {error.reason} at byte {error.start}") from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise MalformedEvent(
            f"message: expected a JSON object, got invalid JSON: {shorten(error)}"
        ) from error


def events_of(document: Any) -> list[Any]:
    """Return the events in a parsed message: those of a list, or the one that it is.

    Raises:
        MalformedEvent: there are too many.
    """
    if not isinstance(document, list):
        return [document]
    if len(document) > MOST_EVENTS:
        refuse("message", f"at most {MOST_EVENTS} events", len(document))
    return document


def texts_of(data: bytes) -> list[bytes]:
    """Return each element of a JSON list as it stands in the bytes, which `parse` takes."""
    text, texts = data.decode("utf-8"), list[bytes]()
    at = _SPACE.match(text, text.index("[") + 1).end()  # type: ignore[union-attr]
    while text[at] != "]":
        _, end = _ELEMENTS.raw_decode(text, at)
        texts.append(text[at:end].encode())
        at = _NEXT.match(text, end).end()  # type: ignore[union-attr]
    return texts


def read_event(topic: str, document: Any, now: datetime, unpaid_codes: Collection[int] = ()) -> Change | None:
    """As `decode`, for a message that is already parsed."""
    event = validate(EVENTS[topic], document, now)
    match event:
        case OrderCreated():
            return _order_change(event, event.order.order_id, OrderFacts(), event.order, now)
        case OrderStatusChanged():
            if event.order and event.order.order_id != event.order_id:
                refuse("order.orderId", f"the event's orderId {event.order_id!r}", event.order.order_id)
            facts = _status_facts(event, unpaid_codes)
            if event.order is None and facts == OrderFacts():
                return None
            change = _order_change(event, event.order_id, facts, event.order, now)
            return replace(change, paid=event.paid.payment()) if event.paid else change
        case CustomerRegistered() | EmailConfirmed():
            confirmed = isinstance(event, EmailConfirmed)
            return CustomerChange(
                store_id=event.store_id,
                customer_id=event.customer_id,
                facts=Registration(registered_at=event.registered_at, email_confirmed=confirmed),
                creates=not confirmed,
            )
    raise TypeError(f"no change is known for {type(event).__name__}")


def read_basket(topic: str, document: Any, now: datetime) -> BasketStarted:
    """Return the basket that a parsed message announces.

    Raises:
        MalformedEvent: the message breaks the event contract; keep it as a dead letter.
    """
    event = validate(EVENTS[topic], document, now)
    if not isinstance(event, BasketStarted):
        raise TypeError(f"{topic} tells of no baskets")
    return event


def validate(model: type[_ModelT], document: Any, now: datetime) -> _ModelT:
    """Return what the document says; raise MalformedEvent if it is no such message."""
    try:
        return model.model_validate(document, context={"now": now})
    except ValidationError as error:
        raise MalformedEvent(_join(describe_errors(error))) from error


def _status_facts(event: OrderStatusChanged, unpaid_codes: Collection[int]) -> OrderFacts:
    if event.refund is None:
        return _reached(event, unpaid_codes)
    refund = given_back(event.refund.refund_id, event.refund.refund(event.occurred_at))
    if event.status is None and event.expired_by is None:
        return refund
    return refund.merge(_reached(event, unpaid_codes))


def _reached(event: OrderStatusChanged, unpaid_codes: Collection[int]) -> OrderFacts:
    if event.status is None:
        raise MalformedEvent("status: expected a status, or a refund, got nothing")
    status = event.status if isinstance(event.status, Status) else CODES.get(event.status)
    if event.expired_by is not None:
        if status is not Status.EXPIRED:
            refuse("expiredBy", f"none with the status {event.status}", event.expired_by)
        return OrderFacts(overdue_at=event.occurred_at)
    if status is not None:
        return reached(status, event.occurred_at)
    return OrderFacts(progressed_at=None if event.status in unpaid_codes else event.occurred_at)


def _order_change(
    event: Event, order_id: str, facts: OrderFacts, order: OrderSnapshot | None, now: datetime
) -> OrderChange:
    if order is not None:
        stamp = Stamp(occurred_at=event.occurred_at, event_id=event.event_id)
        facts = facts.merge(OrderFacts(snapshot=order.snapshot(stamp)))
    return OrderChange(
        store_id=event.store_id,
        order_id=order_id,
        facts=facts,
        creates=isinstance(event, OrderCreated),
        source=Source(event_id=event.event_id, occurred_at=event.occurred_at, arrived_at=now),
    )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _join(errors: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{field or 'message'}: {said}" for field, said in islice(errors, _MOST_ERRORS))
