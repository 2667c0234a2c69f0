"""The outbox in Firestore: one collection for all stores, so that one query finds every waiting event."""

from __future__ import annotations

from google.cloud.firestore import Client

from shared.adapters.firestore.client import in_span, stream
from shared.baskets.sweep_outbox import Waiting
from shared.documents.sweep import Span


class FirestoreOutbox:
    """Finds events that wait to be published."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def oldest(self, kept: Span, limit: int) -> list[Waiting]:
        """Return events kept in the span, the oldest first: one call."""
        query = (
            in_span(self._client.collection("outbox"), "createdAt", kept).order_by("createdAt").limit(limit)
        )
        return [Waiting(path=("outbox", s.id), data=s.get("event").encode()) for s in stream(query)]
