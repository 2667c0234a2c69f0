"""Time that passes only where somebody waits."""

from __future__ import annotations

from itertools import repeat

from shared.documents.retry import Pacing


class VirtualTime:
    """A clock in seconds. Pauses between attempts are as long as they may be, and take no real time."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def pacing(self) -> Pacing:
        return Pacing(
            monotonic=lambda: self.now, sleep=self.sleep, pauses=lambda _, longest_s: repeat(longest_s)
        )
