"""Read a store's documents from Firestore as they were at one instant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from google.cloud.firestore import Client, CollectionReference, DocumentSnapshot, FieldFilter, Query

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, in_slots, translated
from shared.documents.entries import WITHOUT_ITEMS, Record, order_facts, registration
from shared.documents.paths import Path, store_path
from shared.domain.customer import Registration
from shared.domain.instants import to_micros
from shared.domain.order import OrderFacts
from shared.domain.period import Month, zone
from shared.domain.tallies import CUSTOMERS, Tally
from shared.errors import RecordUnreadable

_ORDERS_PAGE = 100
"""Small, since an order with its items may take a quarter of a megabyte."""

_PAGE = 500


class FirestoreStoreSnapshot:
    """Reads a store's documents as they were at `read_time`, a page at a time."""

    def __init__(self, client: Client, store_id: str, read_time: datetime) -> None:
        self._client = client
        self._store = store_path(store_id)
        self._read_time = read_time

    def orders(self, month: Month) -> Iterator[Record]:
        """Yield the ledger entries of orders that were created in the month: one read each."""
        query = self._collection("orders").where(filter=FieldFilter("month", "==", str(month)))
        for snapshot in self._pages(query.order_by("__name__"), _ORDERS_PAGE):
            yield _record(snapshot, order_facts)

    def refunded_in(self, month: Month) -> Iterator[Record]:
        """Yield the ledger entries of other months' orders that were refunded in the month: one read each."""
        query = self._collection("orders").where(
            filter=FieldFilter("refundMonths", "array_contains", str(month))
        )
        for snapshot in self._pages(query.select(WITHOUT_ITEMS), _PAGE):
            yield _record(snapshot, order_facts)

    def orders_of(self, tally: Tally, ids: Sequence[str]) -> Iterator[Record]:
        """Yield the ledger entries of up to 30 customers or coupons: one read each."""
        query = self._collection("orders").where(filter=FieldFilter(tally.id_field, "in", list(ids)))
        for snapshot in self._pages(query.select(WITHOUT_ITEMS).order_by("__name__"), _PAGE):
            yield _record(snapshot, order_facts)

    def registrations(self, start: datetime, end: datetime) -> Iterator[tuple[Mapping[str, Any], Record]]:
        """Yield customers who registered from start until before end: one read each."""
        fields = ["customerId", "timezone", "registeredAt", "emailConfirmed"]
        for snapshot in self._pages(self._span("registeredAt", start, end).select(fields), _PAGE):
            yield snapshot.to_dict() or {}, _record(snapshot, registration)

    def last_ordered(self, start: datetime, end: datetime) -> Iterator[Mapping[str, Any]]:
        """Yield customers whose stored last order is from start until before end: one read each."""
        span = self._span("lastOrderAt", to_micros(start), to_micros(end), Query.DESCENDING)
        # The order of the index by which customers are listed.
        span = span.order_by("customerId").select(["customerId", "lastOrderAt"])
        for snapshot in self._pages(span, _PAGE):
            yield snapshot.to_dict() or {}

    def found(self, paths: Collection[Path]) -> dict[Path, Mapping[str, Any]]:
        """Return those of the documents that exist: one call."""
        references = {self._client.document(*path): path for path in paths}
        with translated():
            snapshots = list(
                self._client.get_all(
                    list(references), retry=RETRY, timeout=TIMEOUT_S, read_time=self._read_time
                )
            )
        return {references[s.reference]: s.to_dict() or {} for s in snapshots if s.exists}

    def between(self, parent: Path, low: str, high: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the documents of a collection with low < id <= high, by id: one read each."""
        collection = self._client.collection(*parent)
        query = collection.order_by("__name__").end_at({"__name__": collection.document(high)})
        if low:
            query = query.start_after({"__name__": collection.document(low)})
        for snapshot in self._pages(query, _PAGE):
            yield snapshot.id, snapshot.to_dict() or {}

    def _collection(self, name: str) -> CollectionReference:
        return self._client.collection(*self._store, name)

    def _span(self, field: str, start: Any, end: Any, direction: str = Query.ASCENDING) -> Query:
        query = in_slots(self._collection(CUSTOMERS.collection)).where(filter=FieldFilter(field, ">=", start))
        return query.where(filter=FieldFilter(field, "<", end)).order_by(field, direction=direction)

    def _pages(self, query: Query, size: int) -> Iterator[DocumentSnapshot[Any]]:
        page = query.limit(size)
        while True:
            with translated():
                found = list(page.stream(retry=RETRY, timeout=TIMEOUT_S, read_time=self._read_time))
            yield from found
            if len(found) < size:
                return
            page = query.start_after(found[-1]).limit(size)


def _record(
    snapshot: DocumentSnapshot[Any], read: Callable[[Mapping[str, Any]], OrderFacts | Registration]
) -> Record:
    fields = snapshot.to_dict() or {}
    try:
        facts, timezone = read(fields), fields.get("timezone", "UTC")
        zone(timezone)
    except (TypeError, ValueError) as error:
        raise RecordUnreadable(f"{snapshot.reference.path}: {error}") from error
    of = fields.get("orderId", fields.get("customerId", ""))
    return Record(facts=facts, timezone=timezone, version=None, of=of)
