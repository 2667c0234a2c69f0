"""The quick metrics of a customer, from counters."""

from datetime import timedelta
from typing import Any

import pytest

from shared.domain.customer_metrics import customer_card, customer_metrics
from shared.domain.customer_state import CustomerState
from shared.domain.instants import to_micros
from shared.domain.segment import SegmentRule
from shared.domain.store import Store
from tests.builders import NOON, utc

COUNTERS: dict[str, int | None] = {
    "totalOrders": 3,
    "totalSales": 25981,
    "totalCompletedOrders": 2,
    "totalExpiredOrders": 0,
    "totalRefundedOrders": 1,
    "ordersWithCoupon": 1,
    "ordersWithoutCoupon": 1,
    "firstOrderAt": to_micros(NOON - timedelta(days=9)),
    "lastOrderAt": to_micros(NOON),
    "version": 7,
}


def metrics(counters: dict[str, int | None], currency: str | None = "BRL") -> dict[str, Any]:
    store = Store(store_id="s-1", name="Aurora", timezone="America/Sao_Paulo", currency=currency)
    return customer_metrics(store, "c-1", CustomerState(counters=counters, updated_at=NOON))


def test_metrics_are_the_counters_in_major_units() -> None:
    assert metrics(COUNTERS) == {
        "storeId": "s-1",
        "customerId": "c-1",
        "currency": "BRL",
        "totalOrders": 3,
        "totalCompletedOrders": 2,
        "totalExpiredOrders": 0,
        "totalRefundedOrders": 1,
        "ordersWithCoupon": 1,
        "totalSpent": 259.81,
        "averageTicket": 129.91,
        "completionRate": 66.67,
        "refundRate": 33.33,
        "firstOrderAt": "2026-11-11T12:00:00Z",
        "lastOrderAt": "2026-11-20T12:00:00Z",
        "version": 7,
        "updatedAt": "2026-11-20T12:00:00Z",
    }


@pytest.mark.parametrize("counters", [{}, {"firstOrderAt": None, "lastOrderAt": 0, "totalOrders": 0}])
def test_a_customer_without_orders_has_zeros(counters: dict[str, int | None]) -> None:
    found = metrics(counters, currency=None)
    assert (found["firstOrderAt"], found["lastOrderAt"], found["version"]) == (None, None, 0)
    assert [found[name] for name in ("totalOrders", "totalSpent", "averageTicket", "completionRate")] == [
        0
    ] * 4
    card = customer_card(found, "UTC", SegmentRule(), NOON)
    assert (card["daysSinceLastOrder"], card["segment"]) == (None, "PROSPECTS")


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-11-20T12:00:00Z", 0),
        ("2026-11-21T02:59:59Z", 0),  # still the 20th in the store
        ("2026-11-21T03:00:00Z", 1),
        ("2026-12-20T12:00:00Z", 30),
        ("2026-11-19T12:00:00Z", 0),  # the order is a day ahead of the clock
    ],
)
def test_days_since_the_last_order_are_days_of_the_store(now: str, days: int) -> None:
    card = customer_card(metrics(COUNTERS), "America/Sao_Paulo", SegmentRule(), utc(now))
    assert card["daysSinceLastOrder"] == days
    assert type(card["daysSinceLastOrder"]) is int
    assert card["segment"] == "ACTIVE"


@pytest.mark.parametrize(
    ("spent", "group"), [((1, 100, 200, 259), "CHAMPIONS"), ((260, 300, 400, 500), "ACTIVE")]
)
def test_the_segment_goes_by_what_was_spent_in_major_units(
    spent: tuple[int, int, int, int], group: str
) -> None:
    assert customer_card(metrics(COUNTERS), "UTC", SegmentRule(spent=spent), NOON)["segment"] == group
