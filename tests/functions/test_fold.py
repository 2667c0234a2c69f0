"""A hot store's orders, from the event to the month's counters."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from shared import runtime
from shared.documents.paths import month_path, store_path
from shared.domain.period import Month
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd
from tests.functions.messages import PubSub, an_old_creation, an_old_status, push
from tests.virtual_time import VirtualTime

Apps = dict[str, Flask]


@pytest.fixture
def hot(instance: Forget, monkeypatch: pytest.MonkeyPatch, virtual_time: VirtualTime) -> None:  # noqa: ARG001
    """Have every store defer; folders wait in virtual time."""
    monkeypatch.setenv("DEFER", "always")
    instance()


def orders(store_id: str) -> int:
    snapshot = runtime.firestore().document(*month_path(store_id, Month(2024, 5))).get()
    return int((snapshot.to_dict() or {}).get("totalOrders", 0))


def deltas(store_id: str) -> int:
    return len(list(runtime.firestore().collection(*store_path(store_id), "deltas").stream()))


def wake(apps: Apps, pubsub: PubSub) -> int:
    """Deliver the wake-ups that were published, and return how many there were."""
    wakes = pubsub.take("fold")
    for one in wakes:
        assert push(apps["fold"], "fold", data=one.data).status_code == 200
    return len(wakes)


@pytest.mark.usefixtures("hot")
def test_an_order_counts_once_its_delta_is_folded(apps: Apps, pubsub: PubSub, store_id: str) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    push(apps["order_status_changed"], "order-status-changed", an_old_status(store_id))
    assert (orders(store_id), deltas(store_id)) == (0, 2)
    assert wake(apps, pubsub) == 1  # the clock stands still: the second one comes half a second too early
    assert (orders(store_id), deltas(store_id)) == (1, 0)


def test_a_repeat_wakes_the_folder_whatever_the_instance_knows(
    apps: Apps, pubsub: PubSub, instance: Forget, store_id: str
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    assert pubsub.take("fold") == []
    instance()
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    (asked,) = pubsub.take("fold")
    assert json.loads(asked.data)["storeId"] == store_id


@pytest.mark.usefixtures("hot")
def test_the_nightly_run_folds_what_nobody_was_woken_for(apps: Apps, pubsub: PubSub, store_id: str) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    pubsub.take("fold")
    answer = apps["reconcile_all"].test_client().post("/")
    assert (answer.status_code, answer.get_json()["drifted"]) == (200, 0)
    assert (orders(store_id), deltas(store_id)) == (1, 0)


@pytest.mark.usefixtures("hot", "pubsub")
def test_the_list_of_stores_says_when_a_store_was_hot(apps: Apps, crowd: Crowd, store_id: str) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    (listed,) = crowd.admin([store_id]).get("/stores").get_json()["stores"]
    assert listed["deferredAt"].endswith("Z")


def test_a_malformed_wake_up_is_kept_as_a_dead_letter(apps: Apps, pubsub: PubSub) -> None:
    assert push(apps["fold"], "fold", {"storeId": "s-1"}).status_code == 200
    (letter,) = pubsub.take("dead-letters")
    assert letter.attributes["function"] == "fold"
    assert letter.attributes["reason"].startswith("since: ")
