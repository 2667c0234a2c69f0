"""The rivals on Firestore: a transaction of the client library for each event, as the manuals write it.

Both write what the ledger writes for these events: the order, and the counters of its store, products,
customer and coupon, with a row for the day. Neither detects late events, amendments or refunds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from google.api_core.exceptions import Aborted
from google.cloud import firestore
from google.cloud.firestore import Client, DocumentReference, Increment, Transaction

from infra.typical_orders import MONTH, PRICE_MINOR, OrderEvent

_ATTEMPTS = 30
Body = Callable[[Client, Transaction, OrderEvent], None]


class TransactionWriter:
    """Counts each event in a transaction of its own; one that lost too many races starts again."""

    def __init__(self, client: Client, body: Body) -> None:
        self._client = client

        def run(transaction: Transaction, event: OrderEvent) -> None:
            body(client, transaction, event)

        self._run = firestore.transactional(run)

    def prepared(self, events: Sequence[OrderEvent]) -> Callable[[], None]:
        return partial(self.write, events)

    def write(self, events: Sequence[OrderEvent]) -> None:
        for event in events:
            self._write(event)

    def _write(self, event: OrderEvent) -> None:
        for _ in range(_ATTEMPTS):
            try:
                self._run(self._client.transaction(), event)
            except (Aborted, ValueError):  # what the client library raises after a lost race
                continue
            return
        raise TimeoutError(f"{event.order_id} lost {_ATTEMPTS} times")


def increment(client: Client, transaction: Transaction, event: OrderEvent) -> None:
    """Read the order; write it and an increment for each counter: three calls."""
    order = _order(client, event)
    if _is_known(order.get(transaction=transaction), event):
        return
    _write_order(transaction, order, event)
    amounts = {name: Increment(amount) for name, amount in _amounts(event).items()}
    for reference, fields in _tallies(client, event).items():
        transaction.set(reference, fields | amounts | {"days": {f"{event.day:02}": amounts}}, merge=True)


def read_modify_write(client: Client, transaction: Transaction, event: OrderEvent) -> None:
    """Read the order and all counters in one call; write the order and the sums: three calls."""
    order, tallies = _order(client, event), _tallies(client, event)
    found = {s.reference: s for s in transaction.get_all([order, *tallies])}
    if _is_known(found[order], event):
        return
    _write_order(transaction, order, event)
    key = f"{event.day:02}"
    for reference, fields in tallies.items():
        old = found[reference].to_dict() or {}
        day = old.get("days", {}).get(key, {})
        new = fields | _sums(old, event) | {"days": {key: _sums(day, event)}}
        transaction.set(reference, new, merge=True)


def _order(client: Client, event: OrderEvent) -> DocumentReference:
    return client.document("stores", event.store_id, "orders", event.order_id)


def _tallies(client: Client, event: OrderEvent) -> dict[DocumentReference, dict[str, Any]]:
    """Return the counters' documents and what they hold beside counters."""
    store = client.document("stores", event.store_id)
    product = {"month": MONTH, "productName": "Blue mug", "imgCardUrl": None}
    tallies: dict[DocumentReference, dict[str, Any]] = {
        store.collection("months").document(MONTH): {"month": MONTH},
        store.collection("customers").document(event.customer_id): {"customerId": event.customer_id},
    }
    for product_id in event.product_ids:
        path = store.collection("productMonths").document(f"{MONTH} {product_id}")
        tallies[path] = product | {"productId": product_id}
    if event.coupon_code and event.completes:
        coupon = {"code": event.coupon_code}
        tallies[store.collection("coupons").document(event.coupon_code)] = coupon
        path = store.collection("couponMonths").document(f"{MONTH} {event.coupon_code}")
        tallies[path] = coupon | {"month": MONTH}
    return tallies


def _is_known(snapshot: Any, event: OrderEvent) -> bool:
    return bool(snapshot.exists and (not event.completes or "COMPLETED" in snapshot.get("statuses")))


def _write_order(transaction: Transaction, order: DocumentReference, event: OrderEvent) -> None:
    if event.completes:
        transaction.update(order, {"statuses.COMPLETED": event.created_at})
        return
    fields = event.wire()["order"] | {"createdAt": event.created_at, "price": PRICE_MINOR, "month": MONTH}
    transaction.create(order, fields | {"statuses": {}})


def _amounts(event: OrderEvent) -> dict[str, int]:
    if not event.completes:
        return {"totalOrders": 1}
    return {"totalCompletedOrders": 1, "totalSales": PRICE_MINOR, "ordersWithoutCoupon": 1}


def _sums(old: Mapping[str, int], event: OrderEvent) -> dict[str, int]:
    return {name: old.get(name, 0) + amount for name, amount in _amounts(event).items()}
