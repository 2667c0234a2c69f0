"""Recount a store's month from its ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from shared.domain.period import Month
from shared.domain.tallies import COUPON_MONTHS, PRODUCT_MONTHS, contribution
from shared.reconcile.comparison import Recounted
from shared.reconcile.lifetimes import month_coupons, month_customers
from shared.reconcile.part import Part
from shared.reconcile.ranked_months import RankedMonths
from shared.reconcile.scope import Scope
from shared.reconcile.store_month import StoreMonth
from shared.reconcile.store_snapshot import StoreSnapshot


class Recount:
    """Recounts every tally that the month's orders count in. `orders` and `passes` are final at the end.

    The month's own tallies come first: one pass over its orders, and another one if some of them differ.
    Then come the customers and coupons that the month names, each from all their orders.
    """

    def __init__(self, store_snapshot: StoreSnapshot, store_id: str, month: Month, scope: Scope) -> None:
        self.orders = 0
        self.passes = 0
        self._store_snapshot = store_snapshot
        self._month = month
        self._check_time = scope.check_time
        self._monthly: Sequence[Part] = (
            StoreMonth(store_snapshot, store_id, month),
            RankedMonths(store_snapshot, store_id, PRODUCT_MONTHS, month, scope.most_held),
            RankedMonths(store_snapshot, store_id, COUPON_MONTHS, month, scope.most_held),
        )
        self._lifetimes = (
            month_customers(store_snapshot, store_id, month, scope),
            month_coupons(store_snapshot, store_id, scope),
        )
        self._is_month_done = False

    @property
    def position(self) -> Mapping[str, str] | None:
        """Where another run may continue; None until the month's own tallies are recounted."""
        if not self._is_month_done:
            return None
        return {life.tally.collection: life.done for life in self._lifetimes}

    def documents(self) -> Iterator[Recounted]:
        """Yield each document once, recounted, with what is stored.

        Raises:
            BudgetSpent: the time is up; what comes before `position` was yielded.
        """
        self._pass([*self._monthly, *self._lifetimes])
        for document in self._in_passes(self._monthly):
            self._check_time()
            yield document
        self._is_month_done = True
        yield from self._in_passes(self._lifetimes)

    def _in_passes(self, parts: Sequence[Part]) -> Iterator[Recounted]:
        """Yield the documents of parts that have seen a first pass."""
        while parts:
            for part in parts:
                yield from part.documents()
            parts = [part for part in parts if part.go_on()]
            if parts:
                self._pass(parts)

    def _pass(self, parts: Sequence[Part]) -> None:
        self.passes += 1
        self.orders = 0
        for part in parts:
            part.begin()
        for order in self._store_snapshot.orders(self._month):
            self._check_time()
            self.orders += 1
            counted = contribution(order.facts, order.timezone)
            for part in parts:
                part.take(order, counted)
