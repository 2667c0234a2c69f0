"""Recount the orders of returning customers."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from emulator.recount.history import Event, orders_of
from emulator.recount.money import rounded
from emulator.recount.period import Period


def recount_returning(
    events: Iterable[Event], *, store_id: str, timezone: str, period: Period
) -> dict[str, Any]:
    """Return the figures that `GET /store/returning-customers` must contain for a store and a period."""
    zone = ZoneInfo(timezone)
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for order in orders_of(event for event in events if event[1]["storeId"] == store_id):
        if order.customer_id is not None:
            times[order.customer_id].append(order.created_at)
    ranks = [
        rank
        for theirs in times.values()
        for rank, at in enumerate(sorted(theirs))
        if period.start <= at.astimezone(zone).date() <= period.end
    ]
    returning = len([rank for rank in ranks if rank > 0])
    return {
        "ordersOfCustomers": len(ranks),
        "firstOrders": len(ranks) - returning,
        "returningOrders": returning,
        "returningRate": rounded(Decimal(100 * returning) / (len(ranks) or 1), 2),
    }
