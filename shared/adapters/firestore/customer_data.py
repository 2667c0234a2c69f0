"""Everything that Firestore holds about one customer of a store, found by the customer's id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from google.cloud.firestore import Client, FieldFilter, Query

from shared.adapters.firestore.client import stream
from shared.customers.data import Found, Kind
from shared.documents.paths import store_path
from shared.documents.store import Document

_PLACES = {
    Kind.ORDERS: ("orders", "customerId", "=="),
    Kind.FORMER_ORDERS: ("orders", "formerCustomers", "array_contains"),
    Kind.BASKETS: ("baskets", "customerId", "=="),
    Kind.LOOKUPS: ("lookups", "profile.customerId", "=="),
    Kind.CALLS: ("lookupCalls", "customerId", "=="),
    Kind.CALLS_OF_LOOKUP: ("lookupCalls", "identifierHash", "=="),
}
"""{kind: collection, the field that names the customer or lookup, how}"""


class FirestoreCustomerData:
    """Finds documents about a customer. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, kind: Kind, store_id: str, key: str, limit: int) -> list[Found]:
        """Return up to `limit` documents that name the customer or lookup: one call, a read for each."""
        found = stream(self._query(kind, store_id, key).limit(limit))
        return [
            Found(
                path=tuple(snapshot.reference._path),
                document=Document(fields=snapshot.to_dict() or {}, version=snapshot.update_time),
            )
            for snapshot in found
        ]

    def walk(self, kind: Kind, store_id: str, key: str, read_time: datetime) -> Iterator[dict[str, Any]]:
        """Yield the fields of each such document, as of `read_time`: one call, however many there are."""
        for snapshot in stream(self._query(kind, store_id, key), read_time):
            yield snapshot.to_dict() or {}

    def _query(self, kind: Kind, store_id: str, key: str) -> Query:
        collection, field, how = _PLACES[kind]
        return self._client.collection(*store_path(store_id), collection).where(
            filter=FieldFilter(field, how, key)
        )
