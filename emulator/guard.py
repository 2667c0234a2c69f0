"""The stack's end of the pipe to its guardian."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from emulator import guardian


class Guard:
    """Starts a guardian process, and tells it which process groups to kill should this process die.

    Args:
        remove: files that the guardian deletes at the end, such as the description of the running stack.
        keep_open: file descriptors the guardian holds for as long as it lives, such as a lock.
    """

    def __init__(self, *, remove: tuple[Path, ...] = (), keep_open: tuple[int, ...] = ()) -> None:
        """Start the guardian."""
        reader, self.fd = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", guardian.__file__, *map(str, remove)],
                stdin=reader,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal must not reach it
                pass_fds=keep_open,
            )
        finally:
            os.close(reader)

    @property
    def pid(self) -> int:
        """The guardian's process id."""
        return self._process.pid

    def forget(self, group: int) -> None:
        """Stop guarding a process group that has ended: the system may reuse its number."""
        with suppress(BrokenPipeError):
            os.write(self.fd, b"-%d\n" % group)

    def close(self) -> None:
        """End the guardian, which kills every group not forgotten. Closing again does nothing."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
            self._process.wait()

    def __enter__(self) -> Self:
        """Return the guard itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()
