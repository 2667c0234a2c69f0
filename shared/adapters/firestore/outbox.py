"""The outbox in Firestore: one collection for all stores, so that one query finds every waiting event."""

from __future__ import annotations

from datetime import datetime

from google.cloud.firestore import Client, FieldFilter

from shared.adapters.firestore.client import stream
from shared.baskets.sweep_outbox import Waiting


class FirestoreOutbox:
    """Finds events that wait to be published."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def oldest(self, before: datetime, limit: int) -> list[Waiting]:
        """Return events kept before that time, the oldest first: one call."""
        query = (
            self._client.collection("outbox")
            .where(filter=FieldFilter("createdAt", "<", before))
            .order_by("createdAt")
            .limit(limit)
        )
        return [Waiting(path=("outbox", s.id), data=s.get("event").encode()) for s in stream(query)]
