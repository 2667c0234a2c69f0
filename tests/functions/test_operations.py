"""Unpaid orders expire, and a payment that comes after all counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared.adapters.firestore import client as firestore_client
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd, problem
from tests.functions.messages import PubSub, an_old_creation, an_old_order, an_old_status, push

TOPIC = "order-status-changed"
Apps = dict[str, Flask]


@pytest.fixture(autouse=True)
def status_topic(pubsub: PubSub) -> None:
    pubsub.open(TOPIC)


def run(apps: Apps) -> TestResponse:
    return apps["expire_unpaid"].test_client().post("/")


def expired(apps: Apps) -> Any:
    answer = run(apps)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def deliver(apps: Apps, pubsub: PubSub) -> list[dict[str, Any]]:
    """Hand what was published to the function that counts it, and return it."""
    events = [json.loads(message.data) for message in pubsub.take(TOPIC)]
    for event in events:
        assert push(apps["order_status_changed"], TOPIC, event).status_code == 200
    return events


def summary(crowd: Crowd, store_id: str) -> Any:
    answer = crowd.admin().get("/store/dashboard", storeId=store_id, year=2024, month=5)
    return answer.get_json()["summary"]


def test_an_unpaid_order_expires_once_and_a_late_payment_counts(
    apps: Apps, pubsub: PubSub, crowd: Crowd, store_id: str
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    assert expired(apps) == {"expired": 1, "more": False, "missingOrders": 0}
    (event,) = deliver(apps, pubsub)
    assert event.pop("eventId").startswith("unpaid ")
    assert event == {
        "occurredAt": "2024-05-21T12:00:00Z",
        "storeId": store_id,
        "orderId": "o-1",
        "status": "EXPIRED",
        "expiredBy": "clock",
    }
    assert expired(apps)["expired"] == 0
    assert summary(crowd, store_id)["totalExpiredOrders"] == 1
    payment = an_old_status(store_id) | {"occurredAt": "2024-05-22T12:00:00Z"}
    push(apps["order_status_changed"], TOPIC, payment)
    counted = summary(crowd, store_id)
    assert (counted["totalExpiredOrders"], counted["totalCompletedOrders"]) == (1, 1)
    assert expired(apps)["expired"] == 0


def test_an_expiry_is_taken_back_by_a_payment_of_before_that_comes_later(
    apps: Apps, pubsub: PubSub, crowd: Crowd, store_id: str
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    assert expired(apps)["expired"] == 1
    deliver(apps, pubsub)
    assert summary(crowd, store_id)["totalExpiredOrders"] == 1
    waited = an_old_status(store_id, eventId="e-2") | {"occurredAt": "2024-05-21T11:59:59Z"}
    assert push(apps["order_status_changed"], TOPIC, waited).status_code == 200
    counted = summary(crowd, store_id)
    assert (counted["totalExpiredOrders"], counted["totalCompletedOrders"]) == (0, 1)


def test_an_expiry_that_a_shop_tells_of_stands_whatever_comes_later(
    apps: Apps,
    pubsub: PubSub,  # noqa: ARG001 - orders are published
    crowd: Crowd,
    store_id: str,
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    real = an_old_status(store_id, "EXPIRED", eventId="e-2") | {"occurredAt": "2024-05-21T12:00:00Z"}
    push(apps["order_status_changed"], TOPIC, real)
    push(apps["order_status_changed"], TOPIC, an_old_status(store_id, eventId="e-3"))
    counted = summary(crowd, store_id)
    assert (counted["totalExpiredOrders"], counted["totalCompletedOrders"]) == (1, 1)


@pytest.mark.parametrize("status", [5, "PAID"])
def test_an_order_on_its_way_never_expires(
    apps: Apps, pubsub: PubSub, crowd: Crowd, store_id: str, status: str | int
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    push(apps["order_status_changed"], TOPIC, an_old_status(store_id, status, eventId="e-2"))
    assert expired(apps)["expired"] == 0
    assert pubsub.take(TOPIC) == []
    assert summary(crowd, store_id)["totalExpiredOrders"] == 0


def test_a_code_that_means_unpaid_keeps_no_order_from_expiring(
    apps: Apps, pubsub: PubSub, instance: Forget, monkeypatch: pytest.MonkeyPatch, store_id: str
) -> None:
    monkeypatch.setenv("UNPAID_STATUS_CODES", "2, 5")
    instance()
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    push(apps["order_status_changed"], TOPIC, an_old_status(store_id, 5, eventId="e-2"))
    assert expired(apps)["expired"] == 1
    assert len(pubsub.take(TOPIC)) == 1


def test_until_it_is_counted_the_same_event_is_published_again(
    apps: Apps, pubsub: PubSub, store_id: str
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    assert [expired(apps)["expired"] for _ in range(2)] == [1, 1]
    first, second = pubsub.take(TOPIC)
    assert first.data == second.data


def test_a_run_is_bounded_and_the_next_one_goes_on(
    apps: Apps, pubsub: PubSub, instance: Forget, monkeypatch: pytest.MonkeyPatch, store_id: str
) -> None:
    monkeypatch.setenv("MOST_EXPIRED_PER_RUN", "2")
    instance()
    for n in range(3):
        order = an_old_order(f"o-{n}") | {"createdAt": f"2024-05-20T12:00:0{n}Z"}
        push(apps["order_created"], "order-created", an_old_creation(store_id, order, eventId=f"e-{n}"))
    assert expired(apps) == {"expired": 2, "more": True, "missingOrders": 0}
    assert {event["orderId"] for event in deliver(apps, pubsub)} == {"o-0", "o-1"}
    assert expired(apps) == {"expired": 1, "more": False, "missingOrders": 0}


def test_how_long_an_order_may_wait_is_a_setting(
    apps: Apps, pubsub: PubSub, instance: Forget, monkeypatch: pytest.MonkeyPatch, store_id: str
) -> None:
    two_days_ago = (datetime.now(UTC) - timedelta(hours=48)).isoformat()
    event = an_old_creation(store_id, an_old_order() | {"createdAt": two_days_ago})
    push(apps["order_created"], "order-created", event)
    monkeypatch.setenv("UNPAID_AFTER_HOURS", "72")
    instance()
    assert expired(apps)["expired"] == 0
    monkeypatch.setenv("UNPAID_AFTER_HOURS", "47")
    instance()
    assert expired(apps)["expired"] == 1
    assert len(pubsub.take(TOPIC)) == 1


def test_a_young_order_and_one_whose_creation_is_not_known_are_left_alone(
    apps: Apps, pubsub: PubSub, store_id: str
) -> None:
    young = an_old_order() | {"createdAt": (datetime.now(UTC) - timedelta(hours=23)).isoformat()}
    push(apps["order_created"], "order-created", an_old_creation(store_id, young))
    push(apps["order_status_changed"], TOPIC, an_old_status(store_id, "CREATED", orderId="o-2"))
    assert expired(apps)["expired"] == 0
    assert pubsub.take(TOPIC) == []


def test_without_firestore_the_scheduler_is_asked_to_come_again(
    apps: Apps, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firestore_client.RETRY, "_timeout", 0.05)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    instance()
    problem(run(apps), 503)


def test_only_a_post_runs_it(apps: Apps) -> None:
    problem(apps["expire_unpaid"].test_client().get("/"), 405)
    problem(apps["expire_unpaid"].test_client().get("/healthz"), 404)
