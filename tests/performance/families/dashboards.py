"""A store's dashboard as its month fills, against aggregation queries over the orders themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from google.cloud.firestore import FieldFilter
from google.cloud.firestore_v1.aggregation import AggregationQuery

from infra.typical_orders import MONTH, OrderEvent
from shared.adapters.firestore.client import Client
from tests.performance.ledgers import insist, new_ledger, read_figures
from tests.performance.load import creations, in_lists, whole_order
from tests.performance.place import PROJECT, Place
from tests.performance.rounds import Tell, compared, percentiles, take_turns, timed_each
from tests.performance.rows import Row, Target
from tests.performance.wire import CountedClient

_DAYS = 20
_WRITERS, _LIST = 4, 100
_AGGREGATIONS = 2
"""A round: each takes seconds where there are many orders."""

_BOUND = "four calls, whose answers hold a month's counters, products and coupons, never an order"
_AGGREGATION = "two aggregation queries (three figures of it)"

Times = Mapping[str, Sequence[Sequence[float]]]
"""{"dashboard of 1,000", "aggregation of 1,000"...: milliseconds, in a list for each round}."""


def measure_dashboards(place: Place) -> list[Row]:
    """Return p50 and p95 by orders in a month, in milliseconds, and the documents that are read."""
    run, client, sizes = uuid4().hex[:8], place.client, place.sizes
    stores = {orders: f"{run}-{orders}" for orders in sizes.months}
    contenders = {}
    for orders, store_id in stores.items():
        fill(client, store_id, orders, place.tell)
        reading, adding_up = (partial(read, client, store_id) for read in (read_figures, add_up))
        contenders[f"dashboard of {orders:,}"] = timed_each(reading, sizes.reads)
        contenders[f"aggregation of {orders:,}"] = timed_each(adding_up, _AGGREGATIONS)
    times = take_turns(contenders, sizes.rounds, tell=place.tell)
    reads = {orders: _count_reads(store_id) for orders, store_id in stores.items()}
    return [*time_rows(times, sizes.months), *read_rows(reads)]


def time_rows(times: Times, months: Sequence[int]) -> list[Row]:
    """Return each size against aggregation, and the p50 of the largest against that of the smallest."""
    first, last = months[0], months[-1]
    rows = [
        compared(
            f"dashboard, {orders:,} orders in the month, p{percent}", "ms",
            percentiles(times[f"dashboard of {orders:,}"], percent),
            (_AGGREGATION, percentiles(times[f"aggregation of {orders:,}"], percent)), bound=_BOUND,
        )
        for orders in months
        for percent in (50, 95)
    ]  # fmt: skip
    smallest, largest = (percentiles(times[f"dashboard of {orders:,}"], 50) for orders in (first, last))
    promise = compared(
        f"dashboard, {last:,} orders in the month, p50", "ms", largest,
        (f"{first:,} orders in the month", smallest), target=Target(sense="<=", limit=1.2),
    )  # fmt: skip
    return [*rows, promise]


def read_rows(reads: Mapping[int, int]) -> list[Row]:
    """Return the documents that are read with most orders, against those with fewest."""
    first, last = min(reads), max(reads)
    row = Row(
        name=f"dashboard, {last:,} orders in the month, reads", value=reads[last], unit="documents",
        target=Target(sense="<=", limit=1), bound="a read for each month, and for each product that is shown",
    )  # fmt: skip
    return [row.against(f"{first:,} orders in the month", reads[first])]


def fill(client: Client, store_id: str, orders: int, tell: Tell) -> None:
    """Count so many completed orders, spread over the month, by the ledger."""
    ledger = new_ledger(client)
    events = [replace(event, day=1 + event.number % _DAYS) for event in creations(store_id, "o", orders)]
    insist(partial(ledger.apply, [whole_order(events[0])]))  # creates the store, for which many would race

    def write(part: Sequence[OrderEvent]) -> None:
        tell(f"filling a month with {orders:,} orders, at {part[0].number:,}")
        insist(partial(ledger.apply, [whole_order(event) for event in part]))

    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(write, in_lists(events, _LIST)))
    if (counted := read_figures(client, store_id)["summary"]["totalCompletedOrders"]) != orders:
        raise RuntimeError(f"expected {orders} orders, counted {counted}")


def add_up(client: Client, store_id: str) -> dict[str, Any]:
    """Return orders, completed orders and sales of the month, out of the orders: two calls."""
    orders = client.collection("stores", store_id, "orders").where(filter=FieldFilter("month", "==", MONTH))
    ever = FieldFilter("statuses.COMPLETED", ">", datetime(1970, 1, 1, tzinfo=UTC))
    created: Any = AggregationQuery(orders).count("orders")
    done: Any = AggregationQuery(orders.where(filter=ever))
    completed = done.count("completed").sum("price", "sales")
    return {one.alias: one.value for query in (created, completed) for row in query.get() for one in row}


def _count_reads(store_id: str) -> int:
    with closing(CountedClient(PROJECT)) as client:
        return client.wire.counted(partial(read_figures, client, store_id))["reads"]
