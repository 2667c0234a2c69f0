"""A store's dashboard as its month fills, against aggregation queries over the orders themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from google.cloud.firestore import Client, FieldFilter
from google.cloud.firestore_v1.aggregation import AggregationQuery

from tests.performance.events import MONTH, Sale, creations, in_lists, whole_order
from tests.performance.figures import read_figures
from tests.performance.ledgers import new_ledger
from tests.performance.place import PROJECT, Place
from tests.performance.rounds import Told, compared, percentiles, take_turns, timed_each
from tests.performance.rows import Row, Target
from tests.performance.wire import CountedClient

_DAYS = 20
_WRITERS, _LIST = 4, 100
_BOUND = "four calls, whose answers hold a month's counters, products and coupons, never an order"
_AGGREGATION = "two aggregation queries (three figures of it)"

Times = Mapping[tuple[str, int], Sequence[Sequence[float]]]
"""{(what, orders in the month): milliseconds, in a list for each round}."""


def measure_dashboards(place: Place) -> list[Row]:
    """Return p50 and p95 by orders in a month, in milliseconds, and the documents that are read."""
    run, client, months = uuid4().hex[:8], place.client, place.sizes.months
    stores = {orders: f"{run}-{orders}" for orders in months}
    for orders, store_id in stores.items():
        place.tell(f"filling a month with {orders:,} orders")
        fill(client, store_id, orders, place.tell)
    contenders = {}
    for orders, store_id in stores.items():
        contenders[f"dashboard of {orders:,}"] = _reading(client, store_id, place.sizes.reads)
        contenders[f"aggregation of {orders:,}"] = _adding(client, store_id)
    found = take_turns(contenders, place.sizes.rounds, tell=place.tell)
    times = {(what, orders): found[f"{what} of {orders:,}"] for what in _KINDS for orders in months}
    return [*time_rows(times, months), *read_rows({orders: _read(stores[orders]) for orders in months})]


def time_rows(times: Times, months: Sequence[int]) -> list[Row]:
    """Return each size against aggregation, and the p50 of the largest against that of the smallest."""
    first, last = months[0], months[-1]
    dashboards = {orders: times["dashboard", orders] for orders in months}
    rows = [
        compared(
            f"dashboard, {orders:,} orders in the month, p{percent}", "ms",
            percentiles(dashboards[orders], percent),
            (_AGGREGATION, percentiles(times["aggregation", orders], percent)), bound=_BOUND,
        )
        for orders in months
        for percent in (50, 95)
    ]  # fmt: skip
    smallest = (f"{first:,} orders in the month", percentiles(dashboards[first], 50))
    limit = Target(sense="<=", limit=1.2)
    name = f"dashboard, {last:,} orders in the month, p50"
    return [*rows, compared(name, "ms", percentiles(dashboards[last], 50), smallest, target=limit)]


def read_rows(reads: Mapping[int, int]) -> list[Row]:
    """Return the documents that are read with most orders, against those with fewest."""
    first, last = min(reads), max(reads)
    row = Row(
        name=f"dashboard, {last:,} orders in the month, reads", value=reads[last], unit="documents",
        target=Target(sense="<=", limit=1), bound="a read for each month, and for each product that is shown",
    )  # fmt: skip
    return [row.against(f"{first:,} orders in the month", reads[first], reads[last] / reads[first])]


def fill(client: Client, store_id: str, orders: int, tell: Told) -> None:
    """Count so many completed orders, spread over the month, by the ledger."""
    ledger = new_ledger(client)
    sales = [replace(sale, day=1 + sale.number % _DAYS) for sale in creations(store_id, "o", orders)]
    ledger.apply([whole_order(sales[0])])  # the store, before many want to make it

    def write(part: Sequence[Sale]) -> None:
        ledger.apply([whole_order(sale) for sale in part])
        if part[-1].number % 10_000 >= 10_000 - _LIST:
            tell(f"{part[-1].number + 1:,} of {orders:,} orders")

    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(write, in_lists(sales, _LIST)))
    if (counted := read_figures(client, store_id)["summary"]["totalCompletedOrders"]) != orders:
        raise RuntimeError(f"expected {orders} orders, counted {counted}")


def add_up(client: Client, store_id: str) -> dict[str, Any]:
    """Return orders, completed orders and sales of the month, out of the orders: two calls."""
    orders = client.collection("stores", store_id, "orders").where(filter=FieldFilter("month", "==", MONTH))
    since_ever = FieldFilter("statuses.COMPLETED", ">", datetime(1970, 1, 1, tzinfo=UTC))
    made: Any = AggregationQuery(orders).count("orders")
    done: Any = AggregationQuery(orders.where(filter=since_ever))
    completed = done.count("completed").sum("price", "sales")
    return {one.alias: one.value for query in (made, completed) for row in query.get() for one in row}


def _reading(client: Client, store_id: str, count: int) -> Callable[[int], list[float]]:
    return lambda _: timed_each(lambda: read_figures(client, store_id), count)


def _adding(client: Client, store_id: str) -> Callable[[int], list[float]]:
    return lambda _: timed_each(lambda: add_up(client, store_id), _ADDITIONS)


def _read(store_id: str) -> int:
    counted = CountedClient(PROJECT)
    read_figures(counted, store_id)
    counted.close()  # type: ignore[no-untyped-call]
    return counted.wire.take()["reads"]


_KINDS = ("dashboard", "aggregation")
_ADDITIONS = 2
"""A round: each takes seconds where there are many orders."""
