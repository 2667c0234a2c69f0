"""How well lookups went."""

from shared.domain.call_report import CallResult, report


def results(*durations: float, answered: bool = True) -> list[CallResult]:
    return [CallResult(is_answered=answered, duration_ms=one) for one in durations]


def test_without_calls_there_is_nothing_to_tell() -> None:
    assert report([]) == {"calls": 0, "successRate": None, "p50Ms": None, "p95Ms": None}


def test_percentiles_are_durations_that_occurred() -> None:
    told = report(results(*range(100, 0, -1)))
    assert (told["p50Ms"], told["p95Ms"]) == (50, 95)
    assert report(results(7))["p95Ms"] == 7
    assert report(results(1, 9))["p50Ms"] == 1


def test_every_call_without_an_answer_lowers_the_rate() -> None:
    assert report(results(1, 2) + results(3, answered=False))["successRate"] == 66.67
