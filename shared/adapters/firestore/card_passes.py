"""Passes through the cards of stores in Firestore."""

from __future__ import annotations

from google.cloud.firestore import Client

from shared.adapters.firestore.client import stream
from shared.customers.warm_cards import CardPass, read_pass

_AT_ONCE = 100


class FirestoreCardPasses:
    """Finds passes that are not finished."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def some(self) -> list[CardPass]:
        """Return up to a hundred passes, due or not: one call."""
        query = self._client.collection("cardPasses").limit(_AT_ONCE)
        return [read_pass(snapshot.to_dict() or {}, snapshot.update_time) for snapshot in stream(query)]
