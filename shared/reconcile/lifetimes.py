"""The tallies that know no month: of customers and of coupons, recounted from all their orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.documents.entries import Record
from shared.documents.paths import Path, coupon_path, customer_path, store_path
from shared.domain.contribution import Cell, Tally, contribution
from shared.domain.instants import to_micros
from shared.domain.order import OrderFacts
from shared.domain.period import Month
from shared.reconcile.comparison import FieldPath, Recounted, field_paths
from shared.reconcile.smallest_keys import SmallestKeys
from shared.reconcile.store_month import around
from shared.reconcile.store_snapshot import StoreSnapshot

_AT_ONCE = 30
"""So many values a query may name."""

_FIRST, _LAST = "", "\x7f"
"""Around every id of a document."""


@dataclass(slots=True)
class _Life:
    expected: Counter[FieldPath] = field(default_factory=Counter)
    times: list[int] = field(default_factory=list)


class Lifetimes:
    """Recounts those that the month's orders name, and `others`; a window of so many at a time."""

    def __init__(
        self,
        store_snapshot: StoreSnapshot,
        tally: Literal[Tally.CUSTOMER, Tally.COUPON],
        path_of: Callable[[str], Path],
        others: Callable[[SmallestKeys[str]], Iterable[str]],
        most: int,
    ) -> None:
        self._store_snapshot = store_snapshot
        self._tally = tally
        self._name: Literal["customerId", "couponCode"] = (
            "customerId" if tally is Tally.CUSTOMER else "couponCode"
        )
        self._path_of = path_of
        self._others = others
        self.kept: SmallestKeys[str] = SmallestKeys(_FIRST, _LAST, most)

    def begin(self) -> None:
        """Note those that the month's orders need not name."""
        for name in self._others(self.kept):
            self._note(name)

    def take(self, order: Record, cells: Mapping[Cell, int]) -> None:  # noqa: ARG002 - every part takes it
        """Note whom the order counts for."""
        for name in {cell.of for cell in cells if cell.tally is self._tally}:
            self._note(name)

    def documents(self) -> Iterator[Recounted]:
        """Yield the window's documents, recounted a few at a time."""
        keys = sorted(self.kept.entries)
        for start in range(0, len(keys), _AT_ONCE):
            names = [self.kept.entries[key] for key in keys[start : start + _AT_ONCE]]
            yield from self._recount(names)

    def go_on(self) -> bool:
        """Go on to the next window, if there is one."""
        if self.kept.is_last:
            return False
        self.kept = self.kept.following(_LAST)
        return True

    def _note(self, name: str) -> None:
        self.kept.admit(self._path_of(name)[-1], lambda: name)

    def _recount(self, names: list[str]) -> Iterator[Recounted]:
        lives = {name: _Life() for name in names}
        for order in self._store_snapshot.orders_with(self._name, names):
            for cell, amount in contribution(order.facts, order.timezone).items():
                if cell.tally is self._tally:
                    for path in field_paths(cell):
                        lives[cell.of].expected[path] += amount
            _note_time(lives, order.facts)
        stored = self._store_snapshot.found([self._path_of(name) for name in names])
        for name, life in lives.items():
            times = (min(life.times, default=None), max(life.times, default=0))
            yield Recounted(
                tally=self._tally,
                path=self._path_of(name),
                expected=life.expected,
                found=stored.get(self._path_of(name), {}),
                labels={self._name: name},
                times=times if self._tally is Tally.CUSTOMER else None,
            )


def _note_time(lives: Mapping[str, _Life], facts: object) -> None:
    snapshot = facts.snapshot if isinstance(facts, OrderFacts) else None
    if snapshot and snapshot.customer_id is not None and snapshot.customer_id in lives:
        life, at = lives[snapshot.customer_id], to_micros(snapshot.created_at)
        # Two are enough, however many orders there are.
        life.times = [min([at, *life.times]), max([at, *life.times])]


def month_customers(store_snapshot: StoreSnapshot, store_id: str, month: Month, most: int) -> Lifetimes:
    """Recount whoever ordered or registered in the month, or is said to have ordered last in it."""

    def others(_: SmallestKeys[str]) -> Iterator[str]:
        for fields, _record in store_snapshot.registrations(*around(month)):
            yield from _named(fields, "customerId")
        for fields in store_snapshot.last_ordered(*around(month)):
            yield from _named(fields, "customerId")

    return Lifetimes(store_snapshot, Tally.CUSTOMER, lambda name: customer_path(store_id, name), others, most)


def month_coupons(store_snapshot: StoreSnapshot, store_id: str, most: int, *, every: bool) -> Lifetimes:
    """Recount the coupons of the month's orders, or every one that the store ever had."""

    def others(kept: SmallestKeys[str]) -> Iterator[str]:
        if every:
            parent = (*store_path(store_id), "coupons")
            for key, fields in store_snapshot.between(parent, kept.low, kept.high):
                if key > kept.high:
                    return
                yield from _named(fields, "couponCode")

    return Lifetimes(store_snapshot, Tally.COUPON, lambda code: coupon_path(store_id, code), others, most)


def _named(fields: Mapping[str, object], name: str) -> Iterator[str]:
    value = fields.get(name)
    if isinstance(value, str):
        yield value
