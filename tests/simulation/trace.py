"""What happened in a history: a digest of all of it, and its last lines for people."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from hashlib import blake2b

_KEPT = 20_000
_WIDTH = 240
_JOB_DONE = "run: done"
_LONG_ID = re.compile(r"o{20,}")
"""One of the hostile ids is long; it would hide the rest of its line."""


class Trace:
    """Takes notes. Two histories with the same digest are the same.

    Args:
        clock: virtual seconds since the start.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._digest = blake2b(digest_size=16)
        self._lines: deque[tuple[float, str, str]] = deque(maxlen=_KEPT)

    def note(self, who: str, what: str) -> None:
        """Note that somebody did something now."""
        line = (self._clock(), who, what)
        self._digest.update(repr(line).encode())
        self._lines.append(line)

    def digest(self) -> str:
        return self._digest.hexdigest()

    def shown(self, about: Sequence[str], most: int) -> list[str]:
        """Return the last lines that name one of these texts; all lines if none is given."""
        lines = [
            f"{at:9.3f} s  {who:<26} {_LONG_ID.sub('…', what)}"[:_WIDTH]
            for at, who, what in self._lines
            if what != _JOB_DONE and (not about or any(text in what for text in about))
        ]
        return lines[-most:]
