"""Publishers who may speak for one store alone: their topic's subscription says for which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.serving import make_server

from emulator.local_http import request_json
from emulator.ports import HOST
from emulator.subscriptions import publish
from shared import runtime
from shared.dead_letters.letter import read_dead_letter
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from shared.documents.paths import order_path
from shared.messages.validation import shorten
from tests.builders import an_account_event
from tests.functions.messages import AT, PubSub, an_old_creation, push
from tests.patience import wait_for

TOPIC = "order-created.acme"


def is_counted(store_id: str) -> bool:
    return bool(runtime.firestore().document(*order_path(store_id, "o-1")).get().exists)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server(HOST, 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def subscribe(pubsub_host: str, project: str, endpoint: str) -> None:
    """Make the publisher's topic and its push subscription, as Terraform does."""
    topic = f"projects/{project}/topics/{TOPIC}"
    subscription = {"topic": topic, "pushConfig": {"pushEndpoint": endpoint}}
    for name, body in ((topic, {}), (f"projects/{project}/subscriptions/{TOPIC}", subscription)):
        status, answer = request_json(pubsub_host, "PUT", f"/v1/{name}", body)
        assert status == 200, answer


def test_what_is_published_on_a_tenants_topic_counts_in_the_tenants_store_alone(
    apps: dict[str, Flask], pubsub: PubSub, pubsub_host: str, project: str, store_id: str
) -> None:
    theirs = "somebody-elses"
    with served(apps["order_created"]) as url:
        path = f"/projects/{project}/topics/{TOPIC}?store={quote(store_id, safe='')}"
        subscribe(pubsub_host, project, url + path)
        events = [json.dumps(an_old_creation(one)).encode() for one in (theirs, store_id)]
        publish(pubsub_host, project, TOPIC, events)
        wait_for(lambda: is_counted(store_id))
        [message] = wait_for(lambda: pubsub.take(DEAD_LETTERS))
    assert not is_counted(theirs)
    letter = read_dead_letter(message.data, message.attributes)
    assert letter.source_topic == TOPIC, "so that a replay is bound to the store too"
    assert letter.reason == f"storeId: expected {shorten(store_id)}, which the topic is for, got {theirs!r}"
    assert json.loads(letter.data)["storeId"] == theirs


@pytest.mark.parametrize("store", ["", "s-2", "S-1", "s-1 ", "s-1&store=s-2"])
def test_a_topic_for_a_store_is_for_no_other_however_it_is_written(
    apps: dict[str, Flask], pubsub: PubSub, store: str
) -> None:
    event = an_old_creation("s-2" if store.startswith("s-1") else "s-1")
    assert push(apps["order_created"], f"{TOPIC}?store={store}", event).status_code == 200
    assert not is_counted(event["storeId"])
    assert len(pubsub.take(DEAD_LETTERS)) == 1


def test_each_event_of_a_list_is_bound_to_the_store(
    apps: dict[str, Flask], pubsub: PubSub, store_id: str
) -> None:
    theirs = "somebody-elses"
    events = [an_old_creation(one) for one in (theirs, store_id)]
    pushed = push(
        apps["order_created"],
        f"{TOPIC}?store={quote(store_id, safe='')}",
        data=json.dumps(events).encode(),
    )
    assert pushed.status_code == 200
    assert is_counted(store_id)
    assert not is_counted(theirs)
    [message] = pubsub.take(DEAD_LETTERS)
    assert json.loads(message.data)["storeId"] == theirs
    assert message.attributes["sourceTopic"] == TOPIC


@pytest.mark.parametrize("name", ["customer-registered", "email-confirmed"])
def test_customers_are_bound_to_the_store_too(
    apps: dict[str, Flask], pubsub: PubSub, store_id: str, name: str
) -> None:
    event = an_account_event(occurredAt=AT, registeredAt=AT, storeId="other")
    app = apps[name.replace("-", "_")]
    assert push(app, f"{name}.acme?store={quote(store_id, safe='')}", event).status_code == 200
    [message] = pubsub.take(DEAD_LETTERS)
    assert message.attributes["sourceTopic"] == f"{name}.acme"


def test_an_event_that_names_no_store_is_refused(apps: dict[str, Flask], pubsub: PubSub) -> None:
    event = an_old_creation("s-1")
    del event["storeId"]
    assert push(apps["order_created"], f"{TOPIC}?store=s-1", event).status_code == 200
    assert push(apps["order_created"], f"{TOPIC}?store=s-1", data=b"[7]").status_code == 200
    assert [message.attributes["sourceTopic"] for message in pubsub.take(DEAD_LETTERS)] == [TOPIC] * 2
