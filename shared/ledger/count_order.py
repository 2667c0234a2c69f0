"""Count what an event says of an order, then show it: state first, cache and other applications after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from google.api_core.exceptions import RetryError
from google.api_core.retry import Retry, if_exception_type

from shared.domain.changes import Change
from shared.domain.customer_state import CustomerState
from shared.errors import CacheUnavailable
from shared.ledger.group_commit import GroupCommit

_CACHE_PATIENCE_S = 3.0
"""A hiccup of the cache is waited out here; an outage is left to Pub/Sub's backoff."""


class Cards(Protocol):
    """The customers' cards. Its errors are TransientErrors."""

    def update_and_publish(
        self, store_id: str, customers: Mapping[str, CustomerState | None]
    ) -> dict[str, object]:
        """Bring cards and other applications up to date; return fields for the log."""


def count_order(group: GroupCommit, cards: Cards, change: Change) -> dict[str, object]:
    """Apply the change and refresh its customer's card; return what became of it, for the log.

    Raises:
        PermanentError: it can never be applied.
        TransientError: something is left undone; a repeat finishes it.
    """
    outcome = group.apply(change)
    retry = Retry(
        predicate=if_exception_type(CacheUnavailable), initial=0.1, maximum=1.0, timeout=_CACHE_PATIENCE_S
    )
    try:
        refreshed = retry(cards.update_and_publish)(change.store_id, outcome.customers)
    except RetryError as error:
        raise CacheUnavailable(f"Valkey was away for {_CACHE_PATIENCE_S} s") from error
    return {"outcome": outcome.result, **refreshed}
