"""The rivals on Firestore: a transaction of the client library for each event, as the manuals write it.

Both write what the ledger writes for these events: the order, and the counters of its store, product and
customer, with a row for the day. Neither detects late events, amendments or refunds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.api_core.exceptions import Aborted
from google.cloud import firestore
from google.cloud.firestore import Client, DocumentReference, Increment, Transaction

from tests.performance.events import MONTH, PRICE_MINOR, Sale

_ATTEMPTS = 30
Body = Callable[[Client, Transaction, Sale], None]


class TransactionWriter:
    """Counts each event in a transaction of its own; one that lost too often starts again."""

    def __init__(self, client: Client, body: Body) -> None:
        self._client = client

        def run(transaction: Transaction, sale: Sale) -> None:
            body(client, transaction, sale)

        self._run = firestore.transactional(run)

    def write(self, sales: Sequence[Sale]) -> None:
        for sale in sales:
            self._write(sale)

    def _write(self, sale: Sale) -> None:
        for _ in range(_ATTEMPTS):
            try:
                self._run(self._client.transaction(), sale)
            except (Aborted, ValueError):  # the client library's words for a lost race
                continue
            return
        raise TimeoutError(f"{sale.order_id} lost {_ATTEMPTS} times")


def increment(client: Client, transaction: Transaction, sale: Sale) -> None:
    """Read the order; write it and three increments: three calls."""
    order = _order(client, sale)
    if _is_known(order.get(transaction=transaction), sale):
        return
    _write_order(transaction, order, sale)
    for reference, fields in _tallies(client, sale).items():
        amounts = {name: Increment(amount) for name, amount in _amounts(sale).items()}
        transaction.set(reference, fields | amounts | {"days": {f"{sale.day:02}": amounts}}, merge=True)


def read_modify_write(client: Client, transaction: Transaction, sale: Sale) -> None:
    """Read the order and three counters in one call; write the order and the sums: three calls."""
    order, tallies = _order(client, sale), _tallies(client, sale)
    found = {s.reference: s for s in transaction.get_all([order, *tallies])}
    if _is_known(found[order], sale):
        return
    _write_order(transaction, order, sale)
    for reference, fields in tallies.items():
        old = found[reference].to_dict() or {}
        key = f"{sale.day:02}"
        day = old.get("days", {}).get(key, {})
        new = fields | _sums(old, sale) | {"days": {key: _sums(day, sale)}}
        transaction.set(reference, new, merge=True)


def _order(client: Client, sale: Sale) -> DocumentReference:
    return client.document("stores", sale.store_id, "orders", sale.order_id)


def _tallies(client: Client, sale: Sale) -> dict[DocumentReference, dict[str, Any]]:
    store = client.document("stores", sale.store_id)
    return {
        store.collection("months").document(MONTH): {"month": MONTH},
        store.collection("productMonths").document(f"{MONTH} {sale.product_id}"): {
            "month": MONTH, "productId": sale.product_id, "productName": "Blue mug", "imgCardUrl": None,
        },
        store.collection("customers").document(sale.customer_id): {"customerId": sale.customer_id},
    }  # fmt: skip


def _is_known(snapshot: Any, sale: Sale) -> bool:
    return bool(snapshot.exists and (not sale.completes or "COMPLETED" in snapshot.get("statuses")))


def _write_order(transaction: Transaction, order: DocumentReference, sale: Sale) -> None:
    if sale.completes:
        transaction.update(order, {"statuses.COMPLETED": sale.created_at})
        return
    fields = sale.wire()["order"] | {"createdAt": sale.created_at, "price": PRICE_MINOR, "month": MONTH}
    transaction.create(order, fields | {"statuses": {}})


def _amounts(sale: Sale) -> dict[str, int]:
    if not sale.completes:
        return {"totalOrders": 1}
    return {"totalCompletedOrders": 1, "totalSales": PRICE_MINOR, "ordersWithoutCoupon": 1}


def _sums(old: Mapping[str, int], sale: Sale) -> dict[str, int]:
    return {name: old.get(name, 0) + amount for name, amount in _amounts(sale).items()}
