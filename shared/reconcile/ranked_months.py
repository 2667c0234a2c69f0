"""The tallies of a month's products, and of its coupons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.documents.entries import Record
from shared.documents.paths import Path, coupon_month_path, product_path
from shared.domain.contribution import Cell, Tally
from shared.domain.order import OrderFacts, Snapshot, Stamp
from shared.domain.period import Month
from shared.reconcile.comparison import FieldPath, Recounted, field_paths
from shared.reconcile.smallest_keys import SmallestKeys
from shared.reconcile.store_snapshot import StoreSnapshot

Labels = Mapping[str, Mapping[str, Any]]
"""What an order says of each thing that it counts for, beside counters."""


@dataclass(slots=True)
class _Counted:
    expected: Counter[FieldPath] = field(default_factory=Counter)
    stamp: Stamp | None = None
    labels: Mapping[str, Any] = field(default_factory=dict)


class RankedMonths:
    """Counts one kind of thing in the month, a window at a time, in the order of their documents."""

    def __init__(
        self,
        store_snapshot: StoreSnapshot,
        tally: Tally,
        month: Month,
        path_of: Callable[[str], Path],
        labels_of: Callable[[Snapshot], Labels],
        most: int,
    ) -> None:
        self._store_snapshot = store_snapshot
        self._tally = tally
        self._month = month
        self._path_of = path_of
        self._labels_of = labels_of
        self._parent = path_of("any")[:-1]
        # Ids of documents are the month, a space and the thing's; "!" is what follows the space.
        self._end = f"{month}!"
        self.kept: SmallestKeys[_Counted] = SmallestKeys(f"{month} ", self._end, most)

    def begin(self) -> None:
        """Start with nothing: all that counts comes from orders."""

    def take(self, order: Record, cells: Mapping[Cell, int]) -> None:
        """Count what the order adds to each."""
        for cell, amount in cells.items():
            if cell.tally is not self._tally:
                continue
            counted = self.kept.admit(self._key(cell.of), _Counted)
            if counted is not None:
                for path in field_paths(cell):
                    counted.expected[path] += amount
        self._label(order)

    def documents(self) -> Iterator[Recounted]:
        """Yield the window's tallies: those that are counted, those that are stored, and both."""
        left = iter(sorted(self.kept.entries))
        key = next(left, None)
        for stored, fields in self._store_snapshot.between(self._parent, self.kept.low, self.kept.high):
            while key is not None and key < stored:
                yield self._document(key, {})
                key = next(left, None)
            yield self._document(stored, fields)
            if key == stored:
                key = next(left, None)
        while key is not None:
            yield self._document(key, {})
            key = next(left, None)

    def go_on(self) -> bool:
        """Go on to the next window, if there is one."""
        if self.kept.is_last:
            return False
        self.kept = self.kept.following(self._end)
        return True

    def _key(self, of: str) -> str:
        return self._path_of(of)[-1]

    def _label(self, order: Record) -> None:
        snapshot = order.facts.snapshot if isinstance(order.facts, OrderFacts) else None
        if snapshot is None:
            return
        for of, labels in self._labels_of(snapshot).items():
            counted = self.kept.entries.get(self._key(of))
            if counted and (counted.stamp is None or counted.stamp <= snapshot.stamp):
                counted.stamp, counted.labels = snapshot.stamp, labels

    def _document(self, key: str, fields: Mapping[str, Any]) -> Recounted:
        counted = self.kept.entries.get(key, _Counted())
        return Recounted(
            tally=self._tally,
            path=(*self._parent, key),
            expected=counted.expected,
            found=fields,
            labels={"month": str(self._month), **counted.labels},
        )


def product_months(store_snapshot: StoreSnapshot, store_id: str, month: Month, most: int) -> RankedMonths:
    """Recount the month's products."""

    def labels_of(snapshot: Snapshot) -> Labels:
        return {
            item.product_id: {
                "productId": item.product_id,
                "productName": item.product_name,
                "imgCardUrl": item.image_url,
            }
            for item in snapshot.items
        }

    return RankedMonths(
        store_snapshot, Tally.PRODUCT, month, lambda of: product_path(store_id, month, of), labels_of, most
    )


def coupon_months(store_snapshot: StoreSnapshot, store_id: str, month: Month, most: int) -> RankedMonths:
    """Recount the coupons used in the month."""

    def labels_of(snapshot: Snapshot) -> Labels:
        return {code: {"couponCode": code} for code in (snapshot.coupon_code,) if code is not None}

    return RankedMonths(
        store_snapshot,
        Tally.COUPON_MONTH,
        month,
        lambda of: coupon_month_path(store_id, month, of),
        labels_of,
        most,
    )
