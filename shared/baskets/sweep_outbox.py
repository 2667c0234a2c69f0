"""Publish what a crash, or a Pub/Sub that was away, left in the outbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from shared.baskets.outgoing import STARTED
from shared.documents.paths import Path
from shared.messages.publishing import PublishesMany

LEFT_BEHIND = timedelta(seconds=30)
"""Younger ones are most likely being published right now."""

PAGE = 100
MOST_PAGES = 20


class Waiting(NamedTuple):
    """An event in the outbox."""

    path: Path
    data: bytes


class Outbox(Protocol):
    """The events that wait. Its errors are `TransientError`s."""

    def oldest(self, before: datetime, limit: int) -> Sequence[Waiting]:
        """Return events kept before that time, the oldest first: one call."""

    def delete(self, paths: Sequence[Path]) -> None:
        """Take events out: one call."""


def sweep_outbox(outbox: Outbox, publisher: Callable[[], PublishesMany], now: datetime) -> int:
    """Publish every event that was left behind, and return how many; what is too much waits for the next run.

    The publisher is built only if there is anything to publish: most runs find nothing.

    Raises:
        TransientError: the rest has to wait; each published event may be published once more.
    """
    published = 0
    for _ in range(MOST_PAGES):
        waiting = outbox.oldest(now - LEFT_BEHIND, PAGE)
        if waiting:
            publisher().publish_all(STARTED, [(event.data, {}) for event in waiting])
            outbox.delete([event.path for event in waiting])
        published += len(waiting)
        if len(waiting) < PAGE:
            break
    return published
