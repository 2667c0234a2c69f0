"""Orders: what was created, and what became of it."""

from shared import runtime
from shared.changes import Change
from shared.delivery import handles


@handles("order-created")
def order_created(change: Change) -> str:
    """Count a created order."""
    return runtime.ledger().apply([change])[0].result


@handles("order-status-changed")
def order_status_changed(change: Change) -> str:
    """Count what a new status changes; a step on the way moves no metric."""
    return runtime.ledger().apply([change])[0].result
