"""Dead letters in Firestore."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.dead_letters import FirestoreDeadLetters
from shared.dead_letters.letter import LetterRecord, State
from shared.documents.store import ABSENT, PreconditionLost
from tests.builders import NOON
from tests.contract.wire_log import LoggedClient
from tests.letters import a_letter, a_record

MOST_BYTES = 10_000_000
"""What Pub/Sub takes in one message."""


@pytest.fixture
def letters(client: Client) -> FirestoreDeadLetters:
    return FirestoreDeadLetters(client)


def put(letters: FirestoreDeadLetters, n: int = 0, **changed: Any) -> LetterRecord:
    record = a_record(letter_id=f"{n:064x}", count=1, message_ids=("1",), **changed)
    letters.put(record, a_letter())
    return record


def ids(records: list[LetterRecord]) -> list[int]:
    return [int(record.letter_id, 16) for record in records]


def test_a_record_reads_back_as_it_was_written(letters: FirestoreDeadLetters) -> None:
    written = put(letters, last_at=NOON + timedelta(microseconds=1), source_topic=None, function=None)
    record = letters.find(written.letter_id)
    assert record is not None
    assert replace(record, version=ABSENT) == written
    assert letters.find("f" * 64) is None


@pytest.mark.parametrize("size", [0, 1, 700_000, 700_001, 2_000_000, MOST_BYTES])
def test_a_payload_of_any_size_reads_back(letters: FirestoreDeadLetters, size: int) -> None:
    data = bytes(range(251)) * (size // 251 + 1)
    letter = a_letter(data=data[:size])
    letters.put(a_record(), letter)
    assert letters.payload(a_record().letter_id) == (letter.data, letter.attributes)


def test_the_most_attributes_fit_beside_the_largest_payload_of_one_document(
    letters: FirestoreDeadLetters,
) -> None:
    attributes = {f"{n:<256}": "\u00fc" * 512 for n in range(100)}
    record = a_record(reason="x" * 1024, message_ids=tuple(f"{n:020}" for n in range(100)))
    letters.put(record, a_letter(data=b"x" * 700_000, attributes=attributes))
    assert letters.payload(record.letter_id) == (b"x" * 700_000, attributes)


@pytest.mark.parametrize("name", ["__name__", "a.b", "a/b", "`", "\u00fc"])
def test_an_attribute_may_have_any_name(letters: FirestoreDeadLetters, name: str) -> None:
    letters.put(a_record(), a_letter(attributes={name: ""}))
    assert letters.payload(a_record().letter_id)[1] == {name: ""}


def test_the_letters_of_an_order_are_found(letters: FirestoreDeadLetters) -> None:
    for n, (store_id, order_id) in enumerate(
        [("s-1", "o-1"), ("s-1", "o-2"), ("s-2", "o-1"), ("s-1", "o-1")]
    ):
        put(letters, n, store_id=store_id, order_id=order_id, last_at=NOON + timedelta(hours=n))
    put(letters, 4, store_id="s-1", order_id="o-1", state=State.REPLAYED)
    assert ids(letters.page(State.OPEN, 9, None, ("s-1", "o-1"))[0]) == [3, 0]
    first, following = letters.page(None, 2, None, ("s-1", "o-1"))
    assert ids(first) == [3, 4]
    assert following is not None
    assert ids(letters.page(None, 2, (following[0], following[1]), ("s-1", "o-1"))[0]) == [0]


def test_the_newest_come_first_page_by_page(letters: FirestoreDeadLetters) -> None:
    for n in range(7):
        put(letters, n, last_at=NOON + timedelta(seconds=n // 2))
    first, following = letters.page(None, 3, None)
    assert ids(first) == [6, 5, 4]
    assert following is not None
    second, following = letters.page(None, 3, (following[0], following[1]))
    assert ids(second) == [3, 2, 1]
    assert following is not None
    third, following = letters.page(None, 3, (following[0], following[1]))
    assert (ids(third), following) == ([0], None)


def test_pages_may_be_of_one_state_only(letters: FirestoreDeadLetters) -> None:
    for n, state in enumerate([State.OPEN, State.REPLAYED, State.DISCARDED, State.OPEN]):
        put(letters, n, state=state, last_at=NOON + timedelta(seconds=n))
    first, following = letters.page(State.OPEN, 1, None)
    assert ids(first) == [3]
    assert following is not None
    second, following = letters.page(State.OPEN, 1, (following[0], following[1]))
    assert (ids(second), following) == ([0], None)
    assert ids(letters.page(State.DISCARDED, 9, None)[0]) == [2]


def test_a_page_reads_a_document_for_each_letter_and_no_payload(logged: LoggedClient) -> None:
    letters = FirestoreDeadLetters(logged)
    for n in range(4):
        put(letters, n)
    logged.log.clear()
    letters.page(None, 2, None)
    assert logged.log.calls == ["RunQuery"]
    assert logged.log.documents == 3


def test_only_one_of_two_writers_makes_a_letter(letters: FirestoreDeadLetters) -> None:
    put(letters)
    with pytest.raises(PreconditionLost):
        put(letters)


def test_a_record_that_was_changed_meanwhile_is_neither_replaced_nor_marked(
    letters: FirestoreDeadLetters,
) -> None:
    put(letters)
    seen = letters.find(a_record().letter_id)
    assert seen is not None
    letters.put(seen.seen_again("r", "2", NOON), a_letter())
    with pytest.raises(PreconditionLost):
        letters.put(seen.seen_again("r", "3", NOON), a_letter())
    with pytest.raises(PreconditionLost):
        letters.mark(replace(seen, state=State.REPLAYED))
    record = letters.find(seen.letter_id)
    assert record is not None
    assert (record.count, record.state, record.message_ids) == (2, State.OPEN, ("1", "2"))


def test_everything_of_a_letter_expires_the_record_before_its_payload(
    letters: FirestoreDeadLetters, client: Client
) -> None:
    letters.put(a_record(), a_letter(data=bytes(2_000_000)))
    reference = client.document("deadLetters", a_record().letter_id)
    record = reference.get().to_dict() or {}
    assert record["expiresAt"] == NOON + timedelta(days=30)
    parts = [part.to_dict() or {} for part in reference.collection("deadLetterParts").stream()]
    assert len(parts) == 2
    assert all(part["expiresAt"] > record["expiresAt"] for part in parts)


def test_a_letter_that_comes_again_and_again_expires_the_record_before_its_payload(
    letters: FirestoreDeadLetters, client: Client
) -> None:
    letters.put(a_record(), a_letter(data=bytes(2_000_000)))
    reference = client.document("deadLetters", a_record().letter_id)
    for days in (29, 58, 87):
        seen = letters.find(a_record().letter_id)
        assert seen is not None
        letters.put(
            seen.seen_again("r", str(days), NOON + timedelta(days=days)), a_letter(data=bytes(2_000_000))
        )
        expires_at = reference.get().get("expiresAt")
        assert expires_at == NOON + timedelta(days=days + 30)
        parts = list(reference.collection("deadLetterParts").stream())
        assert len(parts) == 2
        assert all(part.get("expiresAt") > expires_at for part in parts)
