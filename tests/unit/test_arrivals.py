"""Who is on the way, and who is waited for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Event
from typing import TypeVar

import pytest

from shared.ledger.in_flight import Arrivals

FOREVER_S = 3600.0
T = TypeVar("T")


def test_nobody_is_waited_for_where_nobody_comes() -> None:
    Arrivals().wait(FOREVER_S)


def test_one_who_joined_is_waited_for_no_more_however_often_it_says_so() -> None:
    arrivals = Arrivals()
    with ThreadPoolExecutor(1) as other:
        other.submit(arrivals.come).result()
        for _ in range(3):
            other.submit(arrivals.join).result()
        arrivals.wait(FOREVER_S)
        other.submit(arrivals.come).result()
        waiting = ThreadPoolExecutor(1).submit(arrivals.wait, FOREVER_S)
        arrivals.join()
        assert not waiting.done()
        other.submit(arrivals.join).result()
        waiting.result(30)


def test_a_thread_that_never_said_it_joined_is_one_request_all_the_same() -> None:
    arrivals = Arrivals()
    for _ in range(3):
        arrivals.come()
    arrivals.join()
    arrivals.wait(FOREVER_S)


def test_who_comes_later_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    is_waiting = Event()

    class SeenCondition(Condition):
        def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
            is_waiting.set()
            return super().wait_for(predicate, timeout)

    monkeypatch.setattr("shared.ledger.in_flight.Condition", SeenCondition)
    arrivals = Arrivals()
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as waiter, ThreadPoolExecutor(1) as later:
        one.submit(arrivals.come).result()
        waiting = waiter.submit(arrivals.wait, FOREVER_S)
        assert is_waiting.wait(30)
        later.submit(arrivals.come).result()
        one.submit(arrivals.join).result()
        waiting.result(30)
