"""The orders behind a figure: the keys that an order is found by, and what it adds to the figure. Pure."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from shared.domain.figures import FIGURES
from shared.domain.order import OrderFacts, Status
from shared.domain.period import Period
from shared.domain.tallies import (
    COUPON_MONTHS,
    COUPONS,
    CUSTOMERS,
    ORDER_COUNTERS,
    PRODUCT_MONTHS,
    STORE_MONTHS,
    Contribution,
    Tally,
    contribution,
)

SUMS: Mapping[str, tuple[str, ...]] = {"grossSales": ("totalSales", "refundedAmount")}
"""The counters that no tally keeps, because they are sums of others."""

LISTED: Mapping[Tally, tuple[str, ...]] = {
    STORE_MONTHS: (*ORDER_COUNTERS, "refundedAmount", "grossSales", "itemSales"),
    PRODUCT_MONTHS: PRODUCT_MONTHS.counters,
    COUPON_MONTHS: COUPON_MONTHS.counters,
    COUPONS: COUPONS.counters,
    CUSTOMERS: CUSTOMERS.counters,
}
"""The counters whose orders can be listed: those that orders add to on their own day."""

ALIASES: Mapping[Tally, Mapping[str, str]] = {
    STORE_MONTHS: {"netSales": "totalSales"},
    PRODUCT_MONTHS: {"netSales": "totalSales"},
    CUSTOMERS: {"totalSpent": "totalSales"},
}
"""Further names of the counters."""

NAMES = frozenset(name for names in (*LISTED.values(), *ALIASES.values()) for name in names)
"""Of all counters whose orders can be listed."""

OPENED: Mapping[str, frozenset[str]] = {
    "store": frozenset({*LISTED[STORE_MONTHS], *ALIASES[STORE_MONTHS]}),
    "customer": frozenset({*LISTED[CUSTOMERS], *ALIASES[CUSTOMERS]}),
}
"""The figures on cards whose orders can be listed."""

MONEY = frozenset(key for key, figure in FIGURES.items() if figure.kind == "money")
"""The counters that hold amounts in minor units; the others count pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterOf:
    """A counter of the store (`of` is empty), or of one product, coupon or customer."""

    tally: Tally
    counter: str
    of: str = ""

    @property
    def key(self) -> str:
        """Return what the entries of its orders are found by."""
        return _key(self.counter, self.tally.id_field, self.of)

    @property
    def is_money(self) -> bool:
        return self.counter in MONEY

    def amount(self, counters: Mapping[str, int]) -> int:
        """Return the figure of a row with these counters."""
        return _amount(self.counter, counters)

    def added_by(self, order: Contribution, period: Period | None) -> int:
        """Return what an order adds to the figure in the period, or of all time."""
        return sum(
            self.amount(amounts)
            for row, amounts in order.items()
            if row.tally is self.tally and row.of == self.of and (period is None or row.day in period)
        )


def keys(order: Contribution) -> list[str]:
    """Return the keys of all figures that the order adds to; the coupon of a month and of all time share one.

    A key is as long for any id, and tells nothing of it.
    """
    return sorted(
        {
            _key(counter, row.tally.id_field, row.of)
            for row, amounts in order.items()
            for counter in LISTED[row.tally]
            if _amount(counter, amounts)
        }
    )


def contributes(facts: OrderFacts, timezone: str) -> Iterable[tuple[CounterOf, int]]:
    """Yield each figure that the order adds to, and how much; a coupon's once, not also for its month."""
    for row, amounts in contribution(facts, timezone).items():
        for counter, amount in amounts.items():
            if amount and row.tally is not COUPON_MONTHS:
                yield CounterOf(tally=row.tally, counter=counter, of=row.of), amount


def status_of(facts: OrderFacts) -> Status | None:
    """Return the status that the order reached last; None for a step on the way that has no name.

    Of two at one time, the one that decides what counts is shown: a refund, then a completion.
    """
    reached = {**facts.statuses}
    if facts.overdue_at is not None and facts.has_expired:
        reached.setdefault(Status.EXPIRED, facts.overdue_at)
    if not reached.keys() - {Status.CREATED}:
        return None if facts.progressed_at else Status.CREATED
    return max(reached, key=lambda status: (reached[status], _BY_WEIGHT.index(status)))


_BY_WEIGHT = (Status.CREATED, Status.PAID, Status.EXPIRED, Status.COMPLETED, Status.REFOUNDED)


def _amount(counter: str, counters: Mapping[str, int]) -> int:
    if counter in SUMS:
        return sum(counters.get(name, 0) for name in SUMS[counter])
    return counters.get(counter, 0)


def _key(counter: str, id_field: str, of: str) -> str:
    return f"{counter} {_digest(id_field, of)}" if id_field else counter


# The ids of products, coupons and customers repeat.
@lru_cache(10_000)
def _digest(id_field: str, of: str) -> str:
    digest = blake2b(f"{id_field} {of}".encode(), digest_size=15).digest()
    return urlsafe_b64encode(digest).decode()
