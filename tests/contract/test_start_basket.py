"""Starting baskets: once for each key, and no event is ever lost."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.outbox import FirestoreOutbox
from shared.baskets.start_basket import BasketStarter, KeyReused, StartRequest
from shared.baskets.sweep_outbox import LEFT_BEHIND, PAGE, sweep_outbox
from shared.documents.paths import basket_path
from shared.errors import PublishFailed
from shared.messages.decode import read_basket
from tests.builders import NOON
from tests.contract.lookup_bench import RETENTION, Killed, Mortal, Outgoing

MINUTE = timedelta(minutes=1)
REQUEST = StartRequest(
    store_id="s/1", employee_id=1, terminal_id="term_001", customer_identifier="+1234567890",
    key=("till", "key-1", "startBasket"),
)  # fmt: skip


class Till:
    """Starts baskets and sweeps what was left behind."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.outgoing = Outgoing()
        self.documents = FirestoreDocuments(client)

    def starter(self, mortal: Mortal | None = None) -> BasketStarter:
        guard: Any = mortal.guard if mortal else lambda target: target
        return BasketStarter(
            guard(self.documents), guard(self.outgoing), RETENTION, logging.getLogger("test")
        )

    def sweep(self, after: timedelta = timedelta(minutes=1)) -> int:
        outgoing = self.outgoing

        class All:
            def publish_all(self, topic: str, messages: Any) -> None:
                for data, attributes in messages:
                    outgoing.publish(topic, data, attributes)

        return sweep_outbox(FirestoreOutbox(self.client), self.documents, All, datetime.now(UTC) + after)

    def baskets(self) -> list[str]:
        return [found.get("basketId") for found in self.client.collection_group("baskets").stream()]

    def waiting(self) -> int:
        return len(list(self.client.collection("outbox").stream()))


@pytest.fixture
def till(client: Client) -> Till:
    return Till(client)


def test_a_started_basket_is_kept_and_told_of(till: Till) -> None:
    basket = till.starter().start(REQUEST)
    kept = till.client.document(*basket_path("s/1", basket.basket_id)).get().to_dict() or {}
    assert kept["lookupStatus"] == "PENDING"
    assert "+1234567890" not in str(kept)
    [event] = till.outgoing.events
    topic = event.pop("topic")
    started = read_basket(topic, event, datetime.now(UTC))
    assert (started.basket_id, started.customer_identifier) == (basket.basket_id, "+1234567890")
    assert till.waiting() == 0


@pytest.mark.parametrize("given", [None, "", "  "])
def test_a_basket_without_identifier_is_a_guests(till: Till, given: str | None) -> None:
    assert till.starter().start(replace(REQUEST, customer_identifier=given)).lookup_status == "GUEST"
    assert "customerIdentifier" not in till.outgoing.events[0]


def test_without_a_key_every_request_starts_a_basket(till: Till) -> None:
    for _ in range(2):
        till.starter().start(replace(REQUEST, key=None))
    assert len(till.baskets()) == 2


def test_a_repeated_request_starts_one_basket(till: Till) -> None:
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: till.starter().start(REQUEST), range(4)))
    assert {basket.basket_id for basket in started} == {*till.baskets()}
    assert len(till.baskets()) == 1
    assert len({event["eventId"] for event in till.outgoing.events}) == 1


@pytest.mark.parametrize(
    "changed", [{"employee_id": 2}, {"terminal_id": "term_002"}, {"customer_identifier": None}]
)
def test_a_key_is_for_one_request(till: Till, changed: dict[str, Any]) -> None:
    till.starter().start(REQUEST)
    with pytest.raises(KeyReused):
        till.starter().start(replace(REQUEST, **changed))
    assert len(till.baskets()) == 1


@pytest.mark.parametrize("changed", [{"store_id": "s-2"}, {"key": ("other till", "key-1", "startBasket")}])
def test_keys_of_others_are_other_keys(till: Till, changed: dict[str, Any]) -> None:
    till.starter().start(REQUEST)
    till.starter().start(replace(REQUEST, **changed))
    assert len({*till.baskets()}) == 2


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", [1, 2, 3])
def test_wherever_it_dies_basket_and_event_come_together(till: Till, step: int, before: bool) -> None:
    with pytest.raises(Killed):
        till.starter(Mortal(step, before=before)).start(REQUEST)
    till.sweep()
    told = {event["basketId"] for event in till.outgoing.events}
    assert told == {*till.baskets()}
    assert till.waiting() == 0


def test_pubsub_away_does_not_keep_a_till_waiting(till: Till) -> None:
    till.outgoing.is_away = True
    till.starter().start(REQUEST)
    with pytest.raises(PublishFailed):
        till.sweep()
    assert till.waiting() == 1
    till.outgoing.is_away = False
    assert till.sweep() == 1
    assert till.sweep() == 0
    assert len(till.outgoing.events) == 1


def test_a_repeat_publishes_what_the_first_could_not(till: Till) -> None:
    till.outgoing.is_away = True
    till.starter().start(REQUEST)
    till.outgoing.is_away = False
    till.starter().start(REQUEST)
    assert len(till.outgoing.events) == 1
    assert till.waiting() == 0


def test_a_basket_and_a_waiting_event_expire_each_in_its_time(till: Till) -> None:
    till.outgoing.is_away = True
    basket = till.starter().start(REQUEST)
    kept = till.client.document(*basket_path("s/1", basket.basket_id)).get().get("expireAt")
    [waiting] = till.client.collection("outbox").stream()
    assert kept - basket.started_at == RETENTION.baskets
    assert waiting.get("expireAt") - basket.started_at == RETENTION.outbox


def test_the_sweep_leaves_what_is_being_published(till: Till) -> None:
    till.outgoing.is_away = True
    till.starter().start(REQUEST)
    till.outgoing.is_away = False
    assert till.sweep(after=LEFT_BEHIND / 2) == 0


def test_the_sweep_takes_more_than_one_page(till: Till) -> None:
    batch = till.client.batch()
    for n in range(PAGE + 1):
        fields = {"event": "{}", "createdAt": datetime.now(UTC)}
        batch.set(till.client.collection("outbox").document(f"e-{n}"), fields)
    batch.commit()
    assert till.sweep() == PAGE + 1
    assert till.waiting() == 0


def test_an_event_that_was_kept_long_after_its_time_is_published_within_a_day(till: Till) -> None:
    assert till.sweep() == 0
    fields = {"event": "{}", "createdAt": datetime.now(UTC) - timedelta(days=2)}
    till.client.document("outbox", "e-1").set(fields)
    assert till.sweep() == 0
    assert till.sweep(after=timedelta(days=2)) == 1


def test_a_sweep_does_not_read_past_what_was_searched_before(till: Till) -> None:
    for n, created_at in enumerate((NOON - MINUTE, NOON, NOON + MINUTE, NOON + 2 * MINUTE)):
        till.client.document("outbox", f"e-{n}").set({"event": "{}", "createdAt": created_at})
    outbox = FirestoreOutbox(till.client)
    assert [one.path[-1] for one in outbox.oldest((NOON, NOON + MINUTE), 10)] == ["e-2"]
    assert [one.path[-1] for one in outbox.oldest((None, NOON), 10)] == ["e-0", "e-1"]
