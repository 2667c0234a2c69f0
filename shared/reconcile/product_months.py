"""The tallies of a month's products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.contribution import Cell, Tally
from shared.domain.order import OrderFacts, Stamp
from shared.domain.period import Month
from shared.paths import product_path, store_path
from shared.reconcile.books import Books
from shared.reconcile.comparison import FieldPath, Recounted, field_paths
from shared.reconcile.window import Window
from shared.records import Record


@dataclass(slots=True)
class _Product:
    expected: Counter[FieldPath] = field(default_factory=Counter)
    stamp: Stamp | None = None
    labels: Mapping[str, Any] = field(default_factory=dict)


class ProductMonths:
    """Counts the products of the month, a window of so many at a time, in the order of their documents."""

    def __init__(self, books: Books, store_id: str, month: Month, most: int) -> None:
        self._books = books
        self._store_id = store_id
        self._month = month
        self._parent = (*store_path(store_id), "productMonths")
        # Ids of documents are the month, a space and the product's; "!" is what follows the space.
        self._end = f"{month}!"
        self.window: Window[_Product] = Window(f"{month} ", self._end, most)

    def begin(self) -> None:
        """Start with nothing: all that counts comes from orders."""

    def take(self, order: Record, cells: Mapping[Cell, int]) -> None:
        """Count what the order adds to each product."""
        for cell, amount in cells.items():
            if cell.tally is not Tally.PRODUCT:
                continue
            product = self.window.admit(self._key(cell.of), _Product)
            if product is not None:
                for path in field_paths(cell):
                    product.expected[path] += amount
        self._label(order)

    def documents(self) -> Iterator[Recounted]:
        """Yield the window's products: those that are counted, those that are stored, and both."""
        left = iter(sorted(self.window.entries))
        key = next(left, None)
        for stored, fields in self._books.between(self._parent, self.window.low, self.window.high):
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
        if self.window.is_last:
            return False
        self.window = self.window.following(self._end)
        return True

    def _key(self, product_id: str) -> str:
        return product_path(self._store_id, self._month, product_id)[-1]

    def _label(self, order: Record) -> None:
        snapshot = order.facts.snapshot if isinstance(order.facts, OrderFacts) else None
        for item in snapshot.items if snapshot else ():
            product = self.window.entries.get(self._key(item.product_id))
            if snapshot and product and (product.stamp is None or product.stamp <= snapshot.stamp):
                product.stamp = snapshot.stamp
                product.labels = {
                    "productId": item.product_id,
                    "productName": item.product_name,
                    "imgCardUrl": item.image_url,
                }

    def _document(self, key: str, fields: Mapping[str, Any]) -> Recounted:
        product = self.window.entries.get(key, _Product())
        return Recounted(
            tally=Tally.PRODUCT,
            path=(*self._parent, key),
            expected=product.expected,
            found=fields,
            labels={"month": str(self._month), **product.labels},
        )
