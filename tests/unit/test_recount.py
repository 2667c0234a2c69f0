"""The recount by hand: small histories with literal numbers, each rule once."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from emulator.recount import Event, Period, recount_dashboard
from tests.unit.wire_events import account, an_order, changed, created

NOVEMBER = Period.month(2026, 11)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def recount(*events: Event, period: Period = NOVEMBER, **asked: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {"timezone": "America/Sao_Paulo", "currency": "BRL", "now": NOW}
    return recount_dashboard(events, store_id="s-1", period=period, **(defaults | asked))


def summary(*events: Event, **asked: Any) -> Any:
    return recount(*events, **asked)["summary"]


def test_a_store_without_events_answers_zeros() -> None:
    answer = recount()
    assert set(answer["summary"].values()) == {0}
    assert answer["salesByProduct"] == []
    assert answer["firstAvailablePeriod"] is None
    assert answer["period"] == {
        "type": "month",
        "year": 2026,
        "month": 11,
        "startDate": "2026-11-01",
        "endDate": "2026-11-30",
    }


def test_a_created_order_counts_but_sells_nothing() -> None:
    figures = summary(created(an_order()))
    assert (figures["totalOrders"], figures["totalSales"]) == (1, 0)


@pytest.mark.parametrize("completed", ["COMPLETED", 8])
def test_a_completed_order_sells_for_its_price(completed: str | int) -> None:
    figures = summary(created(an_order(price="12.34")), changed(completed, "2026-11-10T13:00:00Z"))
    assert (figures["totalSales"], figures["totalCompletedOrders"]) == (Decimal("12.34"), 1)


@pytest.mark.parametrize("refunded", ["REFOUNDED", "REFUNDED", 10])
@pytest.mark.parametrize("at", ["2026-11-10T13:00:00Z", "2026-11-12T00:00:00Z"])
def test_a_refund_at_the_same_time_or_later_takes_the_sale_back(refunded: str | int, at: str) -> None:
    figures = summary(created(an_order()), changed(8, "2026-11-10T13:00:00Z"), changed(refunded, at))
    assert (figures["totalSales"], figures["totalCompletedOrders"], figures["totalRefundedOrders"]) == (
        0,
        0,
        1,
    )


def test_a_dispute_won_sells_again_and_stays_refunded_once() -> None:
    refunded, won = changed(10, "2026-11-11T00:00:00Z"), changed(8, "2026-11-15T00:00:00Z")
    figures = summary(created(an_order()), changed(8, "2026-11-10T13:00:00Z"), refunded, won)
    assert (figures["totalSales"], figures["totalRefundedOrders"]) == (100, 1)


def test_a_late_payment_sells_and_stays_expired() -> None:
    figures = summary(
        created(an_order()), changed(9, "2026-11-11T12:00:00Z"), changed(8, "2026-11-11T13:00:00Z")
    )
    assert (figures["totalCompletedOrders"], figures["totalExpiredOrders"]) == (1, 1)


@pytest.mark.parametrize("status", [3, "PAID", "COMPLETED"])
@pytest.mark.parametrize(("at", "expired"), [("11T11:59:59Z", 0), ("11T12:00:00Z", 1), ("12T09:00:00Z", 1)])
def test_the_clock_expires_what_was_not_paid_before(status: str | int, at: str, expired: int) -> None:
    topic, overdue = changed("EXPIRED", "2026-11-11T12:00:00Z")
    events = [created(an_order()), (topic, {**overdue, "expiredBy": "clock"})]
    assert summary(*events)["totalExpiredOrders"] == 1
    later = changed(3, "2026-11-14T12:00:00Z")
    assert summary(*events, changed(status, f"2026-11-{at}"), later)["totalExpiredOrders"] == expired


def test_the_order_of_arrival_and_repeats_change_nothing() -> None:
    events = [created(an_order()), changed(8, "2026-11-10T13:00:00Z"), changed(10, "2026-11-12T00:00:00Z")]
    assert recount(*reversed(events), *events) == recount(*events)


def test_a_step_moves_nothing_but_its_snapshot_counts() -> None:
    step = changed(5, "2026-11-10T14:00:00Z", order=an_order(price="80.00"), event_id="e-3")
    figures = summary(created(an_order(price="100.00")), changed(8, "2026-11-10T13:00:00Z"), step)
    assert (figures["totalOrders"], figures["totalSales"]) == (1, 80)


def test_snapshots_of_one_instant_are_ranked_by_event_id() -> None:
    events = [created(an_order(price="2.00"), event_id="b"), created(an_order(price="1.00"), event_id="a")]
    paid = changed(8, "2026-11-10T13:00:00Z")
    assert summary(*events, paid)["totalSales"] == 2
    assert summary(*reversed(events), paid)["totalSales"] == 2


def test_an_order_whose_snapshot_never_came_contributes_nothing() -> None:
    assert set(summary(changed(8, "2026-11-10T13:00:00Z")).values()) == {0}


def test_another_stores_events_do_no_harm() -> None:
    topic, body = created(an_order())
    assert summary((topic, {**body, "storeId": "s-2"}))["totalOrders"] == 0


def test_an_unknown_status_is_an_error() -> None:
    with pytest.raises(ValueError, match="no order status: 'LOST'"):
        recount(created(an_order()), changed("LOST", "2026-11-10T13:00:00Z"))


def test_everything_belongs_to_the_local_day_of_creation() -> None:
    # 02:30 in UTC on 1 November is 23:30 on 31 October in São Paulo.
    order = created(an_order(created_at="2026-11-01T02:30:00Z"))
    paid = changed(8, "2026-11-05T00:00:00Z")
    assert summary(order, paid)["totalOrders"] == 0
    assert summary(order, paid, period=Period.month(2026, 10))["totalSales"] == 100
    assert recount(order)["firstAvailablePeriod"] == {"year": 2026, "month": 10, "period": "2026-10"}
    assert summary(order, paid, timezone="Asia/Tokyo")["totalSales"] == 100


def test_coupons_are_counted_while_the_sale_counts() -> None:
    events = [
        created(an_order("o-1", coupon="TEN")),
        created(an_order("o-2")),
        created(an_order("o-3", coupon="TEN")),
        changed(8, "2026-11-10T13:00:00Z", "o-1"),
        changed(8, "2026-11-10T13:00:00Z", "o-2"),
        changed(8, "2026-11-10T13:00:00Z", "o-3"),
        changed(10, "2026-11-10T14:00:00Z", "o-3"),
    ]
    figures = summary(*events)
    assert (figures["ordersWithCoupon"], figures["ordersWithoutCoupon"]) == (1, 1)


@pytest.mark.parametrize(
    ("currency", "prices", "average"),
    [("BRL", ("0.01", "0.04"), "0.03"), ("JPY", ("1", "4"), "3"), ("KWD", ("0.001", "0.004"), "0.003")],
)
def test_the_average_ticket_is_rounded_half_up_to_the_currency(
    currency: str, prices: tuple[str, str], average: str
) -> None:
    events = []
    for number, price in enumerate(prices):
        events += [
            created(an_order(f"o-{number}", price=price)),
            changed(8, "2026-11-10T13:00:00Z", f"o-{number}"),
        ]
    assert str(summary(*events, currency=currency)["averageTicket"]) == average


def test_a_new_customer_is_confirmed_and_counts_on_the_day_of_registration() -> None:
    events = [
        account("customer-registered", "c-1", "2026-10-05T12:00:00Z"),
        account("customer-registered", "c-2", "2026-11-05T12:00:00Z"),
        account("customer-registered", "c-3", "2026-11-06T12:00:00Z"),
        account("email-confirmed", "c-3", "2026-11-06T12:00:00Z"),
        account("customer-registered", "c-4", "2026-12-02T12:00:00Z"),
    ]
    figures = summary(*events)
    assert (figures["totalCustomers"], figures["newCustomers"]) == (3, 1)


def test_a_confirmation_implies_a_registration_and_the_earliest_one_stands() -> None:
    alone = account("email-confirmed", "c-1", "2026-11-05T12:00:00Z")
    assert summary(alone)["totalCustomers"] == 1
    earlier = account("customer-registered", "c-1", "2026-10-05T12:00:00Z")
    assert (summary(alone, earlier)["newCustomers"], summary(alone, earlier)["totalCustomers"]) == (0, 1)


def test_the_trend_ends_today_and_reaches_back_before_the_period() -> None:
    now = datetime(2026, 11, 2, 1, tzinfo=UTC)  # still 1 November in São Paulo
    october = created(an_order(created_at="2026-10-30T12:00:00Z"))
    unpaid = created(an_order("o-2", created_at="2026-10-30T12:00:00Z"))
    rows = recount(october, unpaid, changed(8, "2026-10-30T12:05:00Z"), now=now)["dailyTrend"]
    assert [row["date"] for row in rows] == [
        "2026-10-26",
        "2026-10-27",
        "2026-10-28",
        "2026-10-29",
        "2026-10-30",
        "2026-10-31",
        "2026-11-01",
    ]
    assert rows[4] == {"date": "2026-10-30", "totalSales": 100, "totalOrders": 2}


def test_the_trend_of_a_past_range_ends_with_it() -> None:
    period = Period.days(date(2026, 11, 9), date(2026, 11, 10))
    answer = recount(period=period)
    assert answer["dailyTrend"][-1]["date"] == "2026-11-10"
    assert answer["period"] == {"type": "range", "startDate": "2026-11-09", "endDate": "2026-11-10"}


def test_products_are_ranked_by_sales_then_id_with_their_share_of_item_sales() -> None:
    events = [
        created(an_order("o-1", price="35.00", items={"p-b": "10.00", "p-a": "10.00"})),
        changed(8, "2026-11-10T13:00:00Z", "o-1"),
        created(an_order("o-2", items={"p-c": "10.00"})),
        changed(8, "2026-11-10T13:00:00Z", "o-2"),
        created(an_order("o-3", items={"p-z": "99.00"})),
    ]
    rows = recount(*events)["salesByProduct"]
    share = Decimal("33.33")
    shown = ("productId", "totalSales", "totalOrders", "percentage")
    assert [tuple(row[name] for name in shown) for row in rows] == [
        ("p-a", 10, 1, share),
        ("p-b", 10, 1, share),
        ("p-c", 10, 1, share),
        ("p-z", 0, 1, 0),
    ]
    assert [row["productId"] for row in recount(*events, products=1)["salesByProduct"]] == ["p-a"]


def test_two_items_of_one_product_are_one_order_of_it() -> None:
    order = an_order(items={"p-1": "3.00"})
    order["items"] *= 2
    (row,) = recount(created(order), changed(8, "2026-11-10T13:00:00Z"))["salesByProduct"]
    assert (row["totalOrders"], row["totalSales"], row["percentage"]) == (1, 6, 100)


def test_the_total_of_an_only_item_may_be_left_out() -> None:
    order = an_order(price="100.00") | {"items": [{"productId": "p-1"}]}
    (row,) = recount(created(order), changed(8, "2026-11-10T13:00:00Z"))["salesByProduct"]
    assert row["totalSales"] == 100


def test_a_product_that_was_dropped_from_its_only_order_is_not_listed() -> None:
    dropped = an_order(price="10.00", items={"p-1": "10.00"})
    events = [
        created(an_order(items={"p-1": "10.00", "p-2": "90.00"})),
        changed(8, "2026-11-10T13:00:00Z", order=dropped),
    ]
    assert [row["productId"] for row in recount(*events)["salesByProduct"]] == ["p-1"]
