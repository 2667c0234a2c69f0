"""Recount the tallies of all time, those of customers and coupons, from all their orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from shared.documents.entries import Record
from shared.documents.paths import FieldPath, Path, tally_path
from shared.domain.instants import to_micros
from shared.domain.order import OrderFacts
from shared.domain.period import Month
from shared.domain.tallies import COUPONS, CUSTOMERS, Contribution, Tally, contribution
from shared.reconcile.comparison import Recounted, count
from shared.reconcile.scope import Scope
from shared.reconcile.smallest_keys import SmallestKeys
from shared.reconcile.store_month import around
from shared.reconcile.store_snapshot import StoreSnapshot

_AT_ONCE = 30
"""A query may name this many values."""

FIRST, LAST = "", "\x7f"
"""Sort before and after every document id."""


@dataclass(slots=True)
class _Life:
    expected: Counter[FieldPath] = field(default_factory=Counter)
    times: list[int] = field(default_factory=list)


class Lifetimes:
    """Recounts customers or coupons: those that the month's orders name, and `others`.

    They are recounted in the order of their document ids, those after `done`; a pass takes at most `most`.
    `done` is the last one that was recounted, `LAST` after all of them.
    """

    def __init__(
        self,
        store_snapshot: StoreSnapshot,
        store_id: str,
        tally: Tally,
        others: Callable[[SmallestKeys[str]], Iterable[str]],
        scope: Scope,
    ) -> None:
        self.tally = tally
        self.done = scope.after.get(tally.collection, FIRST)
        self._store_snapshot = store_snapshot
        self._store_id = store_id
        self._others = others
        self._check_time = scope.check_time
        self.kept: SmallestKeys[str] = SmallestKeys(self.done, LAST, scope.most_named)

    def begin(self) -> None:
        """Note those that the month's orders may not name."""
        for of in self._others(self.kept):
            self._note(of)

    def take(self, order: Record, counted: Contribution) -> None:  # noqa: ARG002 - every part takes it
        """Note whom the order counts for."""
        for row in counted:
            if row.tally is self.tally:
                self._note(row.of)

    def documents(self) -> Iterator[Recounted]:
        """Yield the documents of this pass, recounted a few at a time."""
        keys = sorted(self.kept.entries)
        for start in range(0, len(keys), _AT_ONCE):
            chunk = keys[start : start + _AT_ONCE]
            yield from self._recount([self.kept.entries[key] for key in chunk])
            self.done = chunk[-1]
        if self.kept.is_last:
            self.done = LAST

    def go_on(self) -> bool:
        """Move on to the keys that did not fit into this pass; return False where there are none."""
        if self.kept.is_last:
            return False
        self.kept = self.kept.following(LAST)
        return True

    def _path(self, of: str) -> Path:
        return tally_path(self._store_id, self.tally, of=of)

    def _note(self, of: str) -> None:
        self.kept.admit(self._path(of)[-1], lambda: of)

    def _recount(self, ids: list[str]) -> Iterator[Recounted]:
        lives = {of: _Life() for of in ids}
        for order in self._store_snapshot.orders_of(self.tally, ids):
            self._check_time()
            for row, amounts in contribution(order.facts, order.timezone).items():
                if row.tally is self.tally:
                    count(lives[row.of].expected, row, amounts)
            _note_time(lives, order.facts)
        stored = self._store_snapshot.found([self._path(of) for of in ids])
        for of, life in lives.items():
            times = (min(life.times, default=None), max(life.times, default=0))
            yield Recounted(
                tally=self.tally,
                path=self._path(of),
                expected=life.expected,
                found=stored.get(self._path(of), {}),
                labels=self.tally.identity(of=of),
                times=times if self.tally is CUSTOMERS else None,
            )


def _note_time(lives: Mapping[str, _Life], facts: object) -> None:
    snapshot = facts.snapshot if isinstance(facts, OrderFacts) else None
    if snapshot and snapshot.customer_id is not None and snapshot.customer_id in lives:
        life, at = lives[snapshot.customer_id], to_micros(snapshot.created_at)
        # The first and the last are enough.
        life.times = [min([at, *life.times]), max([at, *life.times])]


def month_customers(store_snapshot: StoreSnapshot, store_id: str, month: Month, scope: Scope) -> Lifetimes:
    """Recount customers who ordered or registered in the month, or whose last order is stored as in it."""

    def others(_: SmallestKeys[str]) -> Iterator[str]:
        for fields, _record in store_snapshot.registrations(*around(month)):
            yield from _named(CUSTOMERS, fields)
        for fields in store_snapshot.last_ordered(*around(month)):
            yield from _named(CUSTOMERS, fields)

    return Lifetimes(store_snapshot, store_id, CUSTOMERS, others, scope)


def month_coupons(store_snapshot: StoreSnapshot, store_id: str, scope: Scope) -> Lifetimes:
    """Recount the coupons of the month's orders, or every coupon of the store."""

    def others(kept: SmallestKeys[str]) -> Iterator[str]:
        if scope.every_coupon:
            parent = tally_path(store_id, COUPONS)[:-1]
            for key, fields in store_snapshot.between(parent, kept.low, kept.high):
                if key > kept.high:
                    return
                yield from _named(COUPONS, fields)

    return Lifetimes(store_snapshot, store_id, COUPONS, others, scope)


def _named(tally: Tally, fields: Mapping[str, object]) -> Iterator[str]:
    of = fields.get(tally.id_field)
    if isinstance(of, str):
        yield of
