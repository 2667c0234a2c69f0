"""How many requests of this instance are on their way to being handled, so that one may wait for another."""

from __future__ import annotations

from threading import Condition, local


class Arrivals:
    """Counts requests from where they begin to where they join what they came for. Safe between threads.

    A thread is one request; it may say that it has joined more than once, or without having come.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._coming = 0
        self._thread = local()

    def come(self) -> None:
        """Say that this thread's request begins."""
        self.join()
        with self._changed:
            self._coming += 1
        self._thread.comes = True

    def join(self) -> None:
        """Say that this thread's request is where it wanted to be, or has ended."""
        if getattr(self._thread, "comes", False):
            self._thread.comes = False
            with self._changed:
                self._coming -= 1
                self._changed.notify_all()

    def wait(self, timeout_s: float) -> None:
        """Wait until nobody is on the way, so long at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._coming, timeout_s)
