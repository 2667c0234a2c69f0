"""Keep dead letters, and replay or discard them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from shared.dead_letters.letter import DeadLetter, LetterRecord, State, topic_read
from shared.documents.retry import retry
from shared.documents.store import PreconditionLost
from shared.errors import LetterUnknown, TopicUnknown
from shared.messages.publishing import Publishes

_ATTEMPTS_S = 10.0


class Letters(Protocol):
    """Where letters are kept. Its errors are `TransientError`s."""

    def find(self, letter_id: str) -> LetterRecord | None: ...

    def payload(self, letter_id: str) -> tuple[bytes, Mapping[str, str]]: ...

    def put(self, record: LetterRecord, letter: DeadLetter) -> None:
        """Write record and payload. Raise PreconditionLost where the record is at another version."""

    def mark(self, record: LetterRecord) -> None:
        """Write the record's state. Raise PreconditionLost where the record is at another version."""


class DeadLetterBox:
    """Keeps, replays and discards letters. Safe to share between threads."""

    def __init__(self, letters: Letters, publisher: Callable[[], Publishes]) -> None:
        """Take the publisher as a function: only a replay needs one."""
        self._letters = letters
        self._publisher = publisher

    def take(self, letter: DeadLetter, message_id: str, at: datetime) -> tuple[LetterRecord, bool]:
        """Keep the letter, published `at` this time. Return its record, and whether the message is new.

        Raises:
            TransientError: the letter is not kept; the message must not be acknowledged.
        """

        def attempt() -> tuple[LetterRecord, bool]:
            known = self._letters.find(letter.letter_id) or _blank(letter, at)
            record = known.seen_again(letter.reason, message_id, at)
            if record is known:
                return known, False
            self._letters.put(record, letter)
            return record, True

        return retry(attempt, within_s=_ATTEMPTS_S)

    def replay(self, letter_id: str, corrected: bytes | None = None) -> LetterRecord:
        """Publish the message to the topic that it came from, and mark the letter; return its record.

        With `corrected`, that is published instead of the message's data.

        The message is published first: a failure after that leaves the letter open, and a message that is
        published twice counts once. The letter is not marked if it changed meanwhile, so that one that was
        refused again at once stays open.

        Raises:
            LetterUnknown: nothing was published.
            TopicUnknown: nothing was published.
            TransientError: the message may have been published; the letter is not marked. Replay it again.
        """
        # They need pydantic, which keeping a letter does not.
        from shared.messages.events import EVENTS
        from shared.messages.fold_asked import TOPIC as FOLD

        record = self._find(letter_id)
        if record.source_topic is None or topic_read(record.source_topic) not in {*EVENTS, FOLD}:
            raise TopicUnknown(f"the letter comes from {record.source_topic!r}, which no function reads")
        data, attributes = self._letters.payload(letter_id)
        data = data if corrected is None else corrected
        self._publisher().publish(record.source_topic, data, attributes)
        with suppress(PreconditionLost):  # the letter came again, or another decision was faster
            self._letters.mark(replace(record, state=State.REPLAYED))
        return self._find(letter_id)

    def discard(self, letter_id: str) -> LetterRecord:
        """Mark the letter as discarded; return its record. Raise LetterUnknown or TransientError."""
        return self._set(letter_id, lambda _: State.DISCARDED)

    def reopen(self, letter_id: str) -> LetterRecord:
        """Take a discard back; return the record. One that is not discarded stays as it is.

        Raises LetterUnknown or TransientError.
        """
        return self._set(letter_id, lambda state: State.OPEN if state is State.DISCARDED else state)

    def _set(self, letter_id: str, following: Callable[[State], State]) -> LetterRecord:
        def attempt() -> LetterRecord:
            known = self._find(letter_id)
            record = replace(known, state=following(known.state))
            if record != known:
                self._letters.mark(record)
            return record

        return retry(attempt, within_s=_ATTEMPTS_S)

    def _find(self, letter_id: str) -> LetterRecord:
        record = self._letters.find(letter_id)
        if record is None:
            raise LetterUnknown(f"no dead letter {letter_id!r}")
        return record


def _blank(letter: DeadLetter, at: datetime) -> LetterRecord:
    store_id, order_id = letter.about
    return LetterRecord(
        letter_id=letter.letter_id,
        source_topic=letter.source_topic,
        function=letter.function,
        reason=letter.reason,
        size_bytes=len(letter.data),
        store_id=store_id,
        order_id=order_id,
        first_at=at,
        last_at=at,
    )
