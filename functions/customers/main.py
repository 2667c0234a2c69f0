"""Customers: who registered, and who confirmed the e-mail address."""

from collections.abc import Sequence

from shared import runtime
from shared.domain.changes import Change
from shared.entry.event_functions import Result, handles


@handles("customer-registered")
def customer_registered(changes: Sequence[Change]) -> list[Result]:
    """Count registered customers."""
    return _count(changes)


@handles("email-confirmed")
def email_confirmed(changes: Sequence[Change]) -> list[Result]:
    """Count customers as new, in the months of their registrations."""
    return _count(changes)


def _count(changes: Sequence[Change]) -> list[Result]:
    counted = runtime.group_commit().apply_each(runtime.erasures().redirected(changes))
    return [one if isinstance(one, Exception) else one.fields() for one in counted]
