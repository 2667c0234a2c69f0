"""Restart what dies, as Cloud Run does."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from emulator.processes import ManagedProcess

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.1
FIRST_BACKOFF_S = 0.1
LONGEST_BACKOFF_S = 5.0
FORGIVEN_AFTER_S = 10.0
"""A process that lived this long starts again without a wait."""


class Watcher:
    """Watches processes from a thread.

    Args:
        restarted: {name: process} to start again when they die.
        reported: {name: process} whose death is only logged.
        on_restart: called after each restart, from the thread.
    """

    def __init__(
        self,
        *,
        restarted: Mapping[str, ManagedProcess],
        reported: Mapping[str, ManagedProcess],
        on_restart: Callable[[], None],
    ) -> None:
        """Start looking."""
        self._restarted = restarted
        self._reported = dict(reported)
        self._on_restart = on_restart
        self._backoff_s = dict.fromkeys(restarted, FIRST_BACKOFF_S)
        self._started_at = dict.fromkeys(restarted, time.monotonic())
        self._due_at: dict[str, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            for name, process in self._restarted.items():
                if process.has_died():
                    self._attend(name, process)
            for name in [name for name, process in self._reported.items() if process.has_died()]:
                code = self._reported.pop(name).exit_code()
                log.error("%s ended (exit code %s) and its data with it: run down, then up", name, code)

    def _attend(self, name: str, process: ManagedProcess) -> None:
        now = time.monotonic()
        if name not in self._due_at:
            if now - self._started_at[name] > FORGIVEN_AFTER_S:
                self._backoff_s[name] = FIRST_BACKOFF_S
            self._due_at[name] = now + self._backoff_s[name]
            log.warning("%s ended (exit code %s), is restarted", name, process.exit_code())
        elif now >= self._due_at[name]:
            del self._due_at[name]
            self._backoff_s[name] = min(self._backoff_s[name] * 2, LONGEST_BACKOFF_S)
            self._started_at[name] = now
            if process.restart_if_wanted():
                self._on_restart()
