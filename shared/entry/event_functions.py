"""What every function of events does: decode, apply, and keep what can never be applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from cloudevents.http import CloudEvent

from shared import runtime
from shared.domain.changes import Change
from shared.entry.delivery import Message, receives
from shared.errors import PermanentError
from shared.messages.decode import decode

Handler = Callable[[Change], dict[str, object]]
"""Applies a change; returns fields for the log, among them the `outcome`. Errors say what happens next."""

_ReadT = TypeVar("_ReadT")


def handles(topic: str) -> Callable[[Handler], Callable[[CloudEvent], None]]:
    """Make a CloudEvent function, named as the handler, of what handles the changes on a topic."""
    return reads(topic, decode)


def reads(
    topic: str, read: Callable[[str, bytes, datetime], _ReadT | None]
) -> Callable[[Callable[[_ReadT], dict[str, object]]], Callable[[CloudEvent], None]]:
    """As `handles`, of what handles whatever `read` makes of a message; None is acknowledged."""

    def decorate(handler: Callable[[_ReadT], dict[str, object]]) -> Callable[[CloudEvent], None]:
        def handle(message: Message) -> dict[str, object]:
            return _handle(topic, read, handler, message)

        handle.__name__ = handler.__name__
        return receives(handle)

    return decorate


def _handle(
    topic: str,
    read: Callable[[str, bytes, datetime], _ReadT | None],
    handler: Callable[[_ReadT], dict[str, object]],
    message: Message,
) -> dict[str, object]:
    try:
        event = read(topic, message.data, datetime.now(UTC))
        return handler(event) if event else {"outcome": "ignored"}
    except PermanentError as error:
        reason = str(error)
    runtime.dead_letters().keep(
        message.data, message.attributes, reason=reason, function=handler.__name__, source_topic=topic
    )
    return {"outcome": "dead_letter", "reason": reason}
