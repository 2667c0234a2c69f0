"""Expire orders that were not paid in time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from shared.documents.store import DocumentStore
from shared.documents.sweep import Span, Sweep
from shared.domain.instants import to_rfc3339
from shared.domain.order import Status
from shared.messages.publishing import PublishesMany, encode

TOPIC = "order-status-changed"
_PAGE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidOrder:
    """An order that nobody has paid yet, as far as is known."""

    store_id: str
    order_id: str
    created_at: datetime


class UnpaidOrders(Protocol):
    """Finds unpaid orders; its errors are TransientErrors."""

    def page(self, created: Span, limit: int, after: Any | None) -> tuple[list[UnpaidOrder], Any]:
        """Return the oldest orders and where the next page starts, None after the last."""


def expire_unpaid(
    orders: UnpaidOrders,
    documents: DocumentStore,
    publisher: Callable[[], PublishesMany],
    *,
    now: datetime,
    unpaid_after: timedelta,
    most: int,
) -> tuple[int, bool]:
    """Publish the expiry of each overdue order; return how many, and whether more are left.

    An order may be found again until its expiry is counted. Publishing it again is safe: the event is the
    same. Which orders are looked for in one run: see `Sweep`. The publisher is built only if there is
    something to publish.

    Raises:
        TransientError: some expiries may not be published; the next run finds them.
    """
    sweep, due = Sweep(documents, "unpaidOrders"), now - unpaid_after
    expired = 0
    for span in sweep.spans(now, due):
        after, is_last = None, False
        while not is_last:
            if expired >= most:
                return expired, True
            found, after = orders.page(span, min(_PAGE, most - expired), after)
            if found:
                publisher().publish_all(TOPIC, [(encode(expiry(order, unpaid_after)), {}) for order in found])
            expired += len(found)
            is_last = after is None
    sweep.finish(now, due)
    return expired, False


def expiry(order: UnpaidOrder, unpaid_after: timedelta) -> Mapping[str, str]:
    """Return the expiry event, stamped with the deadline and therefore the same on every run."""
    occurred_at = to_rfc3339(order.created_at + unpaid_after)
    identity = json.dumps([order.store_id, order.order_id, occurred_at])
    return {
        "eventId": f"unpaid {sha256(identity.encode()).hexdigest()}",
        "occurredAt": occurred_at,
        "storeId": order.store_id,
        "orderId": order.order_id,
        "status": Status.EXPIRED,
        "expiredBy": "clock",
    }
