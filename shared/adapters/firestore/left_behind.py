"""Records that were counted in another time zone than their store's, in Firestore."""

from __future__ import annotations

from google.cloud.firestore import Client, FieldFilter

from shared.adapters.firestore.client import stream
from shared.documents.paths import store_path
from shared.domain.changes import Change, CustomerChange, OrderChange
from shared.domain.customer import Registration
from shared.domain.order import OrderFacts


class FirestoreLeftBehind:
    """Finds orders and registrations by the zone that they were counted in."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def changes(self, store_id: str, timezone: str, limit: int) -> list[Change]:
        """Return a change without facts for each of some records: at most two calls, a read for each."""
        orders = self._ids(store_id, "orders", "orderId", timezone, limit)
        changes: list[Change] = [
            OrderChange(store_id=store_id, order_id=one, facts=OrderFacts()) for one in orders
        ]
        if len(orders) < limit:
            customers = self._ids(store_id, "customers", "customerId", timezone, limit - len(orders))
            changes += [
                CustomerChange(store_id=store_id, customer_id=one, facts=Registration()) for one in customers
            ]
        return changes

    def _ids(self, store_id: str, name: str, field: str, timezone: str, limit: int) -> list[str]:
        query = self._client.collection(*store_path(store_id), name).where(
            filter=FieldFilter("timezone", "!=", timezone)
        )
        return [snapshot.get(field) for snapshot in stream(query.select([field]).limit(limit))]
