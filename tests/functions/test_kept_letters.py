"""Dead letters are kept, shown to admins of everything, sent again or discarded."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from flask import Flask

from shared.adapters import pubsub as pubsub_adapter
from shared.adapters.firestore import client as firestore_client
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from shared.entry.cursor import write_cursor
from tests.builders import an_account_event
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Asker, Crowd, problem, wrong_fields
from tests.functions.messages import PubSub, an_old_creation, push

Apps = dict[str, Flask]
OURS = {"reason": "because", "function": "order_created", "sourceTopic": "order-created"}


def receive(apps: Apps, data: bytes = b"{}", message_id: str = "1", **attributes: str) -> None:
    pushed = push(
        apps["dead_letter_received"],
        DEAD_LETTERS,
        data=data,
        attributes=OURS | attributes,
        messageId=message_id,
    )
    assert pushed.status_code == 200


def listed(asker: Asker, **query: Any) -> list[dict[str, Any]]:
    answer = asker.get("/dead-letters", **query)
    assert answer.status_code == 200, answer.text
    letters: list[dict[str, Any]] = answer.get_json()["deadLetters"]
    return letters


@pytest.fixture
def admin(crowd: Crowd) -> Asker:
    return crowd.admin()


def test_a_letter_is_shown_with_all_that_is_known(apps: Apps, admin: Asker) -> None:
    receive(apps, '{"a": "ü"}'.encode(), origin="shop")
    (letter,) = listed(admin)
    first_at = letter["firstAt"]
    assert letter == {
        "id": letter["id"],
        "state": "open",
        "reason": "because",
        "function": "order_created",
        "sourceTopic": "order-created",
        "storeId": None,
        "orderId": None,
        "firstAt": first_at,
        "lastAt": first_at,
        "count": 1,
        "sizeBytes": 11,
    }
    shown = admin.get(f"/dead-letters/{letter['id']}").get_json()
    content = {"attributes": {"origin": "shop"}, "encoding": "utf-8", "data": '{"a": "ü"}'}
    assert shown == letter | content


def test_a_payload_that_is_no_text_is_shown_in_base64(apps: Apps, admin: Asker) -> None:
    receive(apps, b"\xff\x00")
    (letter,) = listed(admin)
    shown = admin.get(f"/dead-letters/{letter['id']}").get_json()
    assert (shown["encoding"], base64.b64decode(shown["data"])) == ("base64", b"\xff\x00")


def test_a_repeat_counts_up_and_a_delivery_again_does_not(apps: Apps, admin: Asker) -> None:
    for message_id in ("1", "2", "2", "1"):
        receive(apps, message_id=message_id)
    (letter,) = listed(admin)
    assert letter["count"] == 2
    assert letter["firstAt"] < letter["lastAt"]


def test_a_message_that_pubsub_forwards_names_its_function(apps: Apps, admin: Asker) -> None:
    attributes = {
        "CloudPubSubDeadLetterSourceSubscription": "email-confirmed",
        "CloudPubSubDeadLetterSourceDeliveryCount": "7",
        "origin": "shop",
    }
    # Without data, as Pub/Sub sends a message that has attributes only.
    pushed = push(apps["dead_letter_received"], DEAD_LETTERS, attributes=attributes)
    assert pushed.status_code == 200
    (letter,) = listed(admin)
    assert (letter["function"], letter["sourceTopic"]) == ("email_confirmed", "email-confirmed")
    assert letter["reason"] == "Pub/Sub gave up after 7 deliveries; the function's log says why"
    assert admin.get(f"/dead-letters/{letter['id']}").get_json()["attributes"] == {"origin": "shop"}


def test_a_letter_larger_than_a_document_is_kept_whole(apps: Apps, admin: Asker, pubsub: PubSub) -> None:
    pubsub.open("order-created")
    data = b"x" * 3_000_000
    receive(apps, data)
    (letter,) = listed(admin)
    assert letter["sizeBytes"] == len(data)
    assert admin.send("POST", f"/dead-letters/{letter['id']}/replay").status_code == 200
    assert pubsub.take("order-created")[0].data == data


def test_the_letters_of_one_order_are_listed(apps: Apps, admin: Asker) -> None:
    for n, order_id in enumerate(("o-1", "o-2", "o-1")):
        data = json.dumps({"storeId": "s-1", "orderId": order_id, "n": n}).encode()
        receive(apps, data, str(n))
    assert {letter["orderId"] for letter in listed(admin, storeId="s-1", orderId="o-1")} == {"o-1"}
    assert len(listed(admin, storeId="s-1", orderId="o-1", state="open")) == 2
    assert listed(admin, storeId="s-2", orderId="o-1") == []


@pytest.mark.parametrize("given", [{"storeId": "s-1"}, {"orderId": "o-1"}])
def test_an_order_is_named_with_its_store(admin: Asker, given: dict[str, str]) -> None:
    detail = problem(admin.get("/dead-letters", **given), 400)["detail"]
    assert "expected storeId and orderId together, got one of them" in detail


def test_letters_come_newest_first_in_pages_of_a_state(apps: Apps, admin: Asker) -> None:
    for n in range(3):
        receive(apps, b"%d" % n, str(n))
    newest = listed(admin)
    assert [letter["lastAt"] for letter in newest] == sorted(
        (letter["lastAt"] for letter in newest), reverse=True
    )
    page = admin.get("/dead-letters", limit=2).get_json()
    assert page["deadLetters"] == newest[:2]
    rest = admin.get("/dead-letters", limit=2, cursor=page["nextCursor"]).get_json()
    assert rest == {"open": 3, "deadLetters": newest[2:], "nextCursor": None}
    admin.send("POST", f"/dead-letters/{newest[0]['id']}/discard")
    assert [letter["id"] for letter in listed(admin, state="open")] == [letter["id"] for letter in newest[1:]]
    assert [letter["id"] for letter in listed(admin, state="discarded")] == [newest[0]["id"]]
    assert [letter["id"] for letter in listed(admin, state="all")] == [letter["id"] for letter in newest]


@pytest.mark.parametrize(
    "query",
    [
        {"state": "lost"},
        {"limit": 0},
        {"limit": 201},
        {"cursor": "x"},
        {"cursor": write_cursor([10**18, "0" * 64])},
        {"cursor": write_cursor([-1, "0" * 64])},
        {"cursor": write_cursor([1, "a/b"])},
        {"store": "s-1"},
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(admin: Asker, query: dict[str, Any]) -> None:
    assert wrong_fields(admin.get("/dead-letters", **query)) == set(query)


def test_a_replay_sends_the_original_alone_as_often_as_asked(
    apps: Apps, admin: Asker, pubsub: PubSub
) -> None:
    pubsub.open("order-created")
    receive(apps, b"\xffany", origin="shop")
    (letter,) = listed(admin)
    for _ in range(2):
        answer = admin.send("POST", f"/dead-letters/{letter['id']}/replay")
        assert (answer.status_code, answer.get_json()) == (200, letter | {"state": "replayed"})
    assert pubsub.take("order-created") == [(b"\xffany", {"origin": "shop"})] * 2


def test_a_replay_that_pubsub_does_not_take_leaves_the_letter_open(
    apps: Apps, admin: Asker, pubsub: PubSub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pubsub_adapter._RETRY, "_timeout", 0.05)
    receive(apps)
    (letter,) = listed(admin)
    # The topic does not exist yet.
    problem(admin.send("POST", f"/dead-letters/{letter['id']}/replay"), 503)
    assert listed(admin, state="open") == [letter]
    pubsub.open("order-created")
    assert admin.send("POST", f"/dead-letters/{letter['id']}/replay").status_code == 200


@pytest.mark.parametrize("topic", ["customer-metrics-updated", "dead-letters", "", "x" * 1000])
def test_a_letter_from_a_topic_that_nobody_reads_can_only_be_discarded(
    apps: Apps, admin: Asker, topic: str
) -> None:
    receive(apps, sourceTopic=topic)
    (letter,) = listed(admin)
    problem(admin.send("POST", f"/dead-letters/{letter['id']}/replay"), 409)
    assert admin.send("POST", f"/dead-letters/{letter['id']}/discard").get_json()["state"] == "discarded"


PLACES = [("GET", ""), ("GET", "/{}"), ("POST", "/{}/replay"), ("POST", "/{}/discard")]


@pytest.mark.parametrize(("method", "place"), PLACES[1:])
@pytest.mark.parametrize("letter_id", ["0" * 64, "__x__", "A" * 64, ".."])
def test_an_unknown_letter_is_not_found(admin: Asker, method: str, place: str, letter_id: str) -> None:
    problem(admin.send(method, "/dead-letters" + place.format(letter_id)), 404)


@pytest.mark.parametrize(("method", "place"), PLACES)
def test_only_admins_of_all_stores_see_and_decide(
    apps: Apps, crowd: Crowd, admin: Asker, method: str, place: str
) -> None:
    receive(apps)
    (letter,) = listed(admin)
    path = "/dead-letters" + place.format(letter["id"])
    problem(crowd.nobody().send(method, path), 401)
    for asker in (crowd.admin(["s-1"]), crowd.admin([]), crowd.somebody("*"), crowd.somebody(["s-1"])):
        problem(asker.send(method, path), 403)
    assert listed(admin) == [letter]


def test_a_letter_that_cannot_be_kept_is_delivered_again_and_goes_nowhere_else(
    apps: Apps, pubsub: PubSub, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firestore_client.RETRY, "_timeout", 0.05)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    instance()
    pushed = push(apps["dead_letter_received"], DEAD_LETTERS, data=b"", attributes=OURS)
    assert pushed.status_code == 500
    assert pubsub.take(DEAD_LETTERS) == []


def test_what_a_function_refused_comes_back_right_after_its_reason_is_gone(
    apps: Apps, admin: Asker, pubsub: PubSub, store_id: str
) -> None:
    pubsub.open("order-created")
    settings = {"name": "Shop", "timezone": "UTC", "currency": "USD"}
    admin.send("PUT", f"/stores/{store_id}", settings)
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    (refused,) = pubsub.take(DEAD_LETTERS)
    push(apps["dead_letter_received"], DEAD_LETTERS, data=refused.data, attributes=refused.attributes)
    (letter,) = listed(admin)
    assert letter["reason"] == "order.currency: expected the store's USD, got BRL"
    admin.send("PUT", f"/stores/{store_id}", settings | {"currency": "BRL"})
    admin.send("POST", f"/dead-letters/{letter['id']}/replay")
    (sent,) = pubsub.take("order-created")
    assert push(apps["order_created"], "order-created", json.loads(sent.data)).status_code == 200
    answer = admin.get("/store/dashboard", storeId=store_id, year=2024, month=5).get_json()
    assert answer["summary"]["totalOrders"] == 1
    assert pubsub.take(DEAD_LETTERS) == []


@pytest.mark.parametrize(
    ("entry_point", "topic", "event"),
    [
        ("order_created", "order-created", an_old_creation("new-store")),
        ("customer_registered", "customer-registered", an_account_event(storeId="new-store")),
    ],
)
def test_events_of_an_unknown_store_wait_until_it_is_created(
    apps: Apps,
    crowd: Crowd,
    pubsub: PubSub,
    instance: Forget,
    monkeypatch: pytest.MonkeyPatch,
    entry_point: str,
    topic: str,
    event: dict[str, Any],
) -> None:
    monkeypatch.setenv("STORES", "known")
    instance()
    assert push(apps[entry_point], topic, event).status_code == 200
    (kept,) = pubsub.take(DEAD_LETTERS)
    assert "storeId: expected a store that exists, got 'new-store'" in kept.attributes["reason"]
    assert crowd.admin().get("/stores").get_json() == {"stores": []}
    settings = {"name": "New", "timezone": "UTC", "currency": "BRL"}
    assert crowd.admin().send("PUT", "/stores/new-store", settings).status_code == 201
    push(apps[entry_point], topic, event)
    assert pubsub.take(DEAD_LETTERS) == []


def test_a_letter_names_its_store_and_its_order(apps: Apps, admin: Asker) -> None:
    receive(apps, json.dumps({"storeId": "s-1", "order": {"orderId": "o-1"}}).encode())
    (letter,) = listed(admin)
    assert (letter["storeId"], letter["orderId"]) == ("s-1", "o-1")


def test_open_letters_are_counted(apps: Apps, admin: Asker) -> None:
    for number in range(3):
        receive(apps, b"%d" % number, message_id=str(number))
    first = listed(admin)[0]
    admin.send("POST", f"/dead-letters/{first['id']}/discard")
    assert admin.get("/dead-letters", limit=1).get_json()["open"] == 2
    admin.send("POST", f"/dead-letters/{first['id']}/reopen")
    assert admin.get("/dead-letters", state="discarded").get_json()["open"] == 3


def test_an_edited_message_is_published_with_its_attributes(apps: Apps, admin: Asker, pubsub: PubSub) -> None:
    pubsub.open("order-created")
    receive(apps, b'{"wrong": 1}', origin="shop")
    (letter,) = listed(admin)
    answer = admin.send("POST", f"/dead-letters/{letter['id']}/correct", {"data": '{"right": 1}'})
    assert answer.get_json()["state"] == "replayed"
    [message] = pubsub.take("order-created")
    assert (message.data, message.attributes) == (b'{"right": 1}', {"origin": "shop"})
    assert admin.get(f"/dead-letters/{letter['id']}").get_json()["data"] == '{"wrong": 1}'
