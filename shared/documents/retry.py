"""Retry what lost a race or met an outage, for a bounded time.

Use cases pause between attempts here and nowhere else. `PACING` is their clock; replace it, and time passes
without sleeping.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from google.api_core.retry import exponential_sleep_generator, if_exception_type

from shared.documents.store import PreconditionLost
from shared.errors import StoreContended

_Result = TypeVar("_Result")

is_lost_race = if_exception_type(PreconditionLost, StoreContended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """A clock in seconds, a way to wait, and pauses between two bounds; the default is the real time."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    pauses: Callable[[float, float], Iterator[float]] = exponential_sleep_generator


PACING = Pacing()


def time_limit(seconds: float) -> Callable[[], bool]:
    """Return a predicate that becomes true once so much time has passed."""
    ends_at = PACING.monotonic() + seconds
    return lambda: PACING.monotonic() > ends_at


def retry(
    attempt: Callable[[], _Result],
    *,
    within_s: float,
    when: Callable[[Exception], bool] = is_lost_race,
    pause_s: tuple[float, float] = (0.02, 1.0),
) -> _Result:
    """Return what the attempt returns, repeating it while it fails with an error that may pass.

    Args:
        attempt: safe to repeat after such an error.
        within_s: no attempt begins later than this.
        when: says which errors may pass; the others escape at once.
        pause_s: the first pause and the longest one; each is shortened at random.

    Raises:
        StoreContended: other writers kept winning until the time was up; nothing was written.
        Exception: any other error that the last attempt met.
    """
    pacing = PACING
    ends_at = pacing.monotonic() + within_s
    pauses = pacing.pauses(*pause_s)
    while True:
        try:
            return attempt()
        except Exception as error:
            if not when(error):
                raise
            pause = next(pauses)
            if pacing.monotonic() + pause > ends_at:
                if isinstance(error, PreconditionLost):
                    raise StoreContended(f"other writers kept winning for {within_s} s") from error
                raise
        pacing.sleep(pause)
