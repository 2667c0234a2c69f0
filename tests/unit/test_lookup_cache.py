"""The lease to ask the customer API belongs to one lookup at a time, however late another one comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from emulator.documents import MemoryDocuments
from shared.baskets.calls import ApiCall, Subject
from shared.baskets.lookup_cache import Asked, LookupCache, Remembered
from shared.domain.call_outcome import CallOutcome
from shared.domain.customer_identifier import IdentifierKind
from shared.domain.lookup import Answer
from tests.builders import NOON
from tests.contract.lookup_bench import RETENTION

SUBJECT = Subject(store_id="s-1", kind=IdentifierKind.CARD, identifier_hash="h")
NO_CALLS = Asked(subject=SUBJECT, basket_id="b-1", calls=())
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def an_answer(at: datetime) -> Answer:
    return Answer(asked_at=at, profile=None)


class Desk:
    """Two lookups: `late` has a lease that ran out, `second` the one that was taken after it."""

    def __init__(self) -> None:
        self.documents = MemoryDocuments()
        self.cache = LookupCache(self.documents, RETENTION)
        self.late = self._lease(NOON + MINUTE)
        self.second = self._lease(NOON + 2 * MINUTE)

    def _lease(self, until: datetime) -> Remembered:
        leased = self.cache.lease(SUBJECT, self.cache.read(SUBJECT), until)
        assert leased is not None
        return leased

    @property
    def leased_until(self) -> datetime | None:
        return self.cache.read(SUBJECT).entry.leased_until


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_late_answer_is_kept_and_leaves_the_others_lease(desk: Desk) -> None:
    assert desk.cache.save_answer(NO_CALLS, desk.late, an_answer(NOON), [], []) == an_answer(NOON)
    assert desk.leased_until == NOON + 2 * MINUTE
    assert desk.cache.read(SUBJECT).entry.answer == an_answer(NOON)


def test_a_late_failure_leaves_the_others_lease_and_its_calls_are_kept(desk: Desk) -> None:
    call = ApiCall(called_at=NOON, attempt=1, duration_ms=1.0, outcome=CallOutcome.TIMEOUT)
    desk.cache.save_failure(replace(NO_CALLS, calls=[call]), desk.late, NOON + MINUTE)
    entry = desk.cache.read(SUBJECT).entry
    assert (entry.leased_until, entry.failed_at) == (NOON + 2 * MINUTE, None)
    assert [path[-2] for path in desk.documents.documents].count("lookupCalls") == 1


def test_an_answer_gives_its_own_lease_back_also_after_a_late_one(desk: Desk) -> None:
    desk.cache.save_answer(NO_CALLS, desk.late, an_answer(NOON), [], [])
    newest = desk.cache.save_answer(NO_CALLS, desk.second, an_answer(NOON + SECOND), [], [])
    assert newest == an_answer(NOON + SECOND)
    assert desk.leased_until is None


def test_a_failure_gives_its_own_lease_back_also_after_a_late_answer(desk: Desk) -> None:
    desk.cache.save_answer(NO_CALLS, desk.late, an_answer(NOON), [], [])
    desk.cache.save_failure(NO_CALLS, desk.second, NOON + MINUTE)
    entry = desk.cache.read(SUBJECT).entry
    assert (entry.leased_until, entry.failed_at) == (None, NOON + MINUTE)
    assert entry.answer == an_answer(NOON)


def test_an_older_answer_does_not_replace_a_newer_one(desk: Desk) -> None:
    desk.cache.save_answer(NO_CALLS, desk.second, an_answer(NOON + SECOND), [], [])
    assert desk.cache.save_answer(NO_CALLS, desk.late, an_answer(NOON), [], []) == an_answer(NOON + SECOND)
    assert desk.cache.read(SUBJECT).entry.answer == an_answer(NOON + SECOND)
