"""Count what an event says of an order, then show it: state first, cache and other applications after."""

from __future__ import annotations

from google.api_core.exceptions import RetryError
from google.api_core.retry import Retry, if_exception_type

from shared.customers.cards import CustomerCards
from shared.domain.changes import Change
from shared.errors import CacheUnavailable
from shared.ledger.group_commit import GroupCommit

_CACHE_PATIENCE_S = 3.0
"""A hiccup of the cache is waited out here; an outage is left to Pub/Sub's backoff."""


def count_order(group: GroupCommit, cards: CustomerCards, change: Change) -> dict[str, object]:
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
        refreshed = retry(cards.refresh)(change.store_id, outcome.customers)
    except RetryError as error:
        raise CacheUnavailable(f"Valkey was away for {_CACHE_PATIENCE_S} s") from error
    return {"outcome": outcome.result, **refreshed}
