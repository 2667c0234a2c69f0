"""Recount a store's month from its ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.domain.contribution import contribution
from shared.domain.period import Month
from shared.reconcile.books import Books
from shared.reconcile.comparison import Recounted
from shared.reconcile.lifetimes import month_coupons, month_customers
from shared.reconcile.part import Part
from shared.reconcile.ranked_months import coupon_months, product_months
from shared.reconcile.store_month import StoreMonth

MOST_HELD = 5_000
"""Products, customers and coupons held at once, of each; more take more passes over the month's orders."""


class Recount:
    """Counts everything that the month's orders count in. `orders` and `passes` are known at the end."""

    def __init__(
        self, books: Books, store_id: str, month: Month, *, every_coupon: bool, most_held: int = MOST_HELD
    ) -> None:
        self.orders = 0
        self.passes = 0
        self._books = books
        self._month = month
        self._parts: Sequence[Part] = (
            StoreMonth(books, store_id, month),
            product_months(books, store_id, month, most_held),
            coupon_months(books, store_id, month, most_held),
            month_customers(books, store_id, month, most_held),
            month_coupons(books, store_id, most_held, every=every_coupon),
        )

    def documents(self) -> Iterator[Recounted]:
        """Yield each tally once, recounted, beside what is stored."""
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
        for order in self._books.orders(self._month):
            orders += 1
            cells = contribution(order.facts, order.timezone)
            for part in parts:
                part.take(order, cells)
        return orders
