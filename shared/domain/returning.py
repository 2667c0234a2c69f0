"""Returning customers: which orders of a period came from customers who had ordered before. Pure."""

from __future__ import annotations

from typing import Any

from shared.domain.figures import RETURNING, write_figures
from shared.domain.money import percentage


def returning_customers(orders: int, first_orders: int) -> dict[str, Any]:
    """Return the figures of returning customers.

    One order of each customer is the first, also where two were placed at the same instant. So all orders of
    customers, but as many as customers whose first one is in the period, had an earlier order.

    Args:
        orders: how many orders of the period have a customer.
        first_orders: how many customers placed their first order in the period. No more than `orders` count:
            while orders are counted with a delay, their customers are ahead of them.
    """
    first = min(first_orders, orders)
    amounts = {
        "ordersOfCustomers": orders,
        "firstOrders": first,
        "returningOrders": orders - first,
        "returningRate": percentage(orders - first, orders),
    }
    return write_figures(RETURNING, amounts, None)
