"""Where searches for the oldest documents begin."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from emulator.documents import MemoryDocuments
from shared.documents.sweep import LATE, OLD, Sweep
from tests.builders import NOON

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def spans(
    documents: MemoryDocuments, now: datetime, *, finish: bool = True
) -> list[tuple[datetime | None, datetime]]:
    sweep = Sweep(documents, "test")
    found = list(sweep.spans(now, now))
    if finish:
        sweep.finish(now, now)
    return found


def test_the_first_search_covers_everything_the_last_week_a_day_at_a_time() -> None:
    days = [NOON - OLD + n * DAY for n in range(9)]
    assert spans(MemoryDocuments(), NOON) == [(None, days[0]), *pairwise(days)]


def test_the_next_search_begins_where_the_last_one_ended_and_has_room_for_late_writes() -> None:
    documents = MemoryDocuments()
    spans(documents, NOON)
    now = NOON + MINUTE
    assert spans(documents, now) == [(None, now - OLD), (NOON - LATE, now)]


def test_a_search_that_did_not_finish_moves_nothing() -> None:
    documents = MemoryDocuments()
    spans(documents, NOON)
    spans(documents, NOON + MINUTE, finish=False)
    now = NOON + 2 * MINUTE
    assert spans(documents, now)[-1] == (NOON - LATE, now)


def test_once_a_day_everything_is_searched() -> None:
    documents = MemoryDocuments()
    spans(documents, NOON)
    whole = [len(spans(documents, NOON + n * 12 * 60 * MINUTE)) for n in range(1, 6)]
    assert whole == [2, 9, 2, 9, 2]


def test_after_a_long_pause_no_time_is_left_out() -> None:
    documents = MemoryDocuments()
    spans(documents, NOON)
    [_, *recent] = spans(documents, NOON + 20 * DAY)
    assert recent[0][0] == NOON + 20 * DAY - OLD


def test_a_time_that_jumps_ahead_leaves_nothing_out_and_searches_nothing_twice() -> None:
    documents = MemoryDocuments()
    sweep = Sweep(documents, "test")
    assert len(list(sweep.spans(NOON, NOON - 40 * DAY))) == 9
    sweep.finish(NOON, NOON - 40 * DAY)
    days = [NOON - OLD + n * DAY for n in range(9)]
    assert spans(documents, NOON) == [(None, days[0]), *pairwise(days)]


def test_searches_have_their_notes_each() -> None:
    documents = MemoryDocuments()
    spans(documents, NOON)
    assert len(list(Sweep(documents, "another").spans(NOON, NOON))) == 9


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=12))
def test_no_moment_is_left_out_between_searches(pauses: list[int]) -> None:
    documents, now, reached = MemoryDocuments(), NOON, None
    for pause in pauses:
        now += pause * MINUTE
        found = spans(documents, now)
        assert found[0][0] is None
        assert found[-1][1] == now
        begins = [start for start, _ in found[1:]]
        ends = [end for _, end in found]
        assert begins[1:] == ends[1:-1]
        assert begins[0] == ends[0] or (reached is not None and begins[0] == reached - LATE)
        reached = now
