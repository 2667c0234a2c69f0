"""The orders of all stores that still wait for their payment, oldest first."""

from __future__ import annotations

from typing import Any

from google.cloud.firestore import Client, DocumentSnapshot

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, in_slots, in_span, translated
from shared.documents.sweep import Span
from shared.domain.instants import from_micros, to_micros
from shared.payments.expire_unpaid import UnpaidOrder


class FirestoreUnpaidOrders:
    """Finds unpaid orders in the ledger. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def page(
        self, created: Span, limit: int, after: DocumentSnapshot[Any] | None
    ) -> tuple[list[UnpaidOrder], DocumentSnapshot[Any] | None]:
        """Return orders created in the span, and where the next page starts: one call, a read for each."""
        query = (
            in_span(in_slots(self._client.collection_group("orders")), "awaitingSince", created)
            .order_by("awaitingSince")
            .select(["storeId", "orderId", "awaitingSince"])
            .limit(limit + 1)
        )
        with translated():
            page = query.start_after(after) if after else query
            found = list(page.stream(retry=RETRY, timeout=TIMEOUT_S))
        orders = [
            UnpaidOrder(
                store_id=snapshot.get("storeId"),
                order_id=snapshot.get("orderId"),
                created_at=from_micros(to_micros(snapshot.get("awaitingSince"))),
            )
            for snapshot in found[:limit]
        ]
        return orders, found[limit - 1] if len(found) > limit else None
