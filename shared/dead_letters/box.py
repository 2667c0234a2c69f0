"""Keep dead letters, and decide about them: send them again, or discard them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from google.api_core.exceptions import RetryError
from google.api_core.retry import Retry, if_exception_type

from shared.dead_letters.letter import DeadLetter, LetterRecord, State
from shared.documents.store import PreconditionLost
from shared.errors import LetterUnknown, StoreContended, TopicUnknown
from shared.messages.publishing import Publishes

_ATTEMPTS_S = 10.0
_ResultT = TypeVar("_ResultT")


class Letters(Protocol):
    """Where letters are kept; its errors are TransientErrors, and PreconditionLost where noted."""

    def find(self, letter_id: str) -> LetterRecord | None: ...

    def payload(self, letter_id: str) -> tuple[bytes, Mapping[str, str]]: ...

    def put(self, record: LetterRecord, letter: DeadLetter) -> None:
        """Write record and payload if the record is still at its version; else raise PreconditionLost."""

    def mark(self, record: LetterRecord) -> None:
        """Write the record's state if it is still at its version; else raise PreconditionLost."""


class DeadLetterBox:
    """Keeps letters and carries out decisions about them. Safe to share between threads."""

    def __init__(self, letters: Letters, publisher: Callable[[], Publishes]) -> None:
        """Use these; the publisher is built on first use, by whoever replays."""
        self._letters = letters
        self._publisher = publisher

    def take(self, letter: DeadLetter, message_id: str, at: datetime) -> tuple[LetterRecord, bool]:
        """Keep the letter, published at this time; return its record, and whether this message was new.

        Raises:
            TransientError: it is not kept; the message must not be acknowledged.
        """

        def attempt() -> tuple[LetterRecord, bool]:
            known = self._letters.find(letter.letter_id) or _blank(letter, at)
            record = known.seen_again(letter.reason, message_id, at)
            if record is known:
                return known, False
            self._letters.put(record, letter)
            return record, True

        return _persist(attempt)

    def replay(self, letter_id: str) -> LetterRecord:
        """Publish the original message to where it came from, and mark the letter; return its record.

        It is published first: whatever fails after that leaves the letter open, and a message that is
        published twice counts once. It is marked only if nothing happened to it meanwhile, so that one that
        was refused again at once stays open.

        Raises:
            LetterUnknown: nothing was published.
            TopicUnknown: nothing was published.
            TransientError: it may have been published, and is not marked; replay it again.
        """
        from shared.messages.events import EVENTS  # here, as keeping a letter needs no pydantic

        record = self._find(letter_id)
        if record.source_topic not in EVENTS:
            raise TopicUnknown(f"the letter comes from {record.source_topic!r}, which no function reads")
        data, attributes = self._letters.payload(letter_id)
        self._publisher().publish(record.source_topic, data, attributes)
        with suppress(PreconditionLost):  # it came again, or somebody else decided: that stands
            self._letters.mark(replace(record, state=State.REPLAYED))
        return self._find(letter_id)

    def discard(self, letter_id: str) -> LetterRecord:
        """Mark the letter as worth nothing; return its record. Raises LetterUnknown, TransientError."""

        def attempt() -> LetterRecord:
            record = replace(self._find(letter_id), state=State.DISCARDED)
            self._letters.mark(record)
            return record

        return _persist(attempt)

    def _find(self, letter_id: str) -> LetterRecord:
        record = self._letters.find(letter_id)
        if record is None:
            raise LetterUnknown(f"no dead letter {letter_id!r}")
        return record


def _blank(letter: DeadLetter, at: datetime) -> LetterRecord:
    return LetterRecord(
        letter_id=letter.letter_id,
        source_topic=letter.source_topic,
        function=letter.function,
        reason=letter.reason,
        size_bytes=len(letter.data),
        first_at=at,
        last_at=at,
    )


def _persist(attempt: Callable[[], _ResultT]) -> _ResultT:
    retry = Retry(
        predicate=if_exception_type(PreconditionLost, StoreContended),
        initial=0.02, maximum=1.0, multiplier=2.0, timeout=_ATTEMPTS_S,
    )  # fmt: skip
    try:
        return retry(attempt)()
    except RetryError as error:
        raise StoreContended(f"other writers kept winning for {_ATTEMPTS_S} s") from error
