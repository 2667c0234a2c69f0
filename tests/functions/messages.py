"""Messages as Pub/Sub pushes them, and the topics where functions leave their own."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.test import TestResponse

from emulator.local_http import request_json
from tests.builders import a_status_change, an_account_event, an_event, an_order

AT = "2024-05-20T12:00:00Z"
"""When everything happened: long ago, whatever clock the tests run by."""


def an_old_order(order_id: str = "o-1", **changed: Any) -> dict[str, Any]:
    return an_order(order_id, createdAt=AT, **changed)


def an_old_creation(store_id: str, order: Mapping[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    return an_event(order or an_old_order(), occurredAt=AT, storeId=store_id, **changed)


def an_old_status(store_id: str, status: str | int = "COMPLETED", **changed: Any) -> dict[str, Any]:
    return a_status_change(status, occurredAt=AT, storeId=store_id, **changed)


def an_old_registration(store_id: str, **changed: Any) -> dict[str, Any]:
    return an_account_event(occurredAt=AT, registeredAt=AT, storeId=store_id, **changed)


class Message(NamedTuple):
    """What was found on a topic."""

    data: bytes
    attributes: dict[str, str]


class PubSub:
    """One project's topics on the emulator."""

    def __init__(self, host: str, project: str) -> None:
        self._host = host
        self._project = project

    def open(self, topic: str) -> None:
        """Make a topic, and a subscription by which its messages can be read."""
        self._call("PUT", f"topics/{topic}", {})
        self._call("PUT", f"subscriptions/{topic}", {"topic": f"projects/{self._project}/topics/{topic}"})

    def take(self, topic: str) -> list[Message]:
        """Return the messages that are waiting on the topic."""
        body = {"maxMessages": 100, "returnImmediately": True}
        found = self._call("POST", f"subscriptions/{topic}:pull", body).get("receivedMessages", [])
        if found:
            ids = [received["ackId"] for received in found]
            self._call("POST", f"subscriptions/{topic}:acknowledge", {"ackIds": ids})
        return [
            Message(base64.b64decode(message.get("data", "")), message.get("attributes", {}))
            for message in (received["message"] for received in found)
        ]

    def _call(self, method: str, name: str, body: object) -> dict[str, Any]:
        status, answer = request_json(self._host, method, f"/v1/projects/{self._project}/{name}", body)
        assert status == 200, answer
        return dict(answer)


def push(
    app: Flask, topic: str, event: Any = None, *, data: bytes | None = None, **message: Any
) -> TestResponse:
    """Push a message as Pub/Sub does: without the field where the data is None."""
    if event is not None:
        data = json.dumps(event).encode()
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    body = {"messageId": "17", "message_id": "17", "publishTime": now, "publish_time": now} | message
    if data is not None:
        body["data"] = base64.b64encode(data).decode()
    envelope = {"message": body, "subscription": f"projects/p/subscriptions/{topic}"}
    return app.test_client().post(f"/projects/p/topics/{topic}", json=envelope)
