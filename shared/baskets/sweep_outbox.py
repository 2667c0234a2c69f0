"""Publish what a crash, or a Pub/Sub that was away, left in the outbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from shared.baskets.outgoing import STARTED
from shared.documents.paths import Path
from shared.documents.store import DocumentDelete, DocumentStore
from shared.documents.sweep import Span, Sweep
from shared.messages.publishing import PublishesMany

LEFT_BEHIND = timedelta(seconds=30)
"""A younger event is most likely being published right now."""

PAGE = 100
MOST = 2_000


class Waiting(NamedTuple):
    """An event in the outbox."""

    path: Path
    data: bytes


class Outbox(Protocol):
    """The waiting events. Its errors are `TransientError`s."""

    def oldest(self, kept: Span, limit: int) -> Sequence[Waiting]:
        """Return events kept in the span, the oldest first: one call."""


def sweep_outbox(
    outbox: Outbox, documents: DocumentStore, publisher: Callable[[], PublishesMany], now: datetime
) -> int:
    """Publish the events that were left behind, as many as one run may, and return how many that were.

    Which events are looked for in one run: see `Sweep`. The publisher is built only if there is an event to
    publish: most runs find none.

    Raises:
        TransientError: some events wait for the next run; published ones may be published once more.
    """
    sweep, due = Sweep(documents, "outbox"), now - LEFT_BEHIND
    published = 0
    for span in sweep.spans(now, due):
        is_last = False
        while not is_last:
            if published >= MOST:
                return published
            waiting = outbox.oldest(span, PAGE)
            if waiting:
                publisher().publish_all(STARTED, [(event.data, {}) for event in waiting])
                documents.commit([DocumentDelete(path=event.path) for event in waiting])
            published += len(waiting)
            is_last = len(waiting) < PAGE
    sweep.finish(now, due)
    return published
