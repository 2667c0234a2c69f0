"""Whoever decides on dead letters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Any

from shared import runtime
from shared.dead_letters.letter import LetterRecord
from shared.errors import LetterUnknown

if TYPE_CHECKING:
    from tests.simulation.operators import Done

Ask = Callable[[str, Callable[[], Any], str], Any]
"""Has an instance of a service run something; see `Operators.ask`."""


class Letters:
    """Replays and discards letters.

    Args:
        seed: decides what becomes of which letter.
        ask: asks the system.
        done: what people did.
    """

    def __init__(self, seed: int, ask: Ask, done: Done) -> None:
        self._random = Random(f"{seed} letters")
        self._ask = ask
        self._done = done

    def all(self) -> list[LetterRecord]:
        """Return every dead letter that is kept."""
        found: list[LetterRecord] = []
        after: Any = None
        while True:

            def page(after: Any = after) -> Any:
                return runtime.kept_letters().page(None, 100, after and tuple(after))

            letters, after = self._ask("dashboard", page, "list dead letters")
            found += letters
            if after is None:
                return found

    def decide(self) -> None:
        """Replay or discard some letter; nobody discards a good event."""
        if letters := self.all():
            letter = self._random.choice(letters)
            decision = self._random.choice(("replay", "discard"))
            if decision == "replay" or self._payload(letter) in self._done.nonsense:
                self._do(decision, letter)

    def replay_good_ones(self) -> None:
        """Replay what is kept although it is a good event: what Pub/Sub gave up, what met a broken record."""
        for letter in self.all():
            if letter.state != "replayed" and self._payload(letter) not in self._done.nonsense:
                self._do("replay", letter)

    def _payload(self, letter: LetterRecord) -> bytes:
        def read() -> bytes:
            return runtime.kept_letters().payload(letter.letter_id)[0]

        payload: bytes = self._ask("dashboard", read, "read a dead letter")
        return payload

    def _do(self, decision: str, letter: LetterRecord) -> None:
        def run() -> None:
            with suppress(LetterUnknown):
                getattr(runtime.dead_letter_box(), decision)(letter.letter_id)

        self._ask("dashboard", run, f"{decision} letter {letter.letter_id[:8]}")
