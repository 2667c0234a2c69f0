"""The cards of stores whose history is imported."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from shared.customers.warm_cards import request_passes
from shared.documents.store import DocumentStore

_KILLED_AFTER = timedelta(days=1)
"""An import that has not ended by then counts as killed."""

SKEW = timedelta(minutes=5)
"""At most, between this clock and Firestore's."""


class ImportedStores:
    """Has all cards of imported stores written again, and other applications told, once the import ends.

    The import itself may not reach the cache, and tells nobody: a customer with a thousand orders would be
    told of a thousand times.
    """

    def __init__(self, documents: DocumentStore, clock: Callable[[], datetime]) -> None:
        self._documents = documents
        self._clock = clock
        self._began = clock()
        self._store_ids: set[str] = set()

    def begin(self, store_ids: Collection[str]) -> None:
        """Note that orders of these stores are about to be counted. Raises TransientError."""
        new = set(store_ids) - self._store_ids
        self._request(new, self._clock() + _KILLED_AFTER)
        self._store_ids |= new

    def end(self) -> None:
        """Begin with the cards now. Raises TransientError: then they are written within a day."""
        self._request(self._store_ids, self._clock())

    def _request(self, store_ids: Collection[str], due_at: datetime) -> None:
        since = self._began - SKEW
        request_passes(self._documents, sorted(store_ids), due_at=due_at, tell_since=since)
