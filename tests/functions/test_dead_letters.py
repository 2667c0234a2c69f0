"""What can never be applied is kept whole, with its reason, and only then acknowledged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from tests.functions.conftest import Forget
from tests.functions.messages import Message, PubSub, an_old_creation, an_old_order, an_old_status, push

Apps = dict[str, Flask]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "message: expected a JSON object"),
        (b"\xff\x00", "message: expected UTF-8"),
        (b"not JSON", "message: expected a JSON object"),
        (b"{}", "eventId: expected a value, got nothing"),
        (b"x" * 300_000, "message: expected at most"),
    ],
    ids=["empty", "binary", "text", "fields missing", "too long"],
)
def test_a_malformed_message_is_kept_as_it_came(apps: Apps, pubsub: PubSub, data: bytes, reason: str) -> None:
    attributes = {"origin": "shop", "trace": "ü/1"}
    pushed = push(apps["order_created"], "order-created", data=data, attributes=attributes)
    assert pushed.status_code == 200
    (kept,) = pubsub.take(DEAD_LETTERS)
    assert kept.data == data
    assert kept.attributes.pop("reason").startswith(reason)
    ours = {"function": "order_created", "sourceTopic": "order-created"}
    assert kept.attributes == attributes | ours


@pytest.mark.parametrize(
    ("entry_point", "topic"),
    [
        ("order_created", "order-created"),
        ("order_status_changed", "order-status-changed"),
        ("customer_registered", "customer-registered"),
        ("email_confirmed", "email-confirmed"),
    ],
)
def test_a_message_without_any_data_is_kept(apps: Apps, pubsub: PubSub, entry_point: str, topic: str) -> None:
    assert push(apps[entry_point], topic, attributes={"a": "b"}).status_code == 200
    (kept,) = pubsub.take(DEAD_LETTERS)
    assert kept.data == b""
    assert kept.attributes["function"] == entry_point
    assert kept.attributes["sourceTopic"] == topic
    assert kept.attributes["a"] == "b"


def refused(apps: Apps, pubsub: PubSub, entry_point: str, topic: str, event: Any) -> Message:
    pushed = push(apps[entry_point], topic, event)
    assert pushed.status_code == 200
    (kept,) = pubsub.take(DEAD_LETTERS)
    assert json.loads(kept.data) == event
    return kept


def test_an_order_in_another_currency_than_its_stores_is_kept(
    apps: Apps, pubsub: PubSub, store_id: str
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    event = an_old_creation(store_id, an_old_order("o-2", currency="EUR"))
    kept = refused(apps, pubsub, "order_created", "order-created", event)
    assert kept.attributes["reason"] == "order.currency: expected the store's BRL, got EUR"


def test_an_unknown_status_is_kept(apps: Apps, pubsub: PubSub, store_id: str) -> None:
    event = an_old_status(store_id, "LOST")
    kept = refused(apps, pubsub, "order_status_changed", "order-status-changed", event)
    assert kept.attributes["reason"].startswith("status: ")


def test_ours_stand_where_names_collide_and_where_there_are_too_many(apps: Apps, pubsub: PubSub) -> None:
    theirs = {"reason": "theirs", "function": "theirs", "sourceTopic": "theirs"}
    theirs |= {f"name-{n}": str(n) for n in range(97)}
    assert push(apps["order_created"], "order-created", data=b"{", attributes=theirs).status_code == 200
    (kept,) = pubsub.take(DEAD_LETTERS)
    assert kept.attributes["function"] == "order_created"
    assert kept.attributes["sourceTopic"] == "order-created"
    assert kept.attributes["reason"].startswith("message: ")
    assert {name: v for name, v in kept.attributes.items() if name.startswith("name-")} == {
        f"name-{n}": str(n) for n in range(97)
    }


def test_a_hundred_attributes_leave_room_for_ours(apps: Apps, pubsub: PubSub) -> None:
    theirs = {f"name-{n}": "x" * 1000 for n in range(100)}
    assert push(apps["order_created"], "order-created", data=b"{", attributes=theirs).status_code == 200
    (kept,) = pubsub.take(DEAD_LETTERS)
    assert len(kept.attributes) == 100
    assert kept.attributes["function"] == "order_created"


@pytest.mark.parametrize("name", ["topic", "data", "retry", "timeout", "ordering_key", "self"])
def test_an_attribute_may_have_any_name(apps: Apps, pubsub: PubSub, name: str) -> None:
    assert push(apps["order_created"], "order-created", data=b"{", attributes={name: "x"}).status_code == 200
    (kept,) = pubsub.take(DEAD_LETTERS)
    assert kept.attributes[name] == "x"


def test_a_long_reason_is_cut_to_what_an_attribute_holds(apps: Apps, pubsub: PubSub, store_id: str) -> None:
    items = [{"productId": "\U0001f6d2" * 201} for _ in range(3)]
    event = an_old_creation(store_id, an_old_order(items=items))
    kept = refused(apps, pubsub, "order_created", "order-created", event)
    assert 0 < len(kept.attributes["reason"].encode()) <= 1024


def test_a_failed_dead_letter_is_not_acknowledged(
    apps: Apps, instance: Forget, pubsub_host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance()
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub_host)
    # The project has no topics.
    assert push(apps["order_created"], "order-created", data=b"{").status_code == 500
