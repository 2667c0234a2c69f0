"""Lists of orders in memory, and every list that a store's figures open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from emulator.documents import MemoryDocuments
from shared.dashboard.orders import OrderRead, Orders, Question, list_orders, total_paths
from shared.documents.entries import order_arrivals, order_facts
from shared.documents.paths import order_path, store_path
from shared.domain.behind import LISTED, CounterOf
from shared.domain.period import Month, Period
from shared.domain.store import Store
from shared.domain.tallies import COUPON_MONTHS, CUSTOMERS, PRODUCT_MONTHS, STORE_MONTHS

PERIODS = (
    Period.of_month(Month(2026, 10)),
    Period.of_month(Month(2026, 11)),
    Period(date(2026, 10, 31), date(2026, 11, 15)),
    Period(date(2026, 11, 1), date(2026, 11, 1)),
    Period(date(2026, 11, 16), date(2026, 11, 16)),
    Period(date(2026, 1, 1), date(2026, 12, 31)),
)


class MemoryOrders:
    """The queries of the Firestore adapter, on documents in memory."""

    def __init__(self, documents: MemoryDocuments) -> None:
        self._documents = documents.documents

    def totals(
        self, store_id: str, counter: CounterOf, period: Period | None, at: datetime | None
    ) -> tuple[Sequence[Mapping[str, Any]], datetime]:
        paths = total_paths(store_id, counter, period)
        return [self._documents.get(path, {}) for path in paths], at or datetime.now(UTC)

    def page(
        self,
        store_id: str,
        counter: CounterOf,
        period: Period | None,
        limit: int,
        after: str | None,
        read_time: datetime,
    ) -> Sequence[OrderRead]:
        parent = (*store_path(store_id), "orders")
        found = [
            (fields["day"], fields["createdAt"], path[-1], fields)
            for path, fields in self._documents.items()
            if path[:-1] == parent
            and counter.key in fields["countsIn"]
            and (period is None or date.fromisoformat(fields["day"]) in period)
        ]
        found.sort(key=lambda one: one[:3], reverse=True)
        if after is not None:
            last = order_path(store_id, after)
            fields = self._documents[last]
            found = [one for one in found if one[:3] < (fields["day"], fields["createdAt"], last[-1])]
        return [_read(fields, read_time) for *_, fields in found[:limit]]


def _read(fields: Mapping[str, Any], at: datetime) -> OrderRead:
    return OrderRead(
        order_id=fields["orderId"],
        facts=order_facts(fields),
        timezone=fields["timezone"],
        former_customers=tuple(fields["formerCustomers"]),
        arrivals=order_arrivals(fields),
        first_heard_at=at,
        last_changed_at=at,
    )


class Opened(NamedTuple):
    """All pages of one list: each order with what it adds, and the figure that every page told."""

    orders: list[dict[str, Any]]
    total: float


def open_list(orders: Orders, store: Store, counter: CounterOf, period: Period | None, limit: int) -> Opened:
    """Read every page."""
    listed: list[dict[str, Any]] = []
    totals = set()
    after = None
    while True:
        question = Question(counter=counter, period=period, limit=limit, after=after)
        page = list_orders(orders, store, question, datetime.now(UTC))
        assert len(page["orders"]) <= limit
        listed += page["orders"]
        totals.add(page["total"])
        if page["nextCursor"] is None:
            (total,) = totals
            return Opened(listed, total)
        at, order_id = page["nextCursor"]
        after = (at, order_id)


def every_list(
    products: Sequence[str], coupons: Sequence[str], customers: Sequence[str]
) -> Iterator[tuple[CounterOf, Period | None]]:
    """Yield every figure of a store, and each row of it, in several periods and days."""
    for period in PERIODS:
        for tally, ids in ((STORE_MONTHS, [""]), (PRODUCT_MONTHS, products), (COUPON_MONTHS, coupons)):
            for of in ids:
                for counter in LISTED[tally]:
                    yield CounterOf(tally=tally, counter=counter, of=of), period
    for of in customers:
        for counter in LISTED[CUSTOMERS]:
            yield CounterOf(tally=CUSTOMERS, counter=counter, of=of), None
