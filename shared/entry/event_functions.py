"""What every function of events does: decode, apply, and keep what can never be applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from cloudevents.http import CloudEvent

from shared import runtime
from shared.dead_letters.publish import Refused
from shared.domain.changes import Change
from shared.entry.delivery import Message, Tenant, receives
from shared.errors import PermanentError, StoreForeign
from shared.messages.decode import events_of, parse, read_event, texts_of
from shared.messages.validation import shorten
from shared.messages.wire import MAX_ID_CHARACTERS

_ReadT = TypeVar("_ReadT")

Result = Mapping[str, object] | Exception
"""Fields for the log, among them the `outcome`; or the error, which says what happens next."""

Handler = Callable[[Sequence[Change]], Sequence[Result]]
"""Handles the changes that a message's events ask for; returns the result of each."""

_GRAVEST_FIRST = ("dead_letter", "applied", "duplicate", "ignored")


def handles(
    topic: str, read: Callable[[str, Any, datetime], Change | None] = read_event
) -> Callable[[Handler], Callable[[CloudEvent], None]]:
    """Make a CloudEvent function, named as the handler, of what handles the changes on a topic.

    A message holds one event, or a list of them. It is acknowledged when every effect of every event is in
    place; an event that can never be applied is kept as a dead letter of its own.
    """
    return lambda handler: _function(topic, read, handler, events_of)


def reads(
    topic: str, read: Callable[[str, Any, datetime], _ReadT | None]
) -> Callable[[Callable[[_ReadT], dict[str, object]]], Callable[[CloudEvent], None]]:
    """Make a CloudEvent function of what handles whatever `read` makes of the one event in a message."""

    def decorate(handler: Callable[[_ReadT], dict[str, object]]) -> Callable[[CloudEvent], None]:
        def handle(events: Sequence[_ReadT]) -> list[Result]:
            try:
                return [handler(event) for event in events]
            except PermanentError as error:
                return [error]

        handle.__name__ = handler.__name__
        return _function(topic, read, handle, lambda document: [document])

    return decorate


def _function(
    topic: str,
    read: Callable[[str, Any, datetime], Any],
    handler: Callable[[Sequence[Any]], Sequence[Result]],
    split: Callable[[Any], list[Any]],
) -> Callable[[CloudEvent], None]:
    name = handler.__name__

    def read_theirs(tenant: Tenant | None, event: Any, now: datetime) -> Any:
        _check_store(event, tenant)
        return read(topic, event, now)

    def handle(message: Message) -> dict[str, object]:
        is_list = False
        try:
            document = parse(message.data)
            events = split(document)
        except PermanentError as error:
            results: list[Result] = [error]
        else:
            is_list = events != [document]
            message.log_fields.update({"events": len(events)} if is_list else _ids(document))
            results = _results(partial(read_theirs, message.tenant), handler, events)
        refused = {n: str(result) for n, result in enumerate(results) if isinstance(result, PermanentError)}
        if refused:
            texts = texts_of(message.data) if is_list else [message.data]
            letters = [Refused(texts[n], reason) for n, reason in refused.items()]
            source = message.tenant.topic if message.tenant else topic
            runtime.dead_letters().keep(letters, message.attributes, function=name, source_topic=source)
        return _summary([one for one in results if not isinstance(one, Exception)], refused)

    handle.__name__ = name
    return receives(handle)


def _results(
    read: Callable[[Any, datetime], Any],
    handler: Callable[[Sequence[Any]], Sequence[Result]],
    events: Sequence[Any],
) -> list[Result]:
    """Return the result of each event: fields, or the error for which it can never be applied.

    Raises:
        Exception: one event, or more, is not applied, or not everything that follows from it is in place.
    """
    now, results, readable = datetime.now(UTC), dict[int, Result](), dict[int, Any]()
    for n, event in enumerate(events):
        try:
            found = read(event, now)
        except PermanentError as error:
            results[n] = error
            continue
        if found is None:
            results[n] = {"outcome": "ignored"}
        else:
            readable[n] = found
    if readable:
        results.update(zip(readable, handler([*readable.values()]), strict=True))
    for result in results.values():
        # First, so that a message that comes again and again keeps its dead letters once.
        if isinstance(result, Exception) and not isinstance(result, PermanentError):
            raise result
    return [results[n] for n in range(len(events))]


def _summary(done: Sequence[Mapping[str, object]], refused: Mapping[int, str]) -> dict[str, object]:
    """Return the fields of the log: those of the last event, the gravest outcome, how often each happened."""
    fields: dict[str, object] = {}
    for one in done:
        fields |= one
    outcomes = Counter([*(str(one["outcome"]) for one in done), *("dead_letter" for _ in refused)])
    fields["outcome"] = next((one for one in _GRAVEST_FIRST if outcomes[one]), "ignored")
    if refused:
        fields["reason"] = next(iter(refused.values()))
    if outcomes.total() > 1:
        fields["outcomes"] = dict(outcomes)
    return fields


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
