"""An invariant that does not hold, and a call that no simulated service answers."""

from __future__ import annotations

from collections.abc import Sequence


class Violation(AssertionError):
    """An invariant does not hold. `about` are texts that the trace's lines about it have."""

    def __init__(self, invariant: str, text: str, about: Sequence[str] = ()) -> None:
        super().__init__(f"{invariant}: {text}")
        self.invariant = invariant
        self.about = about


class NotSimulated(Exception):
    """The code under test asked for what it never did before; simulate that too."""
