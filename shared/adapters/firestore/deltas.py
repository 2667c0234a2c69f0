"""Find pending deltas in Firestore."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from google.cloud.firestore import Client

from shared.adapters.firestore.client import stream
from shared.documents.deltas import COLLECTION, FIELD, Delta, delta_id
from shared.documents.paths import store_path


class FirestoreDeltas:
    """Finds deltas. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def pending(
        self, store_id: str, since: datetime, most: int, read_time: datetime | None = None
    ) -> Iterator[Delta]:
        """Yield up to so many deltas that were made since then, the oldest first, as of now by default.

        Costs one call, and a read for each.
        """
        collection = self._client.collection(*store_path(store_id), COLLECTION)
        first = {"__name__": collection.document(delta_id(since))}
        query = collection.order_by("__name__").start_at(first).limit(most)
        for snapshot in stream(query, read_time):
            yield Delta(path=snapshot.reference._path, version=snapshot.update_time, text=snapshot.get(FIELD))
