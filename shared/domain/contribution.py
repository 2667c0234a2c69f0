"""What one order, or one registration, adds to every counter.

A write applies `difference(before, after)`: duplicates come out as nothing, and refunds, corrections
and late events need no code of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from shared.domain.customer import Registration
from shared.domain.order import OrderFacts, Snapshot, Status
from shared.domain.period import local_day

ORDER_COUNTERS = (
    "totalOrders",
    "totalSales",
    "totalCompletedOrders",
    "totalExpiredOrders",
    "totalRefundedOrders",
    "ordersWithCoupon",
    "ordersWithoutCoupon",
)
"""What an order adds to its store, and to its customer if it has one."""


class Tally(StrEnum):
    """Whose counters they are."""

    STORE = "store"
    PRODUCT = "product"
    COUPON = "coupon"
    COUPON_MONTH = "couponMonth"
    CUSTOMER = "customer"


MONTHLY = frozenset({Tally.STORE, Tally.PRODUCT, Tally.COUPON_MONTH})
"""The tallies of one month, with a row for each of its days; the others are of all time."""


class Cell(NamedTuple):
    """One counter: of the store (`of` is empty), a product, a coupon or a customer, on one local day."""

    tally: Tally
    of: str
    day: date
    counter: str


Contribution = Mapping[Cell, int]
"""Amounts by cell; absent cells add nothing. Money in minor units of the store's currency, else pieces."""


def difference(before: Contribution, after: Contribution) -> Contribution:
    """Return what turns `before` into `after`, without cells that do not move."""
    moved = Counter(after)
    moved.subtract(before)
    return {cell: amount for cell, amount in moved.items() if amount}


def contribution(facts: OrderFacts | Registration, timezone: str) -> Contribution:
    """Return what the facts, as known now, add to the counters of a store in this time zone.

    Everything is attributed to the local day of the order's creation, or of the registration. An
    order without a snapshot yet, and a registration without a time, add nothing.
    """
    if isinstance(facts, Registration):
        return _of_registration(facts, timezone)
    if facts.snapshot is None:
        return {}
    return _of_order(facts, facts.snapshot, local_day(facts.snapshot.created_at, timezone))


def _of_registration(facts: Registration, timezone: str) -> Contribution:
    if facts.registered_at is None:
        return {}
    day = local_day(facts.registered_at, timezone)
    return {
        Cell(Tally.STORE, "", day, "registeredCustomers"): 1,
        Cell(Tally.STORE, "", day, "newCustomers"): int(facts.email_confirmed),
    }


def _of_order(facts: OrderFacts, snapshot: Snapshot, day: date) -> Contribution:
    counts = int(facts.sale_counts)
    with_coupon = counts if snapshot.coupon_code is not None else 0
    amounts = (
        1,
        snapshot.price_minor * counts,
        counts,
        int(Status.EXPIRED in facts.statuses),
        int(Status.REFOUNDED in facts.statuses),
        with_coupon,
        counts - with_coupon,
    )
    total: Counter[Cell] = Counter()
    for item in snapshot.items:
        total[Cell(Tally.PRODUCT, item.product_id, day, "totalOrders")] = 1
        total[Cell(Tally.PRODUCT, item.product_id, day, "totalSales")] += item.total_minor * counts
        total[Cell(Tally.STORE, "", day, "itemSales")] += item.total_minor * counts
    for counter, amount in zip(ORDER_COUNTERS, amounts, strict=True):
        total[Cell(Tally.STORE, "", day, counter)] = amount
        if snapshot.customer_id is not None:
            total[Cell(Tally.CUSTOMER, snapshot.customer_id, day, counter)] = amount
    if snapshot.coupon_code is not None:
        for tally in (Tally.COUPON, Tally.COUPON_MONTH):
            total[Cell(tally, snapshot.coupon_code, day, "timesUsed")] = counts
            total[Cell(tally, snapshot.coupon_code, day, "totalSalesAmount")] = snapshot.price_minor * counts
    return total
