"""What every function of messages does: take the message out of its envelope, handle it, log one line.

Returning acknowledges the message; raising makes Pub/Sub deliver it again with backoff. Functions that decode
events build on this in `shared.entry.event_functions`.
"""

from __future__ import annotations

import base64
import gc
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Lock
from typing import NamedTuple

import flask
import functions_framework
from cloudevents.http import CloudEvent
from werkzeug.exceptions import BadRequest, HTTPException

from shared import runtime, tracing
from shared.entry.body import take_body
from shared.entry.problem import Problem
from shared.entry.process import set_up_process
from shared.errors import CacheUnavailable

ORDINARY_BYTES = 512 * 1024
"""A pushed body with the largest event that can be applied, in base64, and the most attributes."""

_LARGEST_BYTES = 15_000_000
"""A pushed body with the largest message that Pub/Sub takes: 10 MB, in base64."""

_LARGE = Lock()
"""Held by the one request with more than an ordinary body: a few at once would take all memory."""

_DONE = {"applied", "duplicate", "ignored"}


class Tenant(NamedTuple):
    """A topic whose publishers may speak for one store alone."""

    topic: str
    store_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A Pub/Sub message as it was published; delivered again, it has the same id.

    `tenant` is None for a topic whose publishers may speak for every store. A handler adds to `log_fields`
    what it learns, so that a failure's log line has it too.
    """

    message_id: str
    published_at: datetime
    data: bytes
    attributes: Mapping[str, str]
    tenant: Tenant | None
    log_fields: dict[str, object]


MessageHandler = Callable[[Message], dict[str, object]]
"""Handles a message; returns fields for the log, among them the `outcome`. Errors have it delivered again."""


def receives(handler: MessageHandler) -> Callable[[CloudEvent], None]:
    """Make a CloudEvent function, named as the handler, of what handles messages of any content."""

    def receive(event: CloudEvent) -> None:
        _receive(handler, event)

    receive.__name__ = handler.__name__
    _prepare_requests(handler.__name__)
    return functions_framework.cloud_event(receive)


def _receive(handler: MessageHandler, event: CloudEvent) -> None:
    began = time.perf_counter()
    message = _message(event)
    runtime.traces()
    with tracing.received(handler.__name__, message.attributes):
        _handle(handler, message, began)


def _handle(handler: MessageHandler, message: Message, began: float) -> None:
    fields = message.log_fields
    fields |= {"function": handler.__name__, "messageId": message.message_id}
    try:
        fields |= handler(message)
    except Exception as error:
        fields |= {"outcome": "retry", "error": type(error).__name__}
        if isinstance(error, CacheUnavailable):
            fields["cacheOutcome"] = "failed"
        raise
    finally:
        fields["durationMs"] = round((time.perf_counter() - began) * 1000, 1)
        fields["messageAgeMs"] = round((datetime.now(UTC) - message.published_at).total_seconds() * 1000)
        level = logging.INFO if fields["outcome"] in _DONE else logging.WARNING
        runtime.log().log(level, "event handled", extra=fields)


def _message(event: CloudEvent) -> Message:
    published_at = event.get("time") or datetime.now(UTC)
    if isinstance(published_at, str):
        published_at = datetime.fromisoformat(published_at)
    message = event.data["message"]
    return Message(
        message_id=event["id"],
        published_at=published_at,
        data=base64.b64decode(message.get("data") or ""),
        attributes=message.get("attributes") or {},
        tenant=_tenant(event),
        log_fields={},
    )


def _tenant(event: CloudEvent) -> Tenant | None:
    """Return what the push subscription's address says, which no publisher can change."""
    store_id = flask.request.args.get("store")
    return None if store_id is None else Tenant(event["source"].rpartition("/")[2], store_id)


def _prepare_requests(name: str) -> None:
    # A module may have several functions; its app is that of one.
    if flask.has_app_context() and flask.current_app.name == name:
        set_up_process()
        flask.current_app.before_request(_take_body)
        flask.current_app.before_request(_come)
        flask.current_app.before_request(_add_missing_data)
        flask.current_app.teardown_request(_leave)
        flask.current_app.register_error_handler(HTTPException, _refused)


def _take_body() -> None:
    if ORDINARY_BYTES < (flask.request.content_length or 0) <= _LARGEST_BYTES:
        _LARGE.acquire()
        flask.g.is_large = True
        # Its copies need the room that cycles of the messages before it still take.
        gc.collect()
        take_body(_LARGEST_BYTES)
    else:
        take_body(ORDINARY_BYTES)


def _come() -> None:
    runtime.arrivals().come()


def _leave(error: BaseException | None) -> None:  # noqa: ARG001 - every request that ends has left
    runtime.arrivals().join()
    if flask.g.pop("is_large", False):
        # What is left of the message in reference cycles would be joined by the next one's.
        gc.collect()
        _LARGE.release()


def _refused(error: HTTPException) -> flask.Response:
    # Cut: functions-framework puts the whole body into the description.
    status = HTTPStatus(error.code or 500)
    return Problem(status, error.description or status.phrase).response()


def _add_missing_data() -> None:
    """Let messages through whose body has no `data` at all, as Pub/Sub sends those with attributes only.

    functions-framework takes no such body for a Pub/Sub message and answers 400, so that it would be
    delivered again and again. It parses the body through this cached document.
    """
    try:
        body = flask.request.get_json(silent=True)
    except RecursionError:
        raise BadRequest("expected a message as Pub/Sub pushes it") from None
    if isinstance(body, dict) and isinstance(body.get("message"), dict):
        body["message"].setdefault("data", "")
