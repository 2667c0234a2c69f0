"""What differs between two systems' counters of a month, and the orders behind it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from infra.compare.counters import OldMonth, is_money
from shared.domain.money import exponent


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An order, or a customer, and what it adds to the figures of a month.

    Args:
        of: its id.
        kind: "order" or "customer".
        day: the local day on which it counts.
        statuses: the statuses that are known of the order.
        price: of the order, in minor units.
        adds: {figure: amount}, money in minor units; absent figures are 0.
    """

    of: str
    kind: str
    day: date
    statuses: tuple[str, ...] = ()
    price: int = 0
    adds: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure that differs; amounts of money in minor units."""

    figure: str
    theirs: int
    ours: int

    @property
    def by(self) -> int:
        """How much more we count; negative where they count more."""
        return self.ours - self.theirs


@dataclass(slots=True, kw_only=True)
class Behind:
    """The orders that make our side of a difference: how many, and the `most` that explain it best.

    First come orders whose amount is exactly the difference: what we count and they do not, or the other way
    round. Then come those that only one side could count, then the others; the latest first.
    """

    difference: Difference
    most: int
    total: int = 0
    _best: list[tuple[tuple[int, int, str], Counted]] = field(default_factory=list)

    def take(self, counted: Counted) -> bool:
        """Consider an order, and return whether it has to do with the figure; only the best are kept."""
        kind = "customer" if self.difference.figure == "newCustomers" else "order"
        if counted.kind != kind:
            return False
        self.total += 1
        self._best.append((self._rank(counted), counted))
        if len(self._best) > 2 * self.most:
            self._cut()
        return True

    def best(self) -> list[Counted]:
        """Return the orders that explain the difference best."""
        self._cut()
        return [counted for _, counted in self._best]

    def is_exact(self, counted: Counted) -> bool:
        """Tell whether the order's amount of money is exactly the difference; a count of 1 tells nothing."""
        if not is_money(self.difference.figure):
            return False
        adds = counted.adds.get(self.difference.figure, 0)
        return self.difference.by == (adds if self.difference.by > 0 else adds - counted.price)

    def _rank(self, counted: Counted) -> tuple[int, int, str]:
        adds = counted.adds.get(self.difference.figure, 0)
        # Where we count more, suspect what we count; where they do, what we leave out.
        is_suspect = (adds > 0) == (self.difference.by > 0)
        order = 0 if self.is_exact(counted) else 1 if is_suspect else 2
        return order, -counted.day.toordinal(), counted.of

    def _cut(self) -> None:
        self._best = sorted(self._best, key=lambda one: one[0])[: self.most]


def differences(old: OldMonth, ours: Mapping[str, int], currency: str | None) -> Iterator[Difference]:
    """Yield the figures of the month that differ.

    Args:
        old: what the other system counted.
        ours: what we count: {figure: amount}, money in minor units; absent figures are 0.
        currency: of the store; None while it has none.

    Raises:
        ValueError: an amount of the other system has more decimals than the currency.
    """
    for figure, amount in old.figures.items():
        theirs = _minor(figure, amount, currency) if is_money(figure) else int(amount)
        if theirs != ours.get(figure, 0):
            yield Difference(figure=figure, theirs=theirs, ours=ours.get(figure, 0))


def _minor(figure: str, amount: Decimal, currency: str | None) -> int:
    # A wrong counter may be negative, so `to_minor` would refuse what this is for.
    places = exponent(currency) if currency else 0
    minor = amount.scaleb(places)
    if minor != minor.to_integral_value():
        raise ValueError(f"{figure}: expected at most {places} decimals, got {amount}")
    return int(minor)
