"""Slow work on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Background(Generic[Found]):
    """Runs a slow function on its own thread, one run at a time. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._run: Future[Found] | None = None

    def start(self, run: Callable[[], Found]) -> Future[Found]:
        """Start a run unless one is in progress; return the run in progress."""
        with self._lock:
            if self._run is None or self._run.done():
                self._run = Future()
                Thread(target=_complete, args=(self._run, run), daemon=True).start()
            return self._run


def _complete(future: Future[Found], run: Callable[[], Found]) -> None:
    try:
        future.set_result(run())
    except Exception as error:  # noqa: BLE001 - raised to whoever waits for the run
        future.set_exception(error)
