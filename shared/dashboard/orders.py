"""The orders behind a figure, and what one order adds to every figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from shared.dashboard.read import PAGES_LAST
from shared.documents.paths import Path, tally_path
from shared.domain.behind import CounterOf, status_of
from shared.domain.dashboard import describe_period
from shared.domain.instants import from_micros, to_micros, to_rfc3339
from shared.domain.money import to_major
from shared.domain.order import OrderFacts
from shared.domain.order_arrivals import Arrival
from shared.domain.period import Month, Period, local_day
from shared.domain.store import Store
from shared.domain.tallies import CUSTOMERS, contribution
from shared.errors import InstantOutOfReach


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRead:
    """What the ledger knows of an order and by which events, and when it first and last heard of it."""

    order_id: str
    facts: OrderFacts
    timezone: str
    former_customers: tuple[str, ...]
    arrivals: tuple[Arrival, ...]
    first_heard_at: datetime
    last_changed_at: datetime


class Orders(Protocol):
    """The ledger as lists of orders read it; see the Firestore adapter for the cost of each call."""

    def totals(
        self, store_id: str, counter: CounterOf, period: Period | None, at: datetime | None
    ) -> tuple[Sequence[Mapping[str, Any]], datetime]: ...

    def page(
        self,
        store_id: str,
        counter: CounterOf,
        period: Period | None,
        limit: int,
        after: str | None,
        read_time: datetime,
    ) -> Sequence[OrderRead]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which orders a reader asks for.

    counter: the figure that they add to.
    period: None for the store's current month. A customer's figures are of all time.
    limit: the most orders on a page.
    after: where the page begins, as (the instant of the first page in microseconds, the last order's id);
        None for the first page.
    """

    counter: CounterOf
    period: Period | None
    limit: int
    after: tuple[int, str] | None


def list_orders(orders: Orders, store: Store, question: Question, now: datetime) -> dict[str, Any]:
    """Return a page of the orders behind a figure, the newest first, and the figure itself.

    All pages, and the figure, are as of the first page's instant: what the orders add sums up to it. A page
    costs `limit` + 1 reads, one more where it continues another, and one for each month of the period. None
    of it grows with the store.

    Raises:
        InstantOutOfReach: the first page is too long ago; the caller starts there again.
    """
    at = from_micros(question.after[0]) if question.after else None
    if at and at < now - PAGES_LAST:
        raise InstantOutOfReach("expected a cursor of the last hour; start at the first page again")
    counter, period = question.counter, None
    if counter.tally is not CUSTOMERS:
        period = question.period or Period.of_month(Month.of(local_day(at or now, store.timezone)))
    documents, read_time = orders.totals(store.store_id, counter, period, at)
    after = question.after[1] if question.after else None
    found = orders.page(store.store_id, counter, period, question.limit + 1, after, read_time)
    listed = found[: question.limit]
    return {
        "storeId": store.store_id,
        "currency": store.currency,
        "timezone": store.timezone,
        "counter": counter.counter,
        "period": describe_period(period) if period else None,
        "total": _shown(counter, _total(counter, period, documents), store.currency),
        "orders": [_line(order, counter, period, store.currency) for order in listed],
        "nextCursor": [to_micros(read_time), listed[-1].order_id] if len(found) > question.limit else None,
        "generatedAt": to_rfc3339(read_time),
    }


def total_paths(store_id: str, counter: CounterOf, period: Period | None) -> list[Path]:
    """Return the documents that count the figure."""
    if not counter.tally.is_monthly:
        return [tally_path(store_id, counter.tally, of=counter.of)]
    if period is None:
        raise ValueError("expected a period: this figure is counted by month")
    return [tally_path(store_id, counter.tally, month, counter.of) for month in period.months()]


def _total(counter: CounterOf, period: Period | None, documents: Sequence[Mapping[str, Any]]) -> int:
    if period is None:
        return sum(counter.amount(fields) for fields in documents)
    return sum(
        counter.amount(row)
        for fields in documents
        for number, row in fields.get("days", {}).items()
        if Month.parse(fields["month"]).first_day.replace(day=int(number)) in period
    )


def _line(
    order: OrderRead, counter: CounterOf, period: Period | None, currency: str | None
) -> dict[str, Any]:
    snapshot = order.facts.snapshot
    added = counter.added_by(contribution(order.facts, order.timezone), period)
    return {
        "orderId": order.order_id,
        "createdAt": snapshot and to_rfc3339(snapshot.created_at),
        "customerId": order.facts.customer_id,
        "status": status_of(order.facts),
        "price": to_major(snapshot.price_minor, currency) if snapshot else None,
        "adds": _shown(counter, added, currency),
    }


def _shown(counter: CounterOf, amount: int, currency: str | None) -> int | float:
    return to_major(amount, currency) if counter.is_money else amount
