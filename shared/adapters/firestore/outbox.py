"""The outbox in Firestore: one collection for all stores, so that one query finds what was left behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from google.cloud.firestore import Client, FieldFilter

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, translated
from shared.adapters.firestore.storage import FirestoreStorage
from shared.baskets.sweep_outbox import Waiting
from shared.documents.paths import Path


class FirestoreOutbox:
    """Events that wait to be published."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._storage = FirestoreStorage(client)

    def oldest(self, before: datetime, limit: int) -> list[Waiting]:
        """Return events kept before that time, the oldest first: one call."""
        query = (
            self._client.collection("outbox")
            .where(filter=FieldFilter("createdAt", "<", before))
            .order_by("createdAt")
            .limit(limit)
        )
        with translated():
            found = list(query.stream(retry=RETRY, timeout=TIMEOUT_S))
        return [Waiting(path=("outbox", s.id), data=s.get("event").encode()) for s in found]

    def delete(self, paths: Sequence[Path]) -> None:
        """Take events out: one call."""
        self._storage.delete(paths)
