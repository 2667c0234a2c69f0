"""Waiting in tests: for something to become so, never for a time to pass."""

import time
from collections.abc import Callable
from typing import TypeVar

import psutil

Found = TypeVar("Found")

PATIENCE_S = 30.0


def wait_for(look: Callable[[], Found]) -> Found:
    """Return the first true answer; fails the test when none comes."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < deadline, "what was waited for never came"
        time.sleep(0.02)
    return found


def is_alive(pid: int) -> bool:
    """Whether the process still runs; one that is dead but not yet reaped does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
