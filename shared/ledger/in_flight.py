"""How many requests of this instance are on their way to being handled, so that one may wait for another."""

from __future__ import annotations

from threading import Condition, local


class Arrivals:
    """Counts requests from where they begin to where they join what they came for. Safe between threads.

    A thread is one request; it may say that it has joined more than once, or without having come.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._coming: set[object] = set()
        self._thread = local()

    def come(self) -> None:
        """Say that this thread's request begins."""
        self.join()
        self._thread.request = object()
        with self._changed:
            self._coming.add(self._thread.request)

    def join(self) -> None:
        """Say that this thread's request is where it wanted to be, or has ended."""
        if request := getattr(self._thread, "request", None):
            self._thread.request = None
            with self._changed:
                self._coming.discard(request)
                self._changed.notify_all()

    def wait(self, timeout_s: float) -> None:
        """Wait for those who are on the way now, not for who comes later; so long at most."""
        with self._changed:
            expected = set(self._coming)
            self._changed.wait_for(lambda: expected.isdisjoint(self._coming), timeout_s)
