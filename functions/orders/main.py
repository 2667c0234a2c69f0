"""Orders: what was created, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared import runtime
from shared.domain.changes import Change
from shared.entry.event_functions import Result, handles
from shared.messages.decode import read_event


@handles("order-created")
def order_created(changes: Sequence[Change]) -> list[Result]:
    """Count created orders."""
    return _count(changes)


def read_status(topic: str, document: Any, now: datetime) -> Change | None:
    """As `read_event`, with the status codes that mean "not paid" here."""
    return read_event(topic, document, now, runtime.settings().unpaid_status_codes)


@handles("order-status-changed", read_status)
def order_status_changed(changes: Sequence[Change]) -> list[Result]:
    """Count what new statuses, or amendments, change."""
    return _count(changes)


def _count(changes: Sequence[Change]) -> list[Result]:
    counted = runtime.order_group_commit().apply_each(runtime.erasures().redirected(changes))
    return [one if isinstance(one, Exception) else one.fields() for one in counted]
