"""Orders: what was created, and what became of it."""

from shared import runtime
from shared.domain.changes import Change
from shared.entry.event_functions import handles
from shared.ledger.count_order import count_order


@handles("order-created")
def order_created(change: Change) -> dict[str, object]:
    """Count a created order."""
    return _count(change)


@handles("order-status-changed")
def order_status_changed(change: Change) -> dict[str, object]:
    """Count what a new status, or an amendment, changes."""
    return _count(change)


def _count(change: Change) -> dict[str, object]:
    [change] = runtime.erasures().redirected([change])
    return count_order(runtime.group_commit(), runtime.cards(), change)
