"""What every function of events does: decode, apply, and keep what can never be applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from cloudevents.http import CloudEvent

from shared import runtime
from shared.domain.changes import Change
from shared.entry.delivery import Message, Tenant, receives
from shared.errors import PermanentError, StoreForeign
from shared.messages.decode import parse, read_event
from shared.messages.validation import shorten
from shared.messages.wire import MAX_ID_CHARACTERS

Handler = Callable[[Change], dict[str, object]]
"""Applies a change; returns fields for the log, among them the `outcome`. Errors say what happens next."""

_ReadT = TypeVar("_ReadT")


def handles(
    topic: str, read: Callable[[str, Any, datetime], Change | None] = read_event
) -> Callable[[Handler], Callable[[CloudEvent], None]]:
    """Make a CloudEvent function, named as the handler, of what handles the changes on a topic."""
    return reads(topic, read)


def reads(
    topic: str, read: Callable[[str, Any, datetime], _ReadT | None]
) -> Callable[[Callable[[_ReadT], dict[str, object]]], Callable[[CloudEvent], None]]:
    """As `handles`, of what handles whatever `read` makes of a parsed message; None is acknowledged."""

    def decorate(handler: Callable[[_ReadT], dict[str, object]]) -> Callable[[CloudEvent], None]:
        def handle(message: Message) -> dict[str, object]:
            return _handle(topic, read, handler, message)

        handle.__name__ = handler.__name__
        return receives(handle)

    return decorate


def _handle(
    topic: str,
    read: Callable[[str, Any, datetime], _ReadT | None],
    handler: Callable[[_ReadT], dict[str, object]],
    message: Message,
) -> dict[str, object]:
    try:
        document = parse(message.data)
        message.log_fields.update(_ids(document))
        _check_store(document, message.tenant)
        event = read(topic, document, datetime.now(UTC))
        return handler(event) if event else {"outcome": "ignored"}
    except PermanentError as error:
        reason = str(error)
    runtime.dead_letters().keep(
        message.data,
        message.attributes,
        reason=reason,
        function=handler.__name__,
        source_topic=message.tenant.topic if message.tenant else topic,
    )
    return {"outcome": "dead_letter", "reason": reason}


def _check_store(document: Any, tenant: Tenant | None) -> None:
    named = document.get("storeId") if isinstance(document, dict) else None
    if tenant and named != tenant.store_id:
        raise StoreForeign(
            f"storeId: expected {shorten(tenant.store_id)}, which the topic is for, got {shorten(named)}"
        )


def _ids(document: Any) -> dict[str, object]:
    """Return the ids that the event has, for its log line. A malformed event may lack some."""
    if not isinstance(document, dict):
        return {}
    order = document.get("order")
    ids = {
        "eventId": document.get("eventId"),
        "storeId": document.get("storeId"),
        "orderId": document.get("orderId") or (order.get("orderId") if isinstance(order, dict) else None),
    }
    return {name: one for name, one in ids.items() if isinstance(one, str) and len(one) <= MAX_ID_CHARACTERS}
