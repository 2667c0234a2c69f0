"""A dictionary of bounded size: it keeps the entries with the smallest keys and drops the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_Entry = TypeVar("_Entry")


class SmallestKeys(Generic[_Entry]):
    """The entries with the smallest keys greater than `low`, at most `most` of them (2 or more).

    At the end of a pass the entries are complete for low < key <= high; the next pass continues after `high`.
    Memory is therefore bounded for any number of keys, and few keys take one pass. `is_last` tells whether
    all keys fitted.
    """

    def __init__(self, low: str, high: str, most: int) -> None:
        self.low = low
        self.high = high
        self.entries: dict[str, _Entry] = {}
        self.is_last = True
        self.most_held = 0
        self._most = most

    def admit(self, key: str, make: Callable[[], _Entry]) -> _Entry | None:
        """Return the entry of the key, made if it is missing; None if the key belongs to another pass."""
        if not self.low < key <= self.high:
            return None
        if key not in self.entries:
            if len(self.entries) >= self._most:
                self._shrink()
                if key > self.high:
                    return None
            self.entries[key] = make()
            self.most_held = max(self.most_held, len(self.entries))
        return self.entries[key]

    def following(self, high: str) -> SmallestKeys[_Entry]:
        """Return the empty dictionary of the next pass."""
        return SmallestKeys(self.high, high, self._most)

    def _shrink(self) -> None:
        kept = sorted(self.entries)[: self._most // 2]
        self.entries = {key: self.entries[key] for key in kept}
        self.high = kept[-1]
        self.is_last = False
