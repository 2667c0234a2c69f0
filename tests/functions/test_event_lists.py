"""Several events in one message: each counts once and fails alone; all are acknowledged together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared import runtime
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from shared.documents.store import Committed, Write
from shared.errors import StoreUnavailable
from shared.messages.events import MOST_EVENTS
from tests.builders import a_status_change
from tests.functions.conftest import Forget
from tests.functions.messages import (
    PubSub,
    an_old_creation,
    an_old_order,
    an_old_registration,
    push,
)
from tests.functions.test_event_functions import month_of

Apps = dict[str, Flask]


def orders(store_id: str, n: int, **changed: Any) -> list[dict[str, Any]]:
    return [
        an_old_creation(
            store_id, an_old_order(f"o-{k}", customerId=f"c-{k % 3}"), eventId=f"e-{k}", **changed
        )
        for k in range(n)
    ]


def push_list(apps: Apps, topic: str, events: Sequence[object]) -> TestResponse:
    data = json.dumps(events, ensure_ascii=False).encode()
    return push(apps[topic.replace("-", "_")], topic, data=data)


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch, instance: Forget) -> list[int]:
    """Return the number of orders in each commit of this instance."""
    instance()
    sizes: list[int] = []
    documents = type(runtime.documents())
    commit = documents.commit

    def counted(self: Any, writes: Sequence[Write]) -> Committed:
        if found := sum(write.path[-2] == "orders" for write in writes):
            sizes.append(found)
        return commit(self, writes)

    monkeypatch.setattr(documents, "commit", counted)
    return sizes


def test_a_list_is_one_commit_and_one_outgoing_event_for_each_customer(
    apps: Apps, pubsub: PubSub, store_id: str, commits: list[int]
) -> None:
    assert push_list(apps, "order-created", orders(store_id, 50)).status_code == 200
    assert commits == [50]
    assert month_of(store_id)["totalOrders"] == 50
    told = [json.loads(event.data) for event in pubsub.take("customer-metrics-updated")]
    assert {event["customerId"]: event["metrics"]["totalOrders"] for event in told} == {
        "c-0": 17, "c-1": 17, "c-2": 16,
    }  # fmt: skip
    assert len(told) == 3


def test_a_repeated_list_and_its_events_alone_count_nothing_twice(
    apps: Apps, pubsub: PubSub, store_id: str, instance: Forget
) -> None:
    events = orders(store_id, 7)
    for pushed in (events, events[::-1], [*events, *events]):
        assert push_list(apps, "order-created", pushed).status_code == 200
        instance()
    for event in events:
        assert push(apps["order_created"], "order-created", event).status_code == 200
    assert month_of(store_id)["totalOrders"] == 7
    assert pubsub.take(DEAD_LETTERS) == []


@pytest.mark.usefixtures("pubsub")
def test_the_events_of_a_list_may_be_about_one_order_and_about_several_stores(
    apps: Apps, store_id: str
) -> None:
    other = f"{store_id}-2"
    push_list(apps, "order-created", [*orders(store_id, 2), *orders(other, 3)])
    statuses = [
        a_status_change(status, storeId=one, orderId="o-1", eventId=f"{one} {status}", occurredAt=at)
        for one in (store_id, other)
        for status, at in (("COMPLETED", "2024-05-20T13:00:00Z"), ("REFOUNDED", "2024-05-20T14:00:00Z"))
    ]
    assert push_list(apps, "order-status-changed", statuses).status_code == 200
    for one, n in ((store_id, 2), (other, 3)):
        assert month_of(one)["totalOrders"] == n
        assert month_of(one)["totalRefundedOrders"] == 1


@pytest.mark.usefixtures("pubsub")
def test_registrations_come_in_lists_too(apps: Apps, store_id: str) -> None:
    events = [an_old_registration(store_id, customerId=f"c-{n}", eventId=f"e-{n}") for n in range(5)]
    for topic in ("customer-registered", "email-confirmed"):
        assert push_list(apps, topic, events).status_code == 200
    assert month_of(store_id) == {"registeredCustomers": 5, "newCustomers": 5}


def test_an_event_that_can_never_be_applied_is_a_dead_letter_of_its_own(
    apps: Apps, pubsub: PubSub, store_id: str
) -> None:
    good, yen = orders(store_id, 3), an_old_creation(store_id, an_old_order("o-yen", currency="EUR"))
    malformed = '{"eventId" : "e-9",\n "order":null, "price": 129.90}'
    texts = [*map(json.dumps, good), malformed, json.dumps(yen), "7"]
    data = f"[{', '.join(texts)}]".encode()
    assert push(apps["order_created"], "order-created", data=data).status_code == 200
    assert month_of(store_id)["totalOrders"] == 3
    letters = {letter.data: letter.attributes["reason"] for letter in pubsub.take(DEAD_LETTERS)}
    assert letters.keys() == {malformed.encode(), json.dumps(yen).encode(), b"7"}
    assert letters[json.dumps(yen).encode()] == "order.currency: expected the store's BRL, got EUR"
    # Each is replayed by itself: here, it is refused again by itself.
    push(apps["order_created"], "order-created", data=json.dumps(yen).encode())
    assert [letter.data for letter in pubsub.take(DEAD_LETTERS)] == [json.dumps(yen).encode()]


def test_nothing_is_acknowledged_or_kept_while_one_event_of_a_list_fails(
    apps: Apps, pubsub: PubSub, store_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[object] = [*orders(store_id, 2), "malformed", *orders(f"{store_id}-away", 1)]
    ledger = runtime.ledger()
    attempt = ledger.attempt

    def fail(changes: Any, **options: Any) -> Any:
        if changes[0].store_id != store_id:
            raise StoreUnavailable("away")
        return attempt(changes, **options)

    with monkeypatch.context() as away:
        away.setattr(type(ledger), "attempt", lambda self, changes, **options: fail(changes, **options))  # noqa: ARG005
        assert push_list(apps, "order-created", events).status_code == 500
    assert month_of(store_id)["totalOrders"] == 2
    assert pubsub.take(DEAD_LETTERS) == []
    assert push_list(apps, "order-created", events).status_code == 200
    assert (month_of(store_id)["totalOrders"], month_of(f"{store_id}-away")["totalOrders"]) == (2, 1)
    assert [letter.data for letter in pubsub.take(DEAD_LETTERS)] == [b'"malformed"']


def test_a_list_that_is_too_long_is_one_dead_letter_and_an_empty_one_is_nothing(
    apps: Apps, pubsub: PubSub
) -> None:
    assert push_list(apps, "order-created", [1] * (MOST_EVENTS + 1)).status_code == 200
    (letter,) = pubsub.take(DEAD_LETTERS)
    assert letter.attributes["reason"] == "message: expected at most 1000 events, got 1001"
    assert push_list(apps, "order-created", []).status_code == 200
    assert pubsub.take(DEAD_LETTERS) == []


def test_a_list_of_baskets_is_refused(apps: Apps, pubsub: PubSub) -> None:
    assert push_list(apps, "basket-started", [{}]).status_code == 200
    (letter,) = pubsub.take(DEAD_LETTERS)
    assert (letter.data, letter.attributes["sourceTopic"]) == (b"[{}]", "basket-started")


def test_a_list_is_one_line_with_how_often_each_outcome_happened(
    apps: Apps, pubsub: PubSub, store_id: str, instance: Forget, capsys: pytest.CaptureFixture[str]
) -> None:
    events = orders(store_id, 3)
    push_list(apps, "order-created", events[:1])
    instance()
    capsys.readouterr()
    push_list(apps, "order-created", [*events, None])
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["events"] == 4
    assert line["outcomes"] == {"duplicate": 1, "applied": 2, "dead_letter": 1}
    assert (line["severity"], line["outcome"]) == ("WARNING", "dead_letter")
    assert "eventId" not in line
    assert len(pubsub.take(DEAD_LETTERS)) == 1
