"""Keeping letters and deciding about them, on Firestore: whatever happens in between, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.dead_letters import FirestoreDeadLetters
from shared.dead_letters.box import DeadLetterBox
from shared.dead_letters.letter import DeadLetter, LetterRecord, State
from shared.errors import LetterUnknown, PublishFailed, TopicUnknown
from tests.builders import NOON
from tests.contract.wire_log import LoggedClient
from tests.letters import a_letter


class Topics:
    """What was published. `meanwhile` happens while a message is under way."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.messages: list[tuple[str, bytes, Mapping[str, str]]] = []
        self._meanwhile = meanwhile

    def publish(self, topic: str, data: bytes, attributes: Mapping[str, str]) -> None:
        self._meanwhile()
        self.messages.append((topic, data, attributes))


def box_of(client: Client, topics: Topics | None = None) -> DeadLetterBox:
    return DeadLetterBox(FirestoreDeadLetters(client), lambda: topics or Topics())


def take(client: Client, message_id: str = "1", letter: DeadLetter | None = None) -> LetterRecord:
    return box_of(client).take(letter or a_letter(), message_id, NOON)[0]


def kept(client: Client) -> LetterRecord:
    record = FirestoreDeadLetters(client).find(a_letter().letter_id)
    assert record is not None
    return record


def test_repeats_are_counted_and_deliveries_again_are_not(client: Client) -> None:
    box = box_of(client)
    news = [box.take(a_letter(), message_id, NOON)[1] for message_id in ("1", "2", "1", "2", "3")]
    assert news == [True, True, False, False, True]
    assert kept(client).count == 3


def test_messages_that_come_at_once_are_all_counted(client: Client) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda n: take(client, str(n)), range(6)))
    assert kept(client).count == 6


def test_a_commit_whose_answer_is_lost_counts_once(logged: LoggedClient) -> None:
    for message_id in ("1", "2"):
        logged.log.lose_answer_of = "Commit"
        take(logged, message_id)
        assert logged.log.lose_answer_of is None
    assert kept(logged).count == 2


def test_a_replay_sends_the_original_and_is_marked(client: Client) -> None:
    take(client)
    topics = Topics()
    for _ in range(2):
        assert box_of(client, topics).replay(a_letter().letter_id).state == State.REPLAYED
    assert topics.messages == [("order-created", b"{}", {"a": "1", "b": "2"})] * 2


def test_a_failed_replay_leaves_the_letter_open(client: Client) -> None:
    take(client)

    def fail() -> None:
        raise PublishFailed("not now")

    with pytest.raises(PublishFailed):
        box_of(client, Topics(fail)).replay(a_letter().letter_id)
    assert kept(client).state == State.OPEN


def test_a_letter_that_is_refused_again_at_once_stays_open(client: Client) -> None:
    take(client)
    topics = Topics(lambda: take(client, "2"))
    assert box_of(client, topics).replay(a_letter().letter_id).state == State.OPEN
    assert kept(client).count == 2


@pytest.mark.parametrize("decide", [DeadLetterBox.replay, DeadLetterBox.discard])
def test_a_letter_that_comes_again_later_is_open_again(
    client: Client, decide: Callable[[DeadLetterBox, str], LetterRecord]
) -> None:
    take(client)
    assert decide(box_of(client), a_letter().letter_id).state != State.OPEN
    take(client, "1")
    assert kept(client).state != State.OPEN
    take(client, "2")
    assert kept(client).state == State.OPEN


def test_discarding_sends_nothing(client: Client) -> None:
    take(client)
    topics = Topics()
    assert box_of(client, topics).discard(a_letter().letter_id).state == State.DISCARDED
    assert kept(client).state == State.DISCARDED
    assert topics.messages == []


@pytest.mark.parametrize("decide", [DeadLetterBox.replay, DeadLetterBox.discard])
def test_an_unknown_letter_is_refused(
    client: Client, decide: Callable[[DeadLetterBox, str], LetterRecord]
) -> None:
    with pytest.raises(LetterUnknown):
        decide(box_of(client), "0" * 64)


def test_a_letter_of_a_tenants_topic_is_sent_there_again(client: Client) -> None:
    letter = a_letter(source_topic="order-created.acme")
    take(client, letter=letter)
    topics = Topics()
    assert box_of(client, topics).replay(letter.letter_id).state == State.REPLAYED
    assert [topic for topic, *_ in topics.messages] == ["order-created.acme"]


@pytest.mark.parametrize(
    "topic", [None, "dead-letters", "customer-metrics-updated", "x", "dead-letters.acme", ".order-created"]
)
def test_a_letter_from_a_topic_that_nobody_reads_is_not_sent(client: Client, topic: str | None) -> None:
    letter = a_letter(source_topic=topic)
    take(client, letter=letter)
    topics = Topics()
    with pytest.raises(TopicUnknown):
        box_of(client, topics).replay(letter.letter_id)
    assert topics.messages == []
