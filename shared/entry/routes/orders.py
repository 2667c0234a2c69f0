"""The orders behind a figure, and one order."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint

from shared import runtime
from shared.entry.cursor import write_cursor
from shared.entry.order_queries import OrdersQuery
from shared.entry.problem import Problem
from shared.entry.queries import StoreQuery
from shared.entry.routes.stores import NO_STORE, find_store
from shared.entry.views import VIEWER, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.orders import OrderPage, OrderShown

routes = Blueprint("orders", __name__)


@routes.get("/store/orders")
@Endpoint(VIEWER, query=OrdersQuery, statuses={HTTPStatus.NOT_FOUND: NO_STORE})
def list_orders(query: OrdersQuery) -> Answer[OrderPage]:
    """List the orders behind a figure, the newest first, with what each adds to it.

    Over all pages, `adds` sums up to `total`, which is the figure as the dashboard shows it. While a store
    takes more orders than it counts one by one, its figures trail its orders by seconds, and so may `total`.

    A page costs `limit` + 2 document reads at most, and one for each month of the period, however many orders
    the store has.
    """
    # Only who asks about orders waits for it to load.
    from shared.dashboard.orders import list_orders as list_behind

    page = list_behind(runtime.orders(), find_store(query.store_id), query.question(), datetime.now(UTC))
    return answer_json(page | {"nextCursor": write_cursor(page["nextCursor"])})


@routes.get("/store/orders/<id:order_id>")
@Endpoint(
    VIEWER,
    query=StoreQuery,
    statuses={HTTPStatus.NOT_FOUND: "There is no such store, or it knows no such order."},
)
def show_order(order_id: str, query: StoreQuery) -> Answer[OrderShown]:
    """Show what is known of an order, in the order in which it happened, and what it adds to each figure.

    Costs one document read.
    """
    from shared.dashboard.one_order import show_order as show

    store = find_store(query.store_id)
    order = runtime.orders().read(query.store_id, order_id)
    if order is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"no order {order_id!r} in store {query.store_id!r}")
    return answer_json(show(order, store))
