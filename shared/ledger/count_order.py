"""Count an event of an order, then update its customers' cards and tell subscribers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from google.api_core.retry import if_exception_type

from shared.documents.retry import retry
from shared.domain.changes import Change
from shared.domain.customer_state import CustomerState
from shared.errors import CacheUnavailable
from shared.ledger.group_commit import GroupCommit

_CACHE_PATIENCE_S = 3.0
"""Bridges a short failure of the cache; an outage is left to Pub/Sub's backoff."""


class Cards(Protocol):
    """The customers' cards. Its errors are `TransientError`s."""

    def update_and_publish(
        self, store_id: str, customers: Mapping[str, CustomerState | None]
    ) -> dict[str, object]:
        """Update the cards and publish their new metrics; return fields for the log."""


def count_order(group: GroupCommit, cards: Cards, change: Change) -> dict[str, object]:
    """Apply the change and update its customers' cards; return what became of it, for the log.

    Raises:
        PermanentError: the change can never be applied.
        TransientError: something is left undone; a repeat finishes it.
    """
    outcome = group.apply(change)
    updated = retry(
        lambda: cards.update_and_publish(change.store_id, outcome.customers),
        when=if_exception_type(CacheUnavailable),
        within_s=_CACHE_PATIENCE_S,
        pause_s=(0.1, 1.0),
    )
    return {"outcome": outcome.result, **updated}
