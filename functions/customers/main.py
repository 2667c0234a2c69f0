"""Customers: who registered, and who confirmed the e-mail address."""

from shared import runtime
from shared.domain.changes import Change
from shared.entry.event_functions import handles


@handles("customer-registered")
def customer_registered(change: Change) -> dict[str, object]:
    """Count a registered customer."""
    return _count(change)


@handles("email-confirmed")
def email_confirmed(change: Change) -> dict[str, object]:
    """Count a customer as new, in the month of registration."""
    return _count(change)


def _count(change: Change) -> dict[str, object]:
    [change] = runtime.erasures().redirected([change])
    return {"outcome": runtime.group_commit().apply(change).result}
