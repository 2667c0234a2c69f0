"""A dictionary that never grows: it keeps the entries with the smallest keys and forgets the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_Entry = TypeVar("_Entry")


class SmallestKeys(Generic[_Entry]):
    """The entries with the smallest keys after `low`, at most so many at once.

    What was kept at the end of a pass is complete up to and including `high`; the next pass keeps what
    comes after. So memory is bounded however many keys there are, and a few keys take one pass.
    `most` is 2 or more; `is_last` says that nothing was left to another pass.
    """

    def __init__(self, low: str, high: str, most: int) -> None:
        self.low = low
        self.high = high
        self.entries: dict[str, _Entry] = {}
        self.is_last = True
        self.most_held = 0
        self._most = most

    def admit(self, key: str, make: Callable[[], _Entry]) -> _Entry | None:
        """Return the entry of the key, made if it is new; None where the key is another pass's."""
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
        """Return the window of the next pass."""
        return SmallestKeys(self.high, high, self._most)

    def _shrink(self) -> None:
        kept = sorted(self.entries)[: self._most // 2]
        self.entries = {key: self.entries[key] for key in kept}
        self.high = kept[-1]
        self.is_last = False
