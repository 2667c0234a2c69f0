"""Orders of which only statuses are known: their creation never came."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from google.cloud.firestore import Client, CollectionGroup, CollectionReference, Query

from shared.adapters.firestore.client import in_slots, in_span, stream
from shared.documents.entries import order_facts
from shared.documents.paths import order_path, store_path
from shared.domain.instants import EPOCH, from_micros, to_micros
from shared.domain.order import OrderFacts


class MissingOrder(NamedTuple):
    """An order whose creation never came."""

    order_id: str
    facts: OrderFacts


class FirestoreMissingOrders:
    """Finds missing orders in the ledger. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def page(
        self, store_id: str, until: datetime, limit: int, after: tuple[int, str] | None
    ) -> tuple[list[MissingOrder], list[Any] | None]:
        """Return a store's orders that are missing since `until` or before, the oldest first.

        Also return where the next page starts, None after the last. One call, `limit` + 1 reads.
        """
        query = self._missing(self._orders(store_id), until)
        if after is not None:
            reference = self._client.document(*order_path(store_id, after[1]))
            query = query.start_after({"missingSince": from_micros(after[0]), "__name__": reference})
        found = [snapshot.to_dict() or {} for snapshot in stream(query.limit(limit + 1))]
        orders = [MissingOrder(fields["orderId"], order_facts(fields)) for fields in found[:limit]]
        if len(found) <= limit:
            return orders, None
        return orders, [to_micros(found[limit - 1]["missingSince"]), orders[-1].order_id]

    def count(self, store_id: str | None, until: datetime, most: int) -> int:
        """Return how many orders of a store, or of all, are missing since then or before.

        It stops at `most`: one call, a read for each order.
        """
        orders = self._orders(store_id) if store_id is not None else self._client.collection_group("orders")
        return len(list(stream(self._missing(orders, until).select([]).limit(most))))

    def _orders(self, store_id: str) -> CollectionReference:
        return self._client.collection(*store_path(store_id), "orders")

    def _missing(self, orders: CollectionReference | CollectionGroup, until: datetime) -> Query:
        return (
            in_span(in_slots(orders), "missingSince", (EPOCH, until))
            .order_by("missingSince")
            .order_by("__name__")
        )
