"""What a function says of the events it handled, read from its log as it grows.

The line is written when all effects of an event are in place: state, cache and outgoing event. It holds the
milliseconds since Pub/Sub took the message, so waiting for it disturbs nothing that is measured.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

_PATIENCE_S = 60.0
_PAUSE_S = 0.01
_HANDLED = b'"event handled"'


class HandledEvents:
    """Follows one log from where it ends now."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._seen = log.stat().st_size

    def wait_for(self, count: int) -> list[float]:
        """Return the ages in milliseconds of the next events that were handled, once there are so many.

        Raises:
            TimeoutError: none was handled for a minute.
        """
        ages: list[float] = []
        moved = time.monotonic()
        while len(ages) < count:
            if found := self._read():
                ages += found
                moved = time.monotonic()
            elif time.monotonic() - moved > _PATIENCE_S:
                raise TimeoutError(f"{self._log.name}: expected {count} events, {len(ages)} were handled")
            else:
                time.sleep(_PAUSE_S)
        return ages

    def _read(self) -> list[float]:
        with self._log.open("rb") as log:
            log.seek(self._seen)
            text = log.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._seen += len(whole)
        lines = [json.loads(line) for line in whole.splitlines() if _HANDLED in line]
        return [line["messageAgeMs"] for line in lines if line["outcome"] in ("applied", "duplicate")]
