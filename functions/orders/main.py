"""Orders: what was created, and what became of it."""

from datetime import datetime
from typing import Any

from shared import runtime
from shared.domain.changes import Change
from shared.entry.event_functions import handles
from shared.messages.decode import read_event


@handles("order-created")
def order_created(change: Change) -> dict[str, object]:
    """Count a created order."""
    return _count(change)


def read_status(topic: str, document: Any, now: datetime) -> Change | None:
    """As `read_event`, with the status codes that mean "not paid" here."""
    return read_event(topic, document, now, runtime.settings().unpaid_status_codes)


@handles("order-status-changed", read_status)
def order_status_changed(change: Change) -> dict[str, object]:
    """Count what a new status, or an amendment, changes."""
    return _count(change)


def _count(change: Change) -> dict[str, object]:
    [change] = runtime.erasures().redirected([change])
    outcome = runtime.order_group_commit().apply(change)
    return {"outcome": outcome.result, **outcome.followed}
