"""One process of the stack: its own process group, a log file, and a guard that kills it if we cannot."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from emulator.guard import Guard

# The process reports its group to the guardian before it becomes the real command: however early the stack is
# killed, the guardian knows of it. `exec` closes its end of the pipe.
REPORT_AND_RUN = 'echo "$$" >&0 && exec "$@" </dev/null'

LOG_TAIL_LINES = 25
GROUP_PATIENCE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run. `environment` is the whole environment of the process, not an addition to ours."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    log: Path


class ManagedProcess:
    """A process that can be started, paused, ended and started again. Safe to use from several threads."""

    def __init__(self, command: Command, guard: Guard) -> None:
        """Remember what to run; nothing is started yet."""
        self.command = command
        self.is_wanted = False
        self._guard = guard
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Process id, which is also the process group, of the newest start."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it. Its output is appended to the log."""
        with self._lock:
            self.is_wanted = True
            self._launch()

    def restart_if_wanted(self) -> bool:
        """Start it again unless it was stopped on purpose, and say whether it was started."""
        with self._lock:
            if self.is_wanted:
                self._launch()
            return self.is_wanted

    def has_died(self) -> bool:
        """Whether it ended without being asked to."""
        return self.is_wanted and self.exit_code() is not None

    def exit_code(self) -> int | None:
        """Return how it ended: negative for a signal, None while it runs or before its first start."""
        return None if self._process is None else self._process.poll()

    def stop(self, *, grace_s: float = 4.0) -> None:
        """Terminate the group, kill it after `grace_s`, and return once it is gone."""
        self.ask_to_stop()
        with self._lock:
            if self._process is None:
                return
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_s)
            self._end_group()

    def ask_to_stop(self) -> None:
        """Send SIGTERM and return at once."""
        with self._lock:
            self.is_wanted = False
            self._signal(signal.SIGTERM)
            self._signal(signal.SIGCONT)  # a paused process cannot hear the first one

    def kill(self) -> None:
        """Kill the group as a crash would: it is still wanted, so it may be restarted."""
        self._signal(signal.SIGKILL)

    def pause(self) -> None:
        """Freeze the group: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Resume a paused group."""
        self._signal(signal.SIGCONT)

    def read_log_tail(self) -> str:
        """Return the last lines of the log, for an error message."""
        try:
            text = self.command.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-LOG_TAIL_LINES:])

    def _launch(self) -> None:
        self._end_group()
        self.command.log.parent.mkdir(parents=True, exist_ok=True)
        with self.command.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", REPORT_AND_RUN, "sh", *self.command.argv],
                env=dict(self.command.environment),
                cwd=self.command.folder,
                stdin=self._guard.fd,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _end_group(self) -> None:
        """Kill what is left of the group, such as workers whose master died; the guard forgets it."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._wait_for_group(self._process.pid)
            self._guard.forget(self._process.pid)
            self._process = None

    def _wait_for_group(self, group: int) -> None:
        """Wait for the killed workers too. Bounded: until it is reaped, a dead one still counts."""
        deadline = time.monotonic() + GROUP_PATIENCE_S
        with suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < deadline:
                os.killpg(group, 0)
                time.sleep(0.01)

    def _signal(self, number: signal.Signals) -> None:
        process = self._process
        if process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, number)
