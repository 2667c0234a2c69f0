"""What each kind of tally brings to a recount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from shared.documents.entries import Record
from shared.domain.contribution import Cell
from shared.reconcile.comparison import Recounted


class Part(Protocol):
    """Counts one kind of tally in one or more passes over the month's orders."""

    def begin(self) -> None:
        """Start a pass."""

    def take(self, order: Record, cells: Mapping[Cell, int]) -> None:
        """Count an order of the month by what it contributes."""

    def documents(self) -> Iterator[Recounted]:
        """Yield what the pass counted, beside what is stored; each document in one pass only."""

    def go_on(self) -> bool:
        """Return whether another pass is needed."""
