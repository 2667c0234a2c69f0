"""What is away makes Pub/Sub try again: nothing is acknowledged, nothing becomes a dead letter."""

from __future__ import annotations

import pytest
from flask import Flask
from google.api_core.retry import Retry

from shared.adapters.firestore import client as firestore_client
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from tests.functions.conftest import Forget
from tests.functions.messages import PubSub, an_old_creation, push

Apps = dict[str, Flask]
NOWHERE = "127.0.0.1:1"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the client give up at once instead of after seconds."""
    monkeypatch.setattr(firestore_client.RETRY, "_timeout", 0.05)
    assert isinstance(firestore_client.RETRY, Retry)


@pytest.mark.usefixtures("impatient")
def test_a_message_waits_for_firestore(
    apps: Apps, pubsub: PubSub, instance: Forget, monkeypatch: pytest.MonkeyPatch, store_id: str
) -> None:
    with monkeypatch.context() as away:
        away.setenv("FIRESTORE_EMULATOR_HOST", NOWHERE)
        pushed = push(apps["order_created"], "order-created", an_old_creation(store_id))
        assert pushed.status_code == 500
        assert pubsub.take(DEAD_LETTERS) == []
        instance()
    pushed = push(apps["order_created"], "order-created", an_old_creation(store_id))
    assert pushed.status_code == 200


def test_a_message_waits_for_the_cache_and_repairs_it(
    apps: Apps, pubsub: PubSub, instance: Forget, monkeypatch: pytest.MonkeyPatch, store_id: str
) -> None:
    with monkeypatch.context() as away:
        away.setenv("VALKEY_URL", f"redis://{NOWHERE}/0")
        pushed = push(apps["order_created"], "order-created", an_old_creation(store_id))
        assert pushed.status_code == 500
        assert pubsub.take("customer-metrics-updated") == []
        instance()
    assert push(apps["order_created"], "order-created", an_old_creation(store_id)).status_code == 200
    assert len(pubsub.take("customer-metrics-updated")) == 1


def test_a_message_waits_for_its_own_message_to_be_taken(
    apps: Apps, instance: Forget, pubsub_host: str, monkeypatch: pytest.MonkeyPatch, store_id: str
) -> None:
    instance()
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub_host)
    # The project has no topics.
    assert push(apps["order_created"], "order-created", an_old_creation(store_id)).status_code == 500
