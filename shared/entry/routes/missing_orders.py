"""Orders of which only statuses are known, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from shared import runtime
from shared.domain.instants import to_rfc3339
from shared.domain.order import OrderFacts
from shared.entry.cursor import write_cursor
from shared.entry.queries import TimePageQuery
from shared.entry.views import ADMIN, Answer, Endpoint, answer_json
from shared.messages.wire import AHEAD

if TYPE_CHECKING:
    from shared.entry.responses.operations import MissingOrders

MOST_COUNTED = 1000

routes = Blueprint("missing_orders", __name__)


@routes.get("/store/missing-orders")
@Endpoint(ADMIN, query=TimePageQuery)
def list_missing_orders(query: TimePageQuery) -> Answer[MissingOrders]:
    """List the orders of which only statuses are known, the oldest first.

    They count nowhere until their `order-created` comes, or a status with the whole order.
    """
    now = datetime.now(UTC)
    count = runtime.missing_orders().count(query.store_id, now + AHEAD, MOST_COUNTED)
    found, following = runtime.missing_orders().page(query.store_id, now + AHEAD, query.limit, query.cursor)
    return answer_json(
        {
            "count": count,
            "complete": count < MOST_COUNTED,
            "orders": [_show(order.order_id, order.facts, now) for order in found],
            "nextCursor": write_cursor(following),
        }
    )


def _show(order_id: str, facts: OrderFacts, now: datetime) -> dict[str, Any]:
    since = facts.missing_since or now
    return {
        "orderId": order_id,
        "since": to_rfc3339(since),
        "ageSeconds": max(0, int((now - since).total_seconds())),
        "statuses": {status: to_rfc3339(at) for status, at in facts.statuses.items()},
    }
