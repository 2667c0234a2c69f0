"""The quick metrics of one customer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.domain.customer_state import CustomerState
from shared.domain.instants import from_micros, to_rfc3339
from shared.domain.money import divide_half_up, percentage, to_major
from shared.domain.period import local_day
from shared.domain.segment import SegmentRule, segment
from shared.domain.store import Store


def customer_metrics(store: Store, customer_id: str, state: CustomerState) -> dict[str, Any]:
    """Return what is known of the customer, whenever it is looked at; amounts in major units."""
    counters = state.counters
    count = {name: counters.get(name) or 0 for name in _COUNTS}
    sales = counters.get("totalSales") or 0
    return {
        "storeId": store.store_id,
        "customerId": customer_id,
        "currency": store.currency,
        **count,
        "totalSpent": to_major(sales, store.currency),
        "averageTicket": to_major(divide_half_up(sales, count["totalCompletedOrders"]), store.currency),
        "completionRate": percentage(count["totalCompletedOrders"], count["totalOrders"]),
        "refundRate": percentage(count["totalRefundedOrders"], count["totalOrders"]),
        "firstOrderAt": _time(counters.get("firstOrderAt")),
        "lastOrderAt": _time(counters.get("lastOrderAt")),
        "version": counters.get("version") or 0,
        "updatedAt": to_rfc3339(state.updated_at),
    }


def customer_card(
    metrics: Mapping[str, Any], timezone: str, rule: SegmentRule, now: datetime
) -> dict[str, Any]:
    """Return the metrics with what depends on the day: days since the last order, and the segment."""
    days = None
    if metrics["lastOrderAt"] is not None:
        last = datetime.fromisoformat(metrics["lastOrderAt"])
        # An order may be a day ahead of the clock.
        days = max(0, (local_day(now, timezone) - local_day(last, timezone)) // timedelta(days=1))
    group = segment(rule, days, metrics["totalCompletedOrders"], metrics["totalSpent"])
    return {**metrics, "daysSinceLastOrder": days, "segment": group}


_COUNTS = (
    "totalOrders",
    "totalCompletedOrders",
    "totalExpiredOrders",
    "totalRefundedOrders",
    "ordersWithCoupon",
)


def _time(micros: int | None) -> str | None:
    return to_rfc3339(from_micros(micros)) if micros else None
