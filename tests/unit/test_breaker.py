"""The circuit breaker: it opens, lets one probe through, and closes by itself."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.adapters.breaker import Breaker

GOOD, BAD = "good", "bad"


def a_breaker(reset_s: float = 60.0) -> Breaker[str]:
    return Breaker(lambda result: result == BAD, fail_max=3, reset_s=reset_s)


def fail(breaker: Breaker[str], times: int) -> list[str | None]:
    return [breaker.run(lambda: BAD) for _ in range(times)]


def ask_during_a_call(breaker: Breaker[str], result: str) -> str | None:
    """Return what a call gets that is made during another one: None while that one is a probe."""
    inner: list[str | None] = []

    def call() -> str:
        inner.append(breaker.run(lambda: GOOD))
        return result

    assert breaker.run(call) == result
    return inner[0]


def test_failures_in_a_row_open_it() -> None:
    breaker = a_breaker()
    assert fail(breaker, 5) == [BAD, BAD, BAD, None, None]


def test_one_success_starts_the_count_anew() -> None:
    breaker = a_breaker()
    fail(breaker, 2)
    assert breaker.run(lambda: GOOD) == GOOD
    assert fail(breaker, 3) == [BAD, BAD, BAD]


def test_a_probe_that_succeeds_closes_it() -> None:
    breaker = a_breaker(reset_s=0)
    fail(breaker, 3)
    assert breaker.run(lambda: GOOD) == GOOD
    assert fail(breaker, 2) == [BAD, BAD]


def test_a_probe_that_fails_opens_it_again() -> None:
    breaker = a_breaker(reset_s=0)
    assert ask_during_a_call(breaker, GOOD) == GOOD
    fail(breaker, 3)
    assert fail(breaker, 1) == [BAD]
    assert ask_during_a_call(breaker, BAD) is None


def test_calls_do_not_queue_behind_a_slow_one() -> None:
    breaker, inside = a_breaker(), threading.Barrier(4)

    def slow() -> str:
        inside.wait(10)  # passes only once all four are in here
        return GOOD

    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(breaker.run, slow) for _ in range(4)]
        assert [call.result(20) for call in calls] == [GOOD] * 4


def test_only_one_probe_goes_out_at_a_time() -> None:
    breaker, probing, go_on = a_breaker(reset_s=0), threading.Event(), threading.Event()
    fail(breaker, 3)

    def probe() -> str:
        probing.set()
        go_on.wait(10)
        return GOOD

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(breaker.run, probe)
        assert probing.wait(10)
        assert breaker.run(lambda: GOOD) is None
        go_on.set()
        assert first.result(20) == GOOD


def test_a_call_that_breaks_as_a_probe_does_not_leave_it_half_open() -> None:
    breaker = a_breaker(reset_s=0)
    fail(breaker, 3)

    def broken() -> str:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        breaker.run(broken)
    assert breaker.run(lambda: GOOD) == GOOD


def test_a_call_that_ends_after_others_opened_the_circuit_has_its_result() -> None:
    breaker = a_breaker()

    def slow() -> str:
        fail(breaker, 3)
        return GOOD

    assert breaker.run(slow) == GOOD
    assert breaker.run(lambda: GOOD) is None
