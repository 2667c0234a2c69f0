"""What follows from a group's commit: the cards of its customers, and what other applications are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from google.api_core.retry import if_exception_type

from shared.documents.retry import retry
from shared.domain.customer_state import CustomerState
from shared.errors import CacheUnavailable, TransientError
from shared.ledger.outcome import Outcome

_CACHE_PATIENCE_S = 3.0
"""Bridges a short failure of the cache; an outage is left to Pub/Sub's backoff."""

Updated = Mapping[str, Mapping[str, object] | TransientError]
"""For each customer the fields of a log line, or what left the card undone."""


class Cards(Protocol):
    """The customers' cards. Its errors are `TransientError`s."""

    def update(self, store_id: str, customers: Mapping[str, CustomerState | None]) -> Updated:
        """Update the cards and publish their new metrics."""


def update_cards(cards: Cards, store_id: str, outcomes: Sequence[Outcome]) -> list[Outcome | Exception]:
    """Update the cards of all customers of a group: return each outcome, or what it leaves undone.

    An error concerns the outcomes that name its customer, and no other. A repeat of their changes does what
    is undone.

    Args:
        cards: not asked where no outcome names a customer.
        store_id: the store of the group.
        outcomes: what became of its changes.
    """
    done: dict[str, Mapping[str, object]] = {}
    failure = _update(cards, store_id, _newest(outcomes), done)
    return [_followed(outcome, done, failure) for outcome in outcomes]


def _newest(outcomes: Sequence[Outcome]) -> dict[str, CustomerState | None]:
    """Return the customers; outcomes of one commit agree on the states that they know."""
    customers: dict[str, CustomerState | None] = {}
    for outcome in outcomes:
        for customer_id, state in outcome.customers.items():
            customers[customer_id] = state or customers.get(customer_id)
    return customers


def _update(
    cards: Cards,
    store_id: str,
    customers: Mapping[str, CustomerState | None],
    done: dict[str, Mapping[str, object]],
) -> TransientError | None:
    """Update the cards, add to `done` what became of each, and return what left others undone."""

    def go_on() -> None:
        left = {of: state for of, state in customers.items() if of not in done}
        results = cards.update(store_id, left)
        done.update({of: result for of, result in results.items() if not isinstance(result, Exception)})
        for result in results.values():
            if isinstance(result, Exception):
                raise result

    if not customers:
        return None
    try:
        retry(go_on, when=if_exception_type(CacheUnavailable), within_s=_CACHE_PATIENCE_S)
    except TransientError as error:
        return error
    return None


def _followed(
    outcome: Outcome, done: Mapping[str, Mapping[str, object]], failure: Exception | None
) -> Outcome | Exception:
    followed: dict[str, object] = {}
    for customer_id in outcome.customers:
        if customer_id not in done:
            return failure or TypeError(f"nobody told what became of customer {customer_id!r}")
        followed |= done[customer_id]
    return replace(outcome, followed=followed)
