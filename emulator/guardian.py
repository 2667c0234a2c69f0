"""A tiny process that outlives its stack and kills what the stack left running.

Its input is a pipe that only the stack (and, for an instant, each starting process) holds open. Lines
`+<process group>` and `-<process group>` say what lives. However the stack ends, even by SIGKILL, the
pipe closes, and every group still alive is killed. Run as a script, with the standard library alone.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

# Some groups are dead but not yet reaped by the process that inherited them.
GIVE_UP_AFTER_S = 2.0


def read_groups() -> set[int]:
    """Read until the pipe closes and return the process groups that were not reported as ended."""
    alive: set[int] = set()
    for line in sys.stdin.buffer:
        with suppress(ValueError):
            number = int(line)
            if number > 0:
                alive.add(number)
            else:
                alive.discard(-number)
    return alive


def kill(group: int) -> bool:
    """Kill one process group and say whether anything of it was still there."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (
        ProcessLookupError,
        PermissionError,
    ):  # macOS answers with the second for what is dead but unreaped
        return False
    return True


def main() -> None:
    """Wait, remove the files named on the command line, which describe a stack that is gone, and kill."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    left = read_groups()
    for path in sys.argv[1:]:
        Path(path).unlink(missing_ok=True)
    deadline = time.monotonic() + GIVE_UP_AFTER_S
    while (left := {group for group in left if kill(group)}) and time.monotonic() < deadline:
        time.sleep(0.05)


if __name__ == "__main__":
    main()
