"""Recount a store's month from its ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.domain.period import Month
from shared.domain.tallies import COUPON_MONTHS, PRODUCT_MONTHS, contribution
from shared.reconcile.comparison import Recounted
from shared.reconcile.lifetimes import month_coupons, month_customers
from shared.reconcile.part import Part
from shared.reconcile.ranked_months import RankedMonths
from shared.reconcile.store_month import StoreMonth
from shared.reconcile.store_snapshot import StoreSnapshot

MOST_HELD = 5_000
"""The most products, customers or coupons held at once. More of them take more passes over the orders."""


class Recount:
    """Recounts every tally that the month's orders count in. `orders` and `passes` are final at the end."""

    def __init__(
        self,
        store_snapshot: StoreSnapshot,
        store_id: str,
        month: Month,
        *,
        every_coupon: bool,
        most_held: int = MOST_HELD,
    ) -> None:
        self.orders = 0
        self.passes = 0
        self._store_snapshot = store_snapshot
        self._month = month
        self._parts: Sequence[Part] = (
            StoreMonth(store_snapshot, store_id, month),
            RankedMonths(store_snapshot, store_id, PRODUCT_MONTHS, month, most_held),
            RankedMonths(store_snapshot, store_id, COUPON_MONTHS, month, most_held),
            month_customers(store_snapshot, store_id, month, most_held),
            month_coupons(store_snapshot, store_id, most_held, every=every_coupon),
        )

    def documents(self) -> Iterator[Recounted]:
        """Yield each document once, recounted, with what is stored."""
        parts = self._parts
        while parts:
            self.passes += 1
            self.orders = self._pass(parts)
            for part in parts:
                yield from part.documents()
            parts = [part for part in parts if part.go_on()]

    def _pass(self, parts: Sequence[Part]) -> int:
        orders = 0
        for part in parts:
            part.begin()
        for order in self._store_snapshot.orders(self._month):
            orders += 1
            counted = contribution(order.facts, order.timezone)
            for part in parts:
                part.take(order, counted)
        return orders
