"""Which wake-ups a look answers, and what the next look need not read again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from shared.ledger.looks import FRESH_S, LATE, Look
from tests.builders import NOON

SECOND = timedelta(seconds=1)
EARLIER = NOON - timedelta(minutes=15)
LOOK = Look(since=EARLIER, at=NOON, began=100.0, found=True)


def test_a_look_covers_what_it_was_asked_for_itself() -> None:
    assert LOOK.covers(EARLIER, 100.0)
    assert not LOOK.covers(EARLIER - SECOND, 100.0)
    assert not LOOK.covers(EARLIER, 100.1)


def test_a_look_that_found_something_is_fresh_for_some_seconds() -> None:
    assert LOOK.is_fresh(100.0 + FRESH_S)
    assert not LOOK.is_fresh(100.1 + FRESH_S)


def test_the_next_look_reads_again_what_may_have_come_late() -> None:
    assert LOOK.next_since(EARLIER + LATE) == NOON - LATE
    assert LOOK.next_since(EARLIER + LATE - SECOND) == EARLIER - SECOND


@pytest.mark.parametrize(
    ("begins", "joined"),
    [
        (NOON - LATE, EARLIER),
        (EARLIER - SECOND, EARLIER - SECOND),
        (NOON - LATE + SECOND, NOON - LATE + SECOND),
        (NOON, NOON),
    ],
)
def test_two_looks_are_one_unless_neither_would_find_what_came_late_between_them(
    begins: datetime, joined: datetime
) -> None:
    later = Look(since=begins, at=NOON + LATE, began=200.0, found=False)
    assert LOOK.then(later) == Look(since=joined, at=NOON + LATE, began=200.0, found=False)
