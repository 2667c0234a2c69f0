"""Read customers and coupons from Firestore, one by one and in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from google.cloud.firestore import Client, CollectionReference, DocumentSnapshot, FieldFilter, Query
from google.cloud.firestore_v1.field_path import FieldPath

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, count, in_slots, stream, translated
from shared.adapters.firestore.rankings import read_ranked
from shared.documents.paths import customer_path, store_path
from shared.documents.profiles import read_profile
from shared.domain.customer_state import CustomerState
from shared.domain.dashboard import Ranked
from shared.domain.instants import to_micros
from shared.domain.tallies import COUPONS, CUSTOMERS, Tally

Sort = Literal["spent", "orders", "lastOrder"]
_SORT_FIELDS: Mapping[Sort, str] = {
    "spent": "totalSales",
    "orders": "totalOrders",
    "lastOrder": "lastOrderAt",
}


class FirestoreCustomers:
    """Reads customers and coupons. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, store_id: str, customer_id: str) -> CustomerState | None:
        """Return the customer's state, or None if there is no such customer: one read."""
        with translated():
            snapshot = self._client.document(*customer_path(store_id, customer_id)).get(
                retry=RETRY, timeout=TIMEOUT_S
            )
        return _state(snapshot) if snapshot.exists else None

    def read_many(self, store_id: str, customer_ids: Sequence[str]) -> dict[str, CustomerState]:
        """Return those customers that exist: one call."""
        references = [self._client.document(*customer_path(store_id, of)) for of in customer_ids]
        with translated():
            found = list(self._client.get_all(references, retry=RETRY, timeout=TIMEOUT_S))
        return {s.get(CUSTOMERS.id_field): _state(s) for s in found if s.exists}

    def walk(self, store_id: str, after: str, limit: int) -> tuple[dict[str, CustomerState], str]:
        """Return customers in the order of their documents, and where to go on, "" at the end: one call."""
        collection = self._client.collection(*store_path(store_id), CUSTOMERS.collection)
        query = collection.order_by("__name__").limit(limit)
        if after:
            query = query.start_after({"__name__": collection.document(after)})
        found = list(stream(query))
        states = {s.get(CUSTOMERS.id_field): _state(s) for s in found}
        return states, found[-1].id if len(found) == limit else ""

    def page(
        self, store_id: str, sort: Sort, limit: int, after: tuple[int, str] | None
    ) -> tuple[list[tuple[str, CustomerState]], list[Any] | None]:
        """Return customers, most first and then by id, and where the next page starts: one call."""
        found, following = self._page(store_id, CUSTOMERS, _SORT_FIELDS[sort], limit, after)
        return [(snapshot.get(CUSTOMERS.id_field), _state(snapshot)) for snapshot in found], following

    def with_tokens(self, store_id: str, tokens: Sequence[str], limit: int) -> dict[str, CustomerState]:
        """Return customers who have all of these search tokens, any of them: one call, a read for each."""
        query: Query | CollectionReference = self._client.collection(
            *store_path(store_id), CUSTOMERS.collection
        )
        for token in tokens:
            field = str(FieldPath("searchTokens", token).to_api_repr())
            query = query.where(filter=FieldFilter(field, "==", True))
        return {s.get(CUSTOMERS.id_field): _state(s) for s in stream(query.limit(limit))}

    def count_first_orders(
        self, store_id: str, span: tuple[datetime, datetime], read_time: datetime | None
    ) -> int:
        """Return how many customers placed their first order in the span, which is without its end.

        Costs one call, and a read for each 1,000 of them, at least one.
        """
        first, end = map(to_micros, span)
        query = (
            in_slots(self._client.collection(*store_path(store_id), CUSTOMERS.collection))
            .where(filter=FieldFilter("firstOrderAt", ">=", first))
            .where(filter=FieldFilter("firstOrderAt", "<", end))
        )
        return count(query, read_time)

    def coupons(
        self, store_id: str, limit: int, after: tuple[int, str] | None
    ) -> tuple[list[Ranked], list[Any] | None]:
        """Return coupons, most sales first and then by code, and where the next page starts: one call."""
        found, following = self._page(store_id, COUPONS, COUPONS.sorted_by, limit, after)
        return [read_ranked(COUPONS, snapshot.to_dict() or {}) for snapshot in found], following

    def _page(
        self, store_id: str, tally: Tally, field: str, limit: int, after: tuple[int, str] | None
    ) -> tuple[list[DocumentSnapshot[Any]], list[Any] | None]:
        collection, key = self._client.collection(*store_path(store_id), tally.collection), tally.id_field
        found_in = in_slots(collection) if field == "lastOrderAt" else collection
        query = found_in.order_by(field, direction=Query.DESCENDING).order_by(key).limit(limit + 1)
        if after is not None:
            query = query.start_after({field: after[0], key: after[1]})
        with translated():
            found = list(query.stream(retry=RETRY, timeout=TIMEOUT_S))
        if len(found) <= limit:
            return found, None
        return found[:limit], [found[limit - 1].get(field), found[limit - 1].get(key)]


def _state(snapshot: DocumentSnapshot[Any]) -> CustomerState:
    fields: dict[str, Any] = snapshot.to_dict() or {}
    counters = {name: value for name, value in fields.items() if type(value) is int}
    # A registration alone changes the document too, but nothing that a card shows: no `version`.
    updated_at = fields.get("updatedAt", snapshot.create_time)
    return CustomerState(
        counters=counters, updated_at=updated_at, profile=read_profile(fields.get("profile"))
    )
