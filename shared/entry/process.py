"""How the process of an instance is set up, once, before its server starts."""

from __future__ import annotations

import ctypes
from contextlib import suppress

from gunicorn.config import ControlSocketDisable

_MMAP_THRESHOLD = -3
"""glibc's M_MMAP_THRESHOLD."""


def set_up_process() -> None:
    """Set up the process for a function; call it where functions-framework makes the function's app."""
    # A socket through which the server takes commands: nobody has any, and the first answer waits for it.
    ControlSocketDisable.default = True
    _give_back_large_blocks()


def _give_back_large_blocks() -> None:
    """Have freed blocks of a megabyte returned to the system.

    glibc would keep larger and larger ones for the thread that had them: with 64 threads, of which each had
    one large message, more than an instance has.
    """
    with suppress(AttributeError):  # no glibc, as on macOS
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, 1 << 20)
