"""What a message on the dead letters' topic says, and what a repeat of it changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.dead_letters.letter import DeadLetter, State, read_dead_letter
from tests.builders import NOON
from tests.letters import a_letter, a_record

OURS = {"reason": "order.price: expected …", "function": "order_created", "sourceTopic": "order-created"}
PUBSUBS = {
    "CloudPubSubDeadLetterSourceDeliveryCount": "100",
    "CloudPubSubDeadLetterSourceSubscription": "order-status-changed",
    "CloudPubSubDeadLetterSourceSubscriptionProject": "p",
    "CloudPubSubDeadLetterSourceTopicPublishTime": "2026-11-20T12:00:00Z",
}
GAVE_UP = "Pub/Sub gave up after 100 deliveries; the function's log says why"


@pytest.mark.parametrize(
    ("attributes", "topic", "function", "reason"),
    [
        (OURS, "order-created", "order_created", OURS["reason"]),
        (PUBSUBS, "order-status-changed", "order_status_changed", GAVE_UP),
        (
            PUBSUBS | {"CloudPubSubDeadLetterSourceSubscription": "order-created.acme"},
            "order-created.acme",
            "order_created",
            GAVE_UP,
        ),
        (
            {"CloudPubSubDeadLetterSourceSubscription": "projects/p/subscriptions/order-created"},
            "order-created",
            "order_created",
            "Pub/Sub gave up after too many deliveries; the function's log says why",
        ),
    ],
)
def test_it_says_who_refused_what_and_why(
    attributes: dict[str, str], topic: str, function: str, reason: str
) -> None:
    letter = read_dead_letter(b"\xff", {"origin": "shop"} | attributes)
    assert letter == DeadLetter(
        source_topic=topic, function=function, reason=reason, data=b"\xff", attributes={"origin": "shop"}
    )


def test_a_message_from_anywhere_else_is_kept_as_it_came() -> None:
    letter = read_dead_letter(b"", {"reason": "theirs", "a": "b"})
    assert (letter.source_topic, letter.function) == (None, None)
    assert letter.attributes == {"reason": "theirs", "a": "b"}
    assert letter.reason.startswith("not known")


def test_a_publisher_cannot_say_where_a_letter_that_pubsub_forwards_came_from() -> None:
    letter = read_dead_letter(b"", PUBSUBS | OURS)
    assert (letter.source_topic, letter.reason) == ("order-status-changed", GAVE_UP)
    assert letter.attributes == OURS


def test_the_senders_own_words_stay_where_pubsub_forwards() -> None:
    assert read_dead_letter(b"", PUBSUBS | {"reason": "theirs"}).attributes == {"reason": "theirs"}


def test_what_pubsub_adds_is_not_sent_back_to_it() -> None:
    assert read_dead_letter(b"", OURS | {"googclient_schemaencoding": "JSON"}).attributes == {}


def test_a_repeat_has_the_same_id_whatever_the_reason_and_the_order_of_attributes() -> None:
    other = a_letter(reason="another", attributes={"b": "2", "a": "1"})
    assert other.letter_id == a_letter().letter_id


@pytest.mark.parametrize(
    "changed",
    [
        {"source_topic": "email-confirmed"},
        {"source_topic": None},
        {"function": "customer_registered"},
        {"data": b"{ }"},
        {"data": b""},
        {"attributes": {"a": "1"}},
        {"attributes": {"a": "1b", "": "2"}},
    ],
)
def test_any_other_message_has_another_id(changed: dict[str, Any]) -> None:
    assert a_letter(**changed).letter_id != a_letter().letter_id


def test_a_new_message_counts_up_and_opens_the_letter_again() -> None:
    at = NOON + timedelta(hours=1)
    for state in State:
        record = a_record(count=3, state=state, message_ids=("1",)).seen_again("news", "2", at)
        assert record == a_record(
            count=4, state=State.OPEN, reason="news", last_at=at, message_ids=("1", "2")
        )


def test_a_message_that_is_delivered_again_changes_nothing() -> None:
    record = a_record(count=2, state=State.DISCARDED, message_ids=("1", "2"))
    assert record.seen_again("news", "1", NOON) is record


def test_a_message_that_comes_late_moves_the_first_time_only() -> None:
    record = a_record().seen_again("r", "1", NOON - timedelta(hours=1))
    assert (record.first_at, record.last_at) == (NOON - timedelta(hours=1), NOON)


def test_the_latest_hundred_messages_are_remembered() -> None:
    record = a_record()
    for n in range(150):
        record = record.seen_again("r", str(n), NOON)
    assert record.count == 150
    assert record.message_ids == tuple(str(n) for n in range(50, 150))
