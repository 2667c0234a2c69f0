"""How a recount handles one kind of tally."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from shared.documents.entries import Record
from shared.domain.tallies import Contribution
from shared.reconcile.comparison import Recounted


class Part(Protocol):
    """Recounts one kind of tally in one or more passes over the orders of the month."""

    def begin(self) -> None:
        """Start a pass."""

    def take(self, order: Record, counted: Contribution) -> None:
        """Count what an order of the month contributes."""

    def documents(self) -> Iterator[Recounted]:
        """Yield the documents that the pass completed, recounted; each document once over all passes."""

    def go_on(self) -> bool:
        """Return whether another pass is needed."""
