"""A circuit breaker whose calls run concurrently.

pybreaker holds its lock for the duration of a call, so calls would queue behind slow ones. Here calls run
outside the lock and only their results pass through pybreaker, except for the single probe of an open
circuit.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

import pybreaker

Result = TypeVar("Result")


class _Failed(Exception):
    """Tells pybreaker that a result counts as a failure."""


class Breaker(Generic[Result]):
    """Opens after consecutive failures and refuses calls until a probe succeeds.

    Safe to share between threads.

    Args:
        is_failure: whether a result means that the other side is in trouble.
        fail_max: consecutive failures that open the circuit.
        reset_s: seconds until one call is let through as a probe.
    """

    def __init__(self, is_failure: Callable[[Result], bool], *, fail_max: int, reset_s: float) -> None:
        self._is_failure = is_failure
        self._state = pybreaker.CircuitBreaker(
            fail_max=fail_max, reset_timeout=reset_s, throw_new_error_on_trip=False
        )

    def run(self, call: Callable[[], Result]) -> Result | None:
        """Return the call's result, or None if the circuit is open and no call was made."""
        match self._state.current_state:
            case pybreaker.STATE_CLOSED:
                result = call()
                with suppress(_Failed, pybreaker.CircuitBreakerError):
                    self._state.call(self._judge, result)
                return result
            case pybreaker.STATE_OPEN:
                return self._probe(call)
        return None  # half open: a probe is under way

    def _probe(self, call: Callable[[], Result]) -> Result | None:
        results: list[Result] = []

        def probe() -> None:
            results.append(call())
            self._judge(results[0])

        with suppress(_Failed, pybreaker.CircuitBreakerError):
            self._state.call(probe)
        return results[0] if results else None

    def _judge(self, result: Result) -> None:
        if self._is_failure(result):
            raise _Failed
