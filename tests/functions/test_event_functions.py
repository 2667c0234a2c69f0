"""Event functions as Pub/Sub calls them: what is acknowledged, and what is then in place."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from shared import runtime
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from shared.documents.paths import month_path, order_path
from shared.domain.period import Month
from shared.messages.decode import decode
from tests.builders import NOON, an_account_event, message
from tests.functions.conftest import Forget
from tests.functions.messages import AT, PubSub, an_old_creation, an_old_order, an_old_status, push

Apps = dict[str, Flask]


def month_of(store_id: str) -> dict[str, int]:
    snapshot = runtime.firestore().document(*month_path(store_id, Month(2024, 5))).get()
    (day,) = (snapshot.to_dict() or {})["days"].values()
    return {name: value for name, value in day.items() if value}


def test_an_order_counts_once_however_often_it_is_pushed(
    apps: Apps, pubsub: PubSub, instance: Forget, store_id: str
) -> None:
    for _ in range(2):
        for _ in range(2):
            pushed = push(apps["order_created"], "order-created", an_old_creation(store_id))
            assert pushed.status_code == 200
            pushed = push(apps["order_status_changed"], "order-status-changed", an_old_status(store_id))
            assert pushed.status_code == 200
        instance()
    assert month_of(store_id) == {
        "totalOrders": 1, "totalSales": 12990, "itemSales": 12990, "totalCompletedOrders": 1,
        "ordersWithoutCoupon": 1, "ordersOfCustomers": 1,
    }  # fmt: skip
    assert pubsub.take(DEAD_LETTERS) == []


@pytest.mark.usefixtures("pubsub")
def test_a_customer_registers_and_is_new_once_confirmed(apps: Apps, store_id: str) -> None:
    event = an_account_event(occurredAt=AT, registeredAt=AT, storeId=store_id)
    for _ in range(2):
        assert push(apps["customer_registered"], "customer-registered", event).status_code == 200
    assert month_of(store_id) == {"registeredCustomers": 1}
    for _ in range(2):
        assert push(apps["email_confirmed"], "email-confirmed", event).status_code == 200
    assert month_of(store_id) == {"registeredCustomers": 1, "newCustomers": 1}


def test_a_code_that_means_unpaid_is_acknowledged_and_moves_nothing(
    apps: Apps, pubsub: PubSub, instance: Forget, monkeypatch: pytest.MonkeyPatch, store_id: str
) -> None:
    monkeypatch.setenv("UNPAID_STATUS_CODES", "3")
    instance()
    pushed = push(apps["order_status_changed"], "order-status-changed", an_old_status(store_id, 3))
    assert pushed.status_code == 200
    assert runtime.stores().find(store_id) is None
    assert pubsub.take(DEAD_LETTERS) == []


def test_other_applications_hear_of_a_customers_new_metrics(
    apps: Apps, pubsub: PubSub, store_id: str
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    (message,) = pubsub.take("customer-metrics-updated")
    told = json.loads(message.data)
    assert (told["storeId"], told["customerId"], told["version"]) == (store_id, "c-1", 1)
    assert told["metrics"]["totalOrders"] == 1


def test_both_customers_of_a_moved_order_are_told_by_a_repeat(
    apps: Apps, pubsub: PubSub, instance: Forget, store_id: str
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    amended = an_old_status(store_id, 2, order=an_old_order(customerId="c-2"), eventId="later")
    change = decode("order-status-changed", message(amended), NOON)
    assert change is not None
    # The instance commits, and dies before it tells anybody.
    runtime.ledger().apply([change])
    instance()
    pubsub.take("customer-metrics-updated")
    push(apps["order_status_changed"], "order-status-changed", amended)
    told = [json.loads(event.data) for event in pubsub.take("customer-metrics-updated")]
    assert {event["customerId"]: event["metrics"]["totalOrders"] for event in told} == {"c-1": 0, "c-2": 1}


def test_the_event_of_an_order_that_was_edited_by_hand_is_kept_with_the_name_of_the_document(
    apps: Apps, pubsub: PubSub, instance: Forget, store_id: str
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    path = order_path(store_id, "o-1")
    runtime.firestore().document(*path).update({"price": "seven"})
    instance()
    pushed = push(apps["order_status_changed"], "order-status-changed", an_old_status(store_id))
    assert pushed.status_code == 200
    (letter,) = pubsub.take(DEAD_LETTERS)
    assert letter.attributes["reason"] == f"{'/'.join(path)}: price: expected int, got str"


@pytest.mark.usefixtures("pubsub")
def test_a_guests_order_tells_nobody_of_a_customer(apps: Apps, pubsub: PubSub, store_id: str) -> None:
    order = an_old_order(customerId=None)
    assert push(apps["order_created"], "order-created", an_old_creation(store_id, order)).status_code == 200
    assert pubsub.take("customer-metrics-updated") == []


@pytest.mark.usefixtures("pubsub")
def test_a_message_without_a_publish_time_is_handled(apps: Apps, store_id: str) -> None:
    app = apps["order_created"]
    body = {"publishTime": None, "publish_time": None}
    assert push(app, "order-created", an_old_creation(store_id), **body).status_code == 200


def test_an_event_is_no_page(apps: Apps) -> None:
    assert apps["order_created"].test_client().get("/").status_code == 405
