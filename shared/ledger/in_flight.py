"""The requests that this instance has received and not yet put into a group, for groups to wait for."""

from __future__ import annotations

from threading import Condition, local


class Arrivals:
    """Tracks each request from its beginning until it joins a group. Safe to share between threads.

    A thread handles one request at a time. Joining twice, or without having come, does no harm.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._coming: set[object] = set()
        self._thread = local()

    def come(self) -> None:
        """Note that this thread's request begins."""
        self.join()
        self._thread.request = object()
        with self._changed:
            self._coming.add(self._thread.request)

    def join(self) -> None:
        """Note that this thread's request has joined a group, or has ended."""
        if request := getattr(self._thread, "request", None):
            self._thread.request = None
            with self._changed:
                self._coming.discard(request)
                self._changed.notify_all()

    def wait(self, timeout_s: float) -> None:
        """Wait, at most this long, for the requests that are under way now; not for later ones."""
        with self._changed:
            expected = set(self._coming)
            self._changed.wait_for(lambda: expected.isdisjoint(self._coming), timeout_s)
