"""How well lookups went."""

from datetime import timedelta

from shared.domain.basket import LookupSource
from shared.domain.call_report import CallResult, by_hour, report
from tests.builders import NOON

NOTHING = {
    "calls": 0,
    "successRate": None,
    "p50Ms": None,
    "p95Ms": None,
    "hits": 0,
    "misses": 0,
    "hitRate": None,
    "hitP50Ms": None,
    "hitP95Ms": None,
}
API, CACHE, STALE = LookupSource


def results(
    *durations: float,
    answered: bool = True,
    source: LookupSource = API,
    first: bool = True,
    ago: timedelta = timedelta(0),
) -> list[CallResult]:
    return [
        CallResult(at=NOON - ago, source=source, is_first=first, is_answered=answered, duration_ms=one)
        for one in durations
    ]


def test_without_calls_there_is_nothing_to_tell() -> None:
    assert report([]) == NOTHING


def test_percentiles_are_durations_that_occurred() -> None:
    told = report(results(*range(100, 0, -1)))
    assert (told["p50Ms"], told["p95Ms"]) == (50, 95)
    told = report(results(*range(300), source=CACHE))
    assert (told["hitP50Ms"], told["hitP95Ms"]) == (149, 284)
    assert report(results(7))["p95Ms"] == 7
    assert report(results(1, 9))["p50Ms"] == 1


def test_every_call_without_an_answer_lowers_the_rate() -> None:
    assert report(results(1, 2) + results(3, answered=False))["successRate"] == 66.67


def test_hits_are_compared_with_lookups_not_with_attempts() -> None:
    lookups = results(90) + results(95, first=False) + results(2, 4, 6, source=CACHE)
    told = report(lookups)
    assert (told["hits"], told["misses"], told["calls"], told["hitRate"]) == (3, 1, 2, 75.0)
    assert (told["hitP50Ms"], told["hitP95Ms"], told["p95Ms"]) == (4, 6, 95)


def test_an_old_answer_that_stood_in_is_no_hit() -> None:
    told = report(results(90, answered=False) + results(91, source=STALE))
    assert (told["hits"], told["misses"], told["hitRate"], told["hitP50Ms"]) == (0, 1, 0.0, None)


def test_each_hour_of_the_clock_is_reported_and_none_but_those_of_a_day() -> None:
    minute, day = timedelta(minutes=1), timedelta(days=1)
    now = NOON + timedelta(minutes=5, seconds=7, microseconds=9)
    told = by_hour(results(1) + results(2, ago=minute) + results(3, ago=day), now)
    assert len(told) == 24
    assert [(hour["startsAt"], hour["calls"]) for hour in told[-2:]] == [
        ("2026-11-20T11:00:00Z", 1), ("2026-11-20T12:00:00Z", 1),
    ]  # fmt: skip
    assert sum(hour["calls"] for hour in told) == 2
    assert told[0] == {"startsAt": "2026-11-19T13:00:00Z"} | NOTHING
