"""Retries pass over what may pass, for a bounded time, and wait longer each time."""

from itertools import count

import pytest

from shared.documents import retry as module
from shared.documents.retry import Pacing, retry
from shared.documents.store import PreconditionLost
from shared.errors import CacheUnavailable, StoreContended, StoreUnavailable
from tests.virtual_time import VirtualTime


class Attempts:
    """Fails with one error after the other, then succeeds; the last error is kept up if there is no end."""

    def __init__(self, *errors: Exception, ends: bool = True) -> None:
        self.made = 0
        self._errors = errors
        self._ends = ends

    def __call__(self) -> str:
        self.made += 1
        if self.made <= len(self._errors) or not self._ends:
            raise self._errors[min(self.made, len(self._errors)) - 1]
        return "done"


def test_a_lost_race_and_a_contended_commit_are_repeated_until_one_succeeds() -> None:
    attempt = Attempts(PreconditionLost("moved"), StoreContended("aborted"), PreconditionLost("moved"))
    assert retry(attempt, within_s=15) == "done"
    assert attempt.made == 4


def test_an_attempt_that_succeeds_is_made_once() -> None:
    attempt = Attempts()
    assert retry(attempt, within_s=0) == "done"
    assert attempt.made == 1


def test_any_other_error_escapes_at_once() -> None:
    attempt = Attempts(StoreUnavailable("away"))
    with pytest.raises(StoreUnavailable):
        retry(attempt, within_s=15)
    assert attempt.made == 1


def test_races_that_are_always_lost_end_as_contention() -> None:
    lost = PreconditionLost("moved")
    with pytest.raises(StoreContended, match="other writers kept winning for 15 s") as caught:
        retry(Attempts(lost, ends=False), within_s=15)
    assert caught.value.__cause__ is lost


def test_an_outage_that_does_not_end_is_told_by_its_last_error() -> None:
    attempt = Attempts(CacheUnavailable("first"), CacheUnavailable("last"), ends=False)
    with pytest.raises(CacheUnavailable, match="last"):
        retry(attempt, when=lambda error: isinstance(error, CacheUnavailable), within_s=3)
    assert attempt.made == 4


def test_no_attempt_begins_after_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    time = VirtualTime()
    monkeypatch.setattr(module, "PACING", time.pacing())
    with pytest.raises(StoreContended):
        retry(Attempts(PreconditionLost("moved"), ends=False), within_s=2.5, pause_s=(0.1, 1.0))
    assert time.now == 2


def test_pauses_grow_to_the_longest_and_are_shortened_at_random(monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    ticks = count()
    monkeypatch.setattr(module, "PACING", Pacing(monotonic=lambda: next(ticks), sleep=paused.append))
    with pytest.raises(StoreContended):
        retry(Attempts(StoreContended("aborted"), ends=False), within_s=400, pause_s=(0.1, 1.0))
    bounds = [0.1, 0.2, 0.4, 0.8, *[1.0] * (len(paused) - 4)]
    assert all(0 <= pause <= bound for pause, bound in zip(paused, bounds, strict=True))
    assert len(set(paused)) == len(paused) > 300
    assert max(paused) > 0.9
