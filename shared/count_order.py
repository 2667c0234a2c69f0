"""Count what an event says of an order, then show it: state first, cache and other applications after."""

from __future__ import annotations

from shared.changes import Change
from shared.customer_cards import CustomerCards
from shared.ledger import Ledger


def count_order(ledger: Ledger, cards: CustomerCards, change: Change) -> dict[str, object]:
    """Apply the change and refresh its customer's card; return what became of it, for the log.

    Raises:
        PermanentError: it can never be applied.
        TransientError: something is left undone; a repeat finishes it.
    """
    [outcome] = ledger.apply([change])
    return {"outcome": outcome.result, **cards.refresh(change.store_id, outcome.customers)}
