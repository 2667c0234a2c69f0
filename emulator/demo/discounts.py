"""The discounts that the sample subscriber decides on, as a till receives them."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from google.api_core.exceptions import DeadlineExceeded
from google.cloud.pubsub_v1 import SubscriberClient

from emulator.demo.api import DemoFailed

TOPIC = "discount-decided"
_PATIENCE_S = 60.0
_PULL_S = 5.0


class Discounts:
    """Receives discounts through a subscription of its own."""

    def __init__(self, client: SubscriberClient, subscription: str) -> None:
        """Receive what is published from now on."""
        self._client = client
        self._subscription = subscription
        self._known: dict[str, dict[str, Any]] = {}

    def wait_for(self, basket_id: str) -> dict[str, Any]:
        """Return the basket's discount. Raises DemoFailed where none comes."""
        deadline = time.monotonic() + _PATIENCE_S
        while basket_id not in self._known:
            if time.monotonic() > deadline:
                said = f"no discount came within {_PATIENCE_S:.0f} s: python -m emulator logs discounts"
                raise DemoFailed(said)
            self._pull()
        return self._known[basket_id]

    def _pull(self) -> None:
        try:
            pulled = self._client.pull(subscription=self._subscription, max_messages=100, timeout=_PULL_S)
        except DeadlineExceeded:
            return
        for received in pulled.received_messages:
            discount = json.loads(received.message.data)
            self._known[discount["basketId"]] = discount
        if ids := [received.ack_id for received in pulled.received_messages]:
            self._client.acknowledge(subscription=self._subscription, ack_ids=ids)


@contextmanager
def receive(project_id: str) -> Iterator[Discounts]:
    """Subscribe to the discounts, and end the subscription with the block.

    The environment names the emulator: see `emulator.demo.publish`.
    """
    with SubscriberClient() as client:
        path = client.subscription_path(project_id, f"demo-till-{uuid4().hex[:8]}")
        client.create_subscription(name=path, topic=client.topic_path(project_id, TOPIC))
        try:
            yield Discounts(client, path)
        finally:
            client.delete_subscription(subscription=path)
