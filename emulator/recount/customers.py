"""The quick metrics of each customer of a store."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from emulator.recount.history import Event, Order, accounts_of, orders_of
from emulator.recount.money import money


def recount_customers(events: Iterable[Event], *, store_id: str, currency: str) -> dict[str, dict[str, Any]]:
    """Return {customerId: what `GET /store/customers/{customerId}/metrics` must contain} of a store.

    Everyone who registered or is named by an order is in it; `firstOrderAt` and `lastOrderAt` are aware
    datetimes, None without an order.
    """
    events = [event for event in events if event["data"]["storeId"] == store_id]
    orders: dict[str, list[Order]] = {customer_id: [] for customer_id in accounts_of(events)}
    for order in orders_of(events):
        if order.customer_id is not None:
            orders.setdefault(order.customer_id, []).append(order)
    metrics = {}
    for customer_id, theirs in orders.items():
        sold = [order for order in theirs if order.sold]
        spent = sum((order.price for order in sold), Decimal(0))
        metrics[customer_id] = {
            "totalOrders": len(theirs),
            "totalCompletedOrders": len(sold),
            "totalExpiredOrders": len([order for order in theirs if order.expired]),
            "totalRefundedOrders": len([order for order in theirs if order.refunded]),
            "totalSpent": money(spent, currency),
            "averageTicket": money(spent / len(sold) if sold else Decimal(0), currency),
            "ordersWithCoupon": len([order for order in sold if order.coupon is not None]),
            "firstOrderAt": min((order.created_at for order in theirs), default=None),
            "lastOrderAt": max((order.created_at for order in theirs), default=None),
        }
    return metrics
