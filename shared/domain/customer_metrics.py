"""The quick metrics of one customer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.domain.customer_state import CustomerState
from shared.domain.figures import CUSTOMER, write_figures
from shared.domain.instants import from_micros, to_rfc3339
from shared.domain.money import divide_half_up, percentage
from shared.domain.period import local_day
from shared.domain.segment import SegmentRule, segment
from shared.domain.store import Store
from shared.domain.tallies import CUSTOMERS


def customer_metrics(store: Store, customer_id: str, state: CustomerState) -> dict[str, Any]:
    """Return the metrics that do not depend on when they are looked at."""
    counters = {name: state.counters.get(name) or 0 for name in CUSTOMERS.counters}
    sales, orders, completed = (
        counters[name] for name in ("totalSales", "totalOrders", "totalCompletedOrders")
    )
    derived = {
        "totalSpent": sales,
        "averageTicket": divide_half_up(sales, completed),
        "completionRate": percentage(completed, orders),
        "refundRate": percentage(counters["totalRefundedOrders"], orders),
    }
    return {
        "storeId": store.store_id,
        "customerId": customer_id,
        "currency": store.currency,
        **write_figures(CUSTOMER, {**counters, **derived}, store.currency),
        "firstOrderAt": _time(state.counters.get("firstOrderAt")),
        "lastOrderAt": _time(state.counters.get("lastOrderAt")),
        "version": state.counters.get("version") or 0,
        "updatedAt": to_rfc3339(state.updated_at),
    }


def customer_card(
    metrics: Mapping[str, Any], timezone: str, rule: SegmentRule, now: datetime
) -> dict[str, Any]:
    """Return the metrics with those that depend on the day: days since the last order, and the segment."""
    days = None
    if metrics["lastOrderAt"] is not None:
        last = datetime.fromisoformat(metrics["lastOrderAt"])
        # An order may be a day ahead of the clock.
        days = max(0, (local_day(now, timezone) - local_day(last, timezone)) // timedelta(days=1))
    group = segment(rule, days, metrics["totalCompletedOrders"], metrics["totalSpent"])
    return {**metrics, "daysSinceLastOrder": days, "segment": group}


def _time(micros: int | None) -> str | None:
    return to_rfc3339(from_micros(micros)) if micros else None
