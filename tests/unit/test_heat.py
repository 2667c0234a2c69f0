"""When a store is hot, over hours of virtual time."""

from __future__ import annotations

from shared.ledger.heat import Heat


def strained(*times: float) -> Heat:
    heat = Heat()
    for at in times:
        heat.strain(at)
    return heat


def test_three_strained_commits_within_a_minute_make_a_store_hot() -> None:
    assert not strained(0).is_hot(0)
    assert not strained(0, 1).is_hot(1)
    assert strained(0, 30, 60).is_hot(60)
    assert strained(0, 120, 120).is_hot(120), "half a commit and two are just enough"


def test_strain_that_comes_now_and_then_is_chance() -> None:
    assert not strained(*range(0, 36_000, 180)).is_hot(36_000)


def test_a_store_stays_hot_for_nine_to_eleven_minutes_after_the_last_strain() -> None:
    for heat, last in ((strained(0, 1, 2), 2), (strained(*range(100)), 99)):
        assert heat.is_hot(last + 9 * 60)
        assert not heat.is_hot(last + 11 * 60)


def test_a_store_that_turned_cold_needs_as_much_strain_as_before_to_turn_hot() -> None:
    heat = strained(0, 1, 2)
    assert not heat.is_hot(1000)
    heat.strain(1000)
    heat.strain(1001)
    assert not heat.is_hot(1001)
    heat.strain(1002)
    assert heat.is_hot(1002)


def test_looking_changes_nothing() -> None:
    looked, other = strained(0, 1, 2), strained(0, 1, 2)
    for at in range(3, 500, 7):
        assert looked.is_hot(at)
    assert [looked.is_hot(at) for at in (500, 2000)] == [other.is_hot(at) for at in (500, 2000)]
