"""What other applications receive has exactly the shape that the published schemas describe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Flask

from shared.messages.events import BasketStarted
from shared.messages.outgoing import OUTGOING
from tests.functions.messages import AT, PubSub, an_old_creation, an_old_status, push
from tests.functions.till_client import USERS_CALL, Till


def received(pubsub: PubSub, topic: str) -> dict[str, Any]:
    """Return the only message on the topic, after comparing it with its model, field by field."""
    [message] = pubsub.take(topic)
    event: dict[str, Any] = json.loads(message.data)
    assert OUTGOING[topic].model_validate(event).model_dump(mode="json", by_alias=True) == event
    assert message.attributes == {}
    return event


def test_a_customers_metrics(apps: Mapping[str, Flask], pubsub: PubSub, store_id: str) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    received(pubsub, "customer-metrics-updated")
    push(apps["order_status_changed"], "order-status-changed", an_old_status(store_id))
    metrics = received(pubsub, "customer-metrics-updated")["metrics"]
    assert (metrics["totalSpent"], metrics["completionRate"], metrics["lastOrderAt"]) == (129.9, 100, AT)


def test_a_customer_found_at_the_till(till: Till) -> None:
    till.ask(USERS_CALL)
    [started] = till.pubsub.take("basket-started")
    event = json.loads(started.data)
    assert event["event"] == "BASKET_STARTED"
    assert BasketStarted.model_validate(event).model_dump(mode="json", by_alias=True) == event
    push(till.apps["basket_started"], "basket-started", data=started.data)
    assert received(till.pubsub, "customer-data-fetched")["source"] == "api"
