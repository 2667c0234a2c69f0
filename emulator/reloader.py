"""Restart functions when their sources change."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from emulator.processes import ManagedProcess

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
SOURCES = {".css", ".html", ".js", ".json", ".py"}

Stamps = Mapping[Path, Mapping[Path, int]]


class Reloader:
    """Looks at folders from a thread.

    Args:
        runs: {folder: the processes that run its code}.
        on_restart: called after restarts, from the thread.
    """

    def __init__(self, runs: Mapping[Path, Sequence[ManagedProcess]], on_restart: Callable[[], None]) -> None:
        """Start looking."""
        self._runs = runs
        self._on_restart = on_restart
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(self._read(),), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._ended.set()
        self._thread.join()

    def _look(self, running: Stamps) -> None:
        last = running
        while not self._ended.wait(LOOK_EVERY_S):
            seen = self._read()
            if seen == last and seen != running:  # an editor or `git switch` has written all of its files
                self._restart([folder for folder in seen if seen[folder] != running[folder]])
                running = seen
            last = seen

    def _restart(self, changed: Sequence[Path]) -> None:
        processes = {process.command.name: process for folder in changed for process in self._runs[folder]}
        log.info("sources changed: restarting %s", ", ".join(processes))
        for process in processes.values():
            process.restart_if_wanted()
        self._on_restart()

    def _read(self) -> Stamps:
        return {folder: dict(_stamps(folder)) for folder in self._runs}


def _stamps(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in folder.rglob("*"):
        if path.suffix in SOURCES:
            with suppress(FileNotFoundError):  # an editor has just replaced it
                yield path, path.stat().st_mtime_ns
