"""Recount the tallies of a month's products, or of its coupons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.documents.entries import Record
from shared.documents.paths import FieldPath, tally_path
from shared.domain.order import OrderFacts, Stamp
from shared.domain.period import Month
from shared.domain.tallies import PRODUCT_MONTHS, Contribution, Row, Tally, product_labels
from shared.reconcile.comparison import Recounted, count, counters_in
from shared.reconcile.fingerprints import Fingerprints
from shared.reconcile.smallest_keys import SmallestKeys
from shared.reconcile.store_snapshot import StoreSnapshot


@dataclass(slots=True)
class _Counted:
    expected: Counter[FieldPath] = field(default_factory=Counter)
    stamp: Stamp | None = None
    labels: dict[str, Any] = field(default_factory=dict)


class RankedMonths:
    """Recounts one monthly tally by document id, at most `most` documents in a pass.

    The first pass takes the fingerprints of those that do not fit. Further passes recount only documents that
    may differ: one more pass, unless more than `most` of them do.
    """

    def __init__(
        self, store_snapshot: StoreSnapshot, store_id: str, tally: Tally, month: Month, most: int
    ) -> None:
        self._store_snapshot = store_snapshot
        self._store_id = store_id
        self._tally = tally
        self._month = month
        self._parent = tally_path(store_id, tally, month)[:-1]
        # A document id is the month, a space and the id of the thing; "!" follows the space.
        self._end = f"{month}!"
        self.kept: SmallestKeys[_Counted] = SmallestKeys(f"{month} ", self._end, most)
        self._fingerprints = Fingerprints()
        self._is_first = True

    def begin(self) -> None:
        """Start with nothing: only orders count here."""

    def take(self, order: Record, counted: Contribution) -> None:
        """Count what the order adds to each thing."""
        for row, amounts in counted.items():
            if row.tally is self._tally:
                self._take(row, amounts)
        if self._tally is PRODUCT_MONTHS:
            self._label(order)

    def documents(self) -> Iterator[Recounted]:
        """Yield the tallies that orders count in, those that are stored, and those that are both."""
        left = iter(sorted(self.kept.entries))
        key = next(left, None)
        for stored, fields in self._stored():
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
        """Move on to the keys that did not fit into this pass; return False where none of them differs."""
        if self.kept.is_last or not self._fingerprints.any_differ():
            return False
        self._is_first = False
        self.kept = self.kept.following(self._end)
        return True

    def _key(self, of: str) -> str:
        return tally_path(self._store_id, self._tally, self._month, of)[-1]

    def _take(self, row: Row, amounts: Mapping[str, int]) -> None:
        key = self._key(row.of)
        if self._is_first:
            added: Counter[FieldPath] = Counter()
            count(added, row, amounts)
            self._fingerprints.add(key, added)
        elif not self._fingerprints.differ(key):
            return
        kept = self.kept.admit(key, _Counted)
        if kept is not None:
            count(kept.expected, row, amounts)
            kept.labels |= self._tally.identity(self._month, row.of)

    def _stored(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the stored tallies that this pass recounts, and take the fingerprints of the others."""
        if self._is_first:
            for key, kept in self.kept.entries.items():
                self._fingerprints.add(key, kept.expected, -1)
        high = self._end if self._is_first else self.kept.high
        for key, fields in self._store_snapshot.between(self._parent, self.kept.low, high):
            if key > self.kept.high:
                self._fingerprints.add(key, counters_in(self._tally, fields), -1)
            elif self._is_first or self._fingerprints.differ(key):
                yield key, fields

    def _label(self, order: Record) -> None:
        snapshot = order.facts.snapshot if isinstance(order.facts, OrderFacts) else None
        for product_id, labels in product_labels(snapshot).items() if snapshot else ():
            kept = self.kept.entries.get(self._key(product_id))
            if snapshot and kept and (kept.stamp is None or kept.stamp <= snapshot.stamp):
                kept.stamp = snapshot.stamp
                kept.labels |= labels

    def _document(self, key: str, fields: Mapping[str, Any]) -> Recounted:
        kept = self.kept.entries.get(key, _Counted())
        return Recounted(
            tally=self._tally,
            path=(*self._parent, key),
            expected=kept.expected,
            found=fields,
            labels={"month": str(self._month), **kept.labels},
        )
