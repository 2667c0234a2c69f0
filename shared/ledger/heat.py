"""How strained the commits of one store were lately: whether the store is hot. Pure."""

from __future__ import annotations

from dataclasses import dataclass

HOT = 2.5
"""Three strained commits within about a minute reach it. A single one is chance."""

COLD = 0.1
MOST = 4.0
HALF_LIFE_S = 120.0
"""From `HOT` or `MOST` down to `COLD` takes nine or eleven minutes."""


@dataclass(slots=True)
class Heat:
    """A sum of strained commits, half of which is gone after each `HALF_LIFE_S`.

    A store turns hot at `HOT` and cold only below `COLD`: commits of a hot store leave alone what strained
    them, so soon they say nothing any more about what direct ones would meet.
    """

    _sum: float = 0.0
    _as_of: float = 0.0
    _is_hot: bool = False

    def strain(self, now: float) -> None:
        """Note a commit that was slow or contended; `now` is in seconds and never falls."""
        self._sum = min(self._cooled(now) + 1, MOST)
        self._as_of = now
        self._is_hot = self._is_hot or self._sum >= HOT

    def is_hot(self, now: float) -> bool:
        """Whether commits should defer the tallies."""
        self._is_hot = self._is_hot and self._cooled(now) >= COLD
        return self._is_hot

    def _cooled(self, now: float) -> float:
        return float(self._sum * 0.5 ** ((now - self._as_of) / HALF_LIFE_S))
