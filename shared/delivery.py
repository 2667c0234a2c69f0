"""What every event function does: decode, apply, keep what can't be, log one line.

Returning acknowledges the message; raising has Pub/Sub deliver it again, later and later.
"""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import flask
import functions_framework
from cloudevents.http import CloudEvent

from shared import runtime
from shared.changes import Change
from shared.decode import decode
from shared.errors import PermanentError

Handler = Callable[[Change], dict[str, object]]
"""Applies a change; returns fields for the log, among them the `outcome`. Errors say what happens next."""

_DONE = {"applied", "duplicate", "ignored"}


def handles(topic: str) -> Callable[[Handler], Callable[[CloudEvent], None]]:
    """Make a CloudEvent function, named as the handler, of what handles the changes on a topic."""

    def decorate(handler: Handler) -> Callable[[CloudEvent], None]:
        def receive(event: CloudEvent) -> None:
            _receive(topic, handler, event)

        receive.__name__ = handler.__name__
        _accept_messages_without_data()
        return functions_framework.cloud_event(receive)

    return decorate


def _receive(topic: str, handler: Handler, event: CloudEvent) -> None:
    began = time.perf_counter()
    facts: dict[str, object] = {"function": handler.__name__, "eventId": event["id"]}
    try:
        facts |= _handle(topic, handler, event.data["message"])
    except Exception as error:
        facts |= {"outcome": "retry", "error": type(error).__name__}
        raise
    finally:
        facts["durationMs"] = round((time.perf_counter() - began) * 1000, 1)
        facts["messageAgeMs"] = _age_ms(event)
        level = logging.INFO if facts["outcome"] in _DONE else logging.WARNING
        runtime.log().log(level, "event handled", extra=facts)


def _handle(topic: str, handler: Handler, message: Mapping[str, Any]) -> dict[str, object]:
    data = base64.b64decode(message.get("data") or "")
    try:
        change = decode(topic, data, datetime.now(UTC))
        return handler(change) if change else {"outcome": "ignored"}
    except PermanentError as error:
        reason, attributes = str(error), message.get("attributes") or {}
    runtime.dead_letters().keep(
        data, attributes, reason=reason, function=handler.__name__, source_topic=topic
    )
    return {"outcome": "dead_letter", "reason": reason}


def _age_ms(event: CloudEvent) -> int | None:
    published_at = event.get("time")
    if published_at is None:
        return None
    if isinstance(published_at, str):
        published_at = datetime.fromisoformat(published_at)
    return round((datetime.now(UTC) - published_at).total_seconds() * 1000)


def _accept_messages_without_data() -> None:
    """Let messages through whose body has no `data` at all, as Pub/Sub sends those with attributes only.

    functions-framework takes no such body for a Pub/Sub message and answers 400, so that it would be
    delivered again and again. It parses the body through this cached document.
    """
    if flask.has_app_context():
        flask.current_app.before_request(_add_missing_data)


def _add_missing_data() -> None:
    body = flask.request.get_json(silent=True)
    if isinstance(body, dict) and isinstance(body.get("message"), dict):
        body["message"].setdefault("data", "")
