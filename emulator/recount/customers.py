"""Recount the quick metrics of each customer of a store."""

from collections.abc import Iterable
from typing import Any

from emulator.recount.history import Event, Order, accounts_of, orders_of, totals
from emulator.recount.money import figures

_SHOWN = (
    "totalOrders",
    "totalCompletedOrders",
    "totalExpiredOrders",
    "totalRefundedOrders",
    "totalSpent",
    "averageTicket",
    "ordersWithCoupon",
)


def recount_customers(events: Iterable[Event], *, store_id: str, currency: str) -> dict[str, dict[str, Any]]:
    """Return {customerId: what `GET /store/customers/{customerId}/metrics` must contain} for a store.

    Includes everyone who registered or whom an order names. `firstOrderAt` and `lastOrderAt` are aware
    datetimes, None without an order.
    """
    events = [event for event in events if event[1]["storeId"] == store_id]
    orders: dict[str, list[Order]] = {customer_id: [] for customer_id in accounts_of(events)}
    for order in orders_of(events):
        if order.customer_id is not None:
            orders.setdefault(order.customer_id, []).append(order)
    return {customer_id: _metrics(theirs, currency) for customer_id, theirs in orders.items()}


def _metrics(orders: list[Order], currency: str) -> dict[str, Any]:
    amounts, times = totals(orders), [order.created_at for order in orders]
    amounts["totalSpent"] = amounts["totalSales"]
    amounts["averageTicket"] = amounts["totalSales"] / (amounts["totalCompletedOrders"] or 1)
    shown = {name: amounts[name] for name in _SHOWN}
    return {
        **figures(shown, currency),
        "firstOrderAt": min(times, default=None),
        "lastOrderAt": max(times, default=None),
    }
