"""Time, chance and threads of the code under test, as the scheduler has them.

Import this module before anything of `shared`: it replaces what that code imports. Outside of a simulated
task everything works as usual. `install` says which scheduler is in charge.
"""

from __future__ import annotations

import concurrent.futures
import os
import queue
import random
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import time_machine

from tests.simulation import threads
from tests.simulation.scheduler import Scheduler, Task

EARLY = datetime(1970, 1, 1, tzinfo=UTC)
"""Before everything."""

LATE = datetime(9999, 1, 1, tzinfo=UTC)
"""After everything."""

_real = {name: getattr(time, name) for name in ("monotonic", "perf_counter", "sleep")}
_scheduler: Scheduler | None = None
_journey: time_machine.travel | None = None
_traveller: time_machine.Traveller | None = None
_start = datetime(2026, 1, 1, tzinfo=UTC)
_clock_s = 0.0
_chance = Random()


def in_task() -> Scheduler | None:
    """Return the scheduler, if a task of it is running."""
    return _scheduler if _scheduler is not None and _scheduler.current is not None else None


def now() -> datetime:
    """Return the virtual time, without any instance's skew."""
    assert _scheduler is not None
    return _start + timedelta(seconds=_scheduler.now)


def install(seed: int, start: datetime) -> Scheduler:
    """Start a new history: a scheduler, a clock and every source of chance, all from the seed."""
    global _scheduler, _journey, _traveller, _start, _clock_s
    uninstall()
    random.seed(f"{seed} module")
    _chance.seed(f"{seed} chance")
    _start, _clock_s = start, 0.0
    _scheduler = Scheduler(f"{seed} turns", _set_clock)
    threads.install(_scheduler)
    _journey = time_machine.travel(start, tick=False)
    _traveller = _journey.start()
    return _scheduler


def uninstall() -> None:
    """End the history, and give the real clock back."""
    global _scheduler, _journey, _traveller
    if _scheduler is not None:
        _scheduler.end()
    if _journey is not None:
        _journey.stop()
    _scheduler = _journey = _traveller = None


def replace_time() -> None:
    """Replace the functions that libraries take as defaults when they are imported."""
    time.monotonic = _monotonic
    time.perf_counter = _monotonic
    time.sleep = _sleep  # type: ignore[assignment]


_REPLACED: tuple[tuple[Any, str, Any], ...] = (
    (threading, "Lock", threads.Lock),
    (threading, "Condition", threads.Condition),
    (threading, "Thread", threads.Thread),
    (threading, "local", threads.Local),
    (queue, "SimpleQueue", threads.Queue),
    (concurrent.futures, "Future", threads.Future),
    (concurrent.futures, "ThreadPoolExecutor", threads.Executor),
)
_ORIGINALS = [getattr(module, name) for module, name, _ in _REPLACED]


def replace_names() -> None:
    """Replace what the code under test imports from the standard library."""
    for module, name, replacement in _REPLACED:
        setattr(module, name, replacement)
    random.SystemRandom = _seeded_random  # type: ignore[assignment,misc]
    uuid.uuid4 = _uuid4


def restore_names() -> None:
    """Give the standard library its own classes back, once the code under test is imported."""
    for (module, name, _), original in zip(_REPLACED, _ORIGINALS, strict=True):
        setattr(module, name, original)


def _set_clock(task: Task) -> None:
    # Instances' clocks differ; no result may depend on it.
    global _clock_s
    assert _scheduler is not None
    assert _traveller is not None
    wanted_s = _scheduler.now + (task.owner.skew_s if task.owner is not None else 0.0)
    if wanted_s != _clock_s:
        _traveller.shift(wanted_s - _clock_s)
        _clock_s = wanted_s


def _monotonic() -> float:
    scheduler = in_task()
    return float(_real["monotonic"]()) if scheduler is None else 1_000.0 + scheduler.now


def _sleep(seconds: float) -> None:
    scheduler = in_task()
    if scheduler is None:
        _real["sleep"](seconds)
    else:
        scheduler.sleep(seconds)


def _seeded_random() -> Random:
    return Random(_chance.getrandbits(64))


def _uuid4() -> uuid.UUID:
    bits = _chance.getrandbits(128) if in_task() else int.from_bytes(os.urandom(16))
    return uuid.UUID(int=bits, version=4)
