"""An attribute of the customer API's answer, all the way to another application and back to the till."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from emulator.local_http import request_json
from emulator.stack import LocalStack
from emulator.subscriptions import publish
from tests.patience import wait_for
from tests.played_api import PlayedApi


class Inbox:
    """What the stack publishes on a topic from now on."""

    def __init__(self, stack: LocalStack, topic: str) -> None:
        state = stack.state
        self._host = state.pubsub_host
        self._name = f"projects/{state.project_id}/subscriptions/test-{uuid4().hex[:8]}"
        status, answer = request_json(
            self._host, "PUT", f"/v1/{self._name}", {"topic": f"projects/{state.project_id}/topics/{topic}"}
        )
        assert status == 200, answer
        self._received: list[dict[str, Any]] = []

    def about(self, store_id: str) -> list[dict[str, Any]]:
        """Return what came for the store."""
        body = {"maxMessages": 100, "returnImmediately": True}
        _, answer = request_json(self._host, "POST", f"/v1/{self._name}:pull", body)
        for one in answer.get("receivedMessages", ()):
            self._received.append(json.loads(base64.b64decode(one["message"]["data"])))
            request_json(self._host, "POST", f"/v1/{self._name}:acknowledge", {"ackIds": [one["ackId"]]})
        return [event for event in self._received if event["storeId"] == store_id]

    def close(self) -> None:
        request_json(self._host, "DELETE", f"/v1/{self._name}")


@pytest.fixture
def discounts(stack: LocalStack) -> Iterator[Inbox]:
    inbox = Inbox(stack, "discount-decided")
    yield inbox
    inbox.close()


def test_an_attribute_of_the_customer_api_arrives_at_the_sample_subscriber(
    stack: LocalStack, discounts: Inbox
) -> None:
    PlayedApi(stack.state.urls["externalApi"]).behave()
    store_id = f"shop-{uuid4().hex[:8]}"
    for basket_id, given in (("b-1", "carla.mendes@example.com"), ("b-2", "CARD-1005"), ("b-3", "CARD-9999")):
        event = {
            "eventId": f"{basket_id}-started", "occurredAt": "2026-11-20T15:00:00Z", "storeId": store_id,
            "basketId": basket_id, "employeeId": 1, "terminalId": "t", "customerIdentifier": given,
        }  # fmt: skip
        publish(
            stack.state.pubsub_host, stack.state.project_id, "basket-started", [json.dumps(event).encode()]
        )
    wait_for(lambda: len(discounts.about(store_id)) >= 2)
    decided = discounts.about(store_id)
    assert {one["basketId"]: (one["tier"], one["percent"], one["category"]) for one in decided} == {
        "b-1": ("platinum", 15, "books"),
        "b-2": ("basic", 0, "music"),
    }
