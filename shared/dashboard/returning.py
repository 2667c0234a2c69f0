"""How many of a period's orders came from returning customers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from shared.dashboard.read import Comparison, Tallies, compared_period
from shared.documents.deltas import EVER, Delta
from shared.domain.dashboard import DailyRows, change, describe_period
from shared.domain.instants import to_rfc3339
from shared.domain.period import Month, Period, local_day
from shared.domain.returning import returning_customers
from shared.domain.store import Store


class Customers(Protocol):
    """The customers by their first order; see the Firestore adapter for the cost of a call."""

    def count_first_orders(
        self, store_id: str, span: tuple[datetime, datetime], read_time: datetime | None
    ) -> int: ...


class Deltas(Protocol):
    """What commits of a hot store left to be added to its tallies."""

    def pending(
        self, store_id: str, since: datetime, most: int, read_time: datetime | None
    ) -> Iterable[Delta]: ...


class Sources(NamedTuple):
    """What the figures are made from."""

    tallies: Tallies
    customers: Customers
    deltas: Deltas


class ReturningReading:
    """The figures of returning customers for a period, and for the one that it is compared with.

    `view` reads as of one instant. It costs a read for each month of the store and of the periods, one for
    each 1,000 customers whose first order is in them, and one more.

    Args:
        sources: what it reads.
        store: the store.
        period: None for the store's current month.
        compare: the period to compare with, if any. It counts whole also where `period` is not over.
        now: the time.
    """

    def __init__(
        self,
        sources: Sources,
        store: Store,
        period: Period | None,
        compare: Comparison | None,
        now: datetime,
    ) -> None:
        self._sources = sources
        self._store = store
        self._now = now
        self._period = period or Period.of_month(Month.of(local_day(now, store.timezone)))
        self._compared = compared_period(self._period, compare)

    @property
    def months(self) -> list[Month]:
        """Return the months of the periods."""
        periods = [self._period, *([self._compared] if self._compared else [])]
        return sorted({month for period in periods for month in period.months()})

    def view(self) -> dict[str, Any]:
        """Return the figures as the API shows them.

        The customers of a hot store are ahead of its tallies, which then miss orders. While a store moves to
        another time zone, its orders count on the days of both. `trailing` says that a figure may be too low.
        """
        store, (tallies, _, deltas) = self._store, self._sources
        _, read_time = tallies.history(store.store_id)
        rows = tallies.rows(store.store_id, self.months, [], read_time).days if read_time else {}
        now, is_behind = self._figures(self._period, rows, read_time)
        comparison = {}
        if self._compared:
            before, was_behind = self._figures(self._compared, rows, read_time)
            is_behind |= was_behind
            changed = {"returningRate": change(now, before)["returningRate"]}
            comparison = {
                "comparison": {"period": describe_period(self._compared), **before, "change": changed}
            }
        waiting = deltas.pending(store.store_id, EVER, 1, read_time)
        return {
            "storeId": store.store_id,
            "timezone": store.timezone,
            "period": describe_period(self._period),
            **now,
            **comparison,
            "trailing": is_behind or any(waiting),
            "generatedAt": to_rfc3339(read_time or self._now),
        }

    def _figures(
        self, period: Period, rows: DailyRows, read_time: datetime | None
    ) -> tuple[dict[str, Any], bool]:
        """Return the figures of a period, and whether more customers are known than orders are counted."""
        store, customers = self._store, self._sources.customers
        orders = sum(row.get("ordersOfCustomers", 0) for day, row in rows.items() if day in period)
        spans = period.spans(store.timezone)
        first = sum(customers.count_first_orders(store.store_id, span, read_time) for span in spans)
        return returning_customers(orders, first), first > orders
