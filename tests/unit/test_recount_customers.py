"""The recount of customer metrics, by hand."""

from datetime import UTC, datetime
from decimal import Decimal

from emulator.recount import recount_customers
from tests.unit.wire_events import account, an_order, changed, created


def test_the_metrics_of_a_customer_span_all_time() -> None:
    events = [
        created(an_order("o-1", price="10.00", coupon="TEN", created_at="2025-01-05T12:00:00Z")),
        changed(8, "2025-01-05T13:00:00Z", "o-1"),
        created(an_order("o-2", price="10.01", created_at="2026-11-10T12:00:00+09:00")),
        changed(9, "2026-11-11T13:00:00Z", "o-2"),
        changed(8, "2026-11-12T13:00:00Z", "o-2"),
        created(an_order("o-3", created_at="2026-05-10T12:00:00Z")),
        changed(10, "2026-11-12T13:00:00Z", "o-3"),
        created(an_order("o-4", customer_id=None)),
        account("customer-registered", "c-2", "2026-11-05T12:00:00Z"),
    ]
    metrics = recount_customers(events, store_id="s-1", currency="BRL")
    assert metrics["c-1"] == {
        "totalOrders": 3,
        "totalCompletedOrders": 2,
        "totalExpiredOrders": 1,
        "totalRefundedOrders": 1,
        "totalSpent": Decimal("20.01"),
        "averageTicket": Decimal("10.01"),
        "ordersWithCoupon": 1,
        "firstOrderAt": datetime(2025, 1, 5, 12, tzinfo=UTC),
        "lastOrderAt": datetime(2026, 11, 10, 3, tzinfo=UTC),
    }
    assert (metrics["c-2"]["totalOrders"], metrics["c-2"]["lastOrderAt"]) == (0, None)
    assert set(metrics) == {"c-1", "c-2"}
