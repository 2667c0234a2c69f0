"""What the dashboard shows for a period, from counters in a dict."""

from collections.abc import Sequence
from datetime import date
from threading import Barrier
from typing import Any, Literal

import pytest

from shared.domain.dashboard import Ranked, StoreRows
from shared.domain.period import Month, Period
from tests.unit.fake_tallies import NOVEMBER, FakeTallies, Rows, a_coupon, shown


def test_a_store_without_orders_shows_zeros() -> None:
    view = shown(FakeTallies())
    assert view["summary"] == {
        "totalSales": 0,
        "totalOrders": 0,
        "totalCompletedOrders": 0,
        "totalExpiredOrders": 0,
        "totalRefundedOrders": 0,
        "averageTicket": 0,
        "grossSales": 0,
        "refundedAmount": 0,
        "netSales": 0,
        "totalCustomers": 0,
        "newCustomers": 0,
        "ordersWithCoupon": 0,
        "ordersWithoutCoupon": 0,
    }
    assert view["salesByProduct"] == []
    assert view["firstAvailablePeriod"] is None
    assert "comparison" not in view


def test_a_period_sums_its_days_and_no_others() -> None:
    inside = {"totalSales": 12990, "totalOrders": 2, "totalCompletedOrders": 1, "totalExpiredOrders": 1}
    coupons = {"ordersWithCoupon": 1, "totalRefundedOrders": 3, "newCustomers": 4}
    view = shown(
        FakeTallies(
            {"2026-10-31": inside, "2026-11-01": inside, "2026-11-30": inside | coupons, "2026-12-01": inside}
        )
    )
    assert view["summary"] | {"totalCustomers": 0} == {
        "totalSales": 259.8,
        "totalOrders": 4,
        "totalCompletedOrders": 2,
        "totalExpiredOrders": 2,
        "totalRefundedOrders": 3,
        "averageTicket": 129.9,
        "grossSales": 259.8,
        "refundedAmount": 0,
        "netSales": 259.8,
        "totalCustomers": 0,
        "newCustomers": 4,
        "ordersWithCoupon": 1,
        "ordersWithoutCoupon": 0,
    }


def test_a_range_reads_its_days_its_products_and_its_coupons_at_the_same_time() -> None:
    all_three = Barrier(3, timeout=5)

    class Slow(FakeTallies):
        def rows(self, *asked: Any) -> StoreRows:
            all_three.wait()
            return super().rows(*asked)

        def ranking(self, *asked: Any) -> Sequence[Ranked]:
            all_three.wait()
            return super().ranking(*asked)

    tallies = Slow({"2026-10-31": {"totalOrders": 1}, "2026-11-01": {"totalOrders": 2}})
    view = shown(tallies, Period(start=date(2026, 10, 31), end=date(2026, 11, 1)))
    assert view["summary"]["totalOrders"] == 3


def test_a_store_that_has_no_month_yet_is_read_once_and_shows_zeros_as_of_now() -> None:
    tallies = FakeTallies(is_new=True)
    view = shown(tallies, compare="year")
    assert (tallies.asked, view["summary"]["totalOrders"], view["salesByProduct"]) == ([], 0, [])
    assert view["generatedAt"] == "2026-11-20T15:00:00Z"


@pytest.mark.parametrize(
    ("days", "ranked"),
    [
        (("2026-11-01", "2026-11-20"), ("2026-11-01", "2026-11-30")),
        (("2026-11-05", "2026-11-20"), ("2026-11-01", "2026-11-30")),
        (("2026-11-06", "2026-11-20"), ("2026-11-06", "2026-11-20")),
        (("2026-11-01", "2026-11-19"), ("2026-11-01", "2026-11-19")),
        (("2026-10-31", "2026-11-20"), ("2026-10-31", "2026-11-20")),
    ],
)
def test_products_are_those_of_the_month_where_the_days_hold_all_of_its_orders(
    days: tuple[str, str], ranked: tuple[str, str]
) -> None:
    orders = {"2026-11-02": 0, "2026-11-05": 1, "2026-11-20": 2}
    tallies = FakeTallies({day: {"totalOrders": n} for day, n in orders.items()})
    shown(tallies, Period(date.fromisoformat(days[0]), date.fromisoformat(days[1])))
    assert tallies.ranked is not None
    assert (tallies.ranked.start.isoformat(), tallies.ranked.end.isoformat()) == ranked


def test_coupons_come_by_sales_then_by_code_in_the_currency() -> None:
    used = [("B", 1, 500), ("A", 2, 500), ("Z", 1, 12990), ("GONE", 0, 0), ("FREE", 1, 0)]
    tallies = FakeTallies(used=[a_coupon(*one) for one in used])
    assert shown(tallies, coupons=3)["salesByCoupon"] == [
        {"couponCode": "Z", "timesUsed": 1, "totalSalesAmount": 129.9},
        {"couponCode": "A", "timesUsed": 2, "totalSalesAmount": 5},
        {"couponCode": "B", "timesUsed": 1, "totalSalesAmount": 5},
    ]
    assert shown(tallies, coupons=9)["salesByCoupon"][3:] == [
        {"couponCode": "FREE", "timesUsed": 1, "totalSalesAmount": 0}
    ]


def test_the_answer_says_what_it_is_of() -> None:
    view = shown(FakeTallies())
    assert (view["storeId"], view["currency"], view["timezone"]) == ("s-1", "BRL", "America/Sao_Paulo")
    assert view["generatedAt"] == "2026-11-20T15:04:05.678000Z"
    assert view["period"] == {
        "type": "month",
        "year": 2026,
        "month": 11,
        "startDate": "2026-11-01",
        "endDate": "2026-11-30",
    }


def test_a_range_is_a_range_even_if_it_is_a_whole_month() -> None:
    view = shown(FakeTallies(), Period(NOVEMBER.start, NOVEMBER.end))
    assert view["period"] == {"type": "range", "startDate": "2026-11-01", "endDate": "2026-11-30"}


@pytest.mark.parametrize(
    ("timezone", "month"), [("UTC", 12), ("America/Sao_Paulo", 11), ("Pacific/Kiritimati", 12)]
)
def test_without_a_period_it_is_the_stores_current_month(timezone: str, month: int) -> None:
    view = shown(FakeTallies(), None, now="2026-12-01T02:00:00Z", timezone=timezone)
    assert view["period"]["month"] == month


@pytest.mark.parametrize(
    ("period", "now", "first", "last", "asked"),
    [
        (NOVEMBER, "2026-11-20T15:00:00Z", "2026-11-14", "2026-11-20", ["2026-11"]),
        (NOVEMBER, "2026-11-03T15:00:00Z", "2026-10-28", "2026-11-03", ["2026-10", "2026-11"]),
        (NOVEMBER, "2026-11-03T02:00:00Z", "2026-10-27", "2026-11-02", ["2026-10", "2026-11"]),
        (NOVEMBER, "2027-03-01T15:00:00Z", "2026-11-24", "2026-11-30", ["2026-11"]),
        (NOVEMBER, "2026-09-10T15:00:00Z", "2026-09-04", "2026-09-10", ["2026-09", "2026-11"]),
        (
            Period(date(2027, 1, 2), date(2027, 1, 3)),
            "2027-03-01T15:00:00Z",
            "2026-12-28",
            "2027-01-03",
            ["2026-12", "2027-01"],
        ),
    ],
)
def test_the_trend_is_the_7_days_to_today_or_the_periods_end(
    period: Period, now: str, first: str, last: str, asked: list[str]
) -> None:
    tallies = FakeTallies({first: {"totalSales": 150, "totalOrders": 2}})
    trend = shown(tallies, period, now=now)["dailyTrend"]
    assert len(trend) == 7
    assert trend[0] == {"date": first, "totalSales": 1.5, "totalOrders": 2}
    assert trend[-1] == {"date": last, "totalSales": 0, "totalOrders": 0}
    assert tallies.asked == asked


@pytest.mark.parametrize(
    ("compare", "period", "start", "end", "orders"),
    [
        ("previous", NOVEMBER, "2026-10-01", "2026-10-31", 7),
        ("year", NOVEMBER, "2025-11-01", "2025-11-30", 5),
        ("previous", Period(date(2026, 11, 1), date(2026, 11, 3)), "2026-10-29", "2026-10-31", 7),
        ("year", Period(date(2026, 11, 1), date(2026, 11, 3)), "2025-11-01", "2025-11-03", 5),
    ],
)
def test_a_comparison_shows_the_other_period(
    compare: Literal["previous", "year"], period: Period, start: str, end: str, orders: int
) -> None:
    tallies = FakeTallies(
        {"2026-11-01": {"totalOrders": 9}, "2026-10-31": {"totalOrders": 7}, "2025-11-02": {"totalOrders": 5}}
    )
    view = shown(tallies, period, compare=compare)
    compared = view["comparison"]
    assert (compared["period"]["startDate"], compared["period"]["endDate"]) == (start, end)
    assert compared["summary"]["totalOrders"] == orders
    assert view["summary"]["totalOrders"] == 9


@pytest.mark.parametrize(
    ("period", "customers", "new"),
    [
        (NOVEMBER, 37, 4),
        (Period(date(2026, 11, 1), date(2026, 11, 10)), 35, 3),
        (Period(date(2026, 11, 11), date(2026, 11, 12)), 35, 0),
        (Period.of_month(Month(2026, 10)), 30, 0),
        (Period.of_month(Month(2026, 12)), 41, 0),
        (Period.of_month(Month(2026, 9)), 10, 0),
        # Months between the first and the last day of a range count too.
        (Period(date(2026, 9, 20), date(2026, 11, 15)), 35, 3),
        (Period(date(2026, 10, 1), date(2026, 12, 31)), 41, 4),
    ],
)
def test_customers_are_all_registered_to_the_periods_end(period: Period, customers: int, new: int) -> None:
    tallies = FakeTallies(
        {
            "2026-09-05": {"registeredCustomers": 10},
            "2026-10-05": {"registeredCustomers": 20},
            "2026-11-10": {"registeredCustomers": 5, "newCustomers": 3},
            "2026-11-30": {"registeredCustomers": 2, "newCustomers": 1},
            "2026-12-01": {"registeredCustomers": 4},
        },
        {"2026-09": (0, 10), "2026-10": (0, 20), "2026-11": (0, 7), "2026-12": (0, 4)},
    )
    summary = shown(tallies, period)["summary"]
    assert (summary["totalCustomers"], summary["newCustomers"]) == (customers, new)


def test_the_first_available_period_is_the_oldest_with_an_order() -> None:
    tallies = FakeTallies(months={"2026-11": (3, 0), "2026-08": (0, 9), "2026-09": (1, 0)})
    assert shown(tallies)["firstAvailablePeriod"] == {"year": 2026, "month": 9, "period": "2026-09"}


def test_gross_sales_are_sales_and_what_was_given_back() -> None:
    rows: Rows = {"2026-11-01": {"totalSales": 7000, "refundedAmount": 3000, "totalCompletedOrders": 1}}
    summary = shown(FakeTallies(rows))["summary"]
    assert (summary["grossSales"], summary["refundedAmount"], summary["netSales"]) == (100, 30, 70)
    assert (summary["totalSales"], summary["averageTicket"]) == (70, 70)


def test_a_mean_ticket_is_rounded_half_up() -> None:
    rows: Rows = {"2026-11-01": {"totalSales": 10, "totalCompletedOrders": 4}}
    assert shown(FakeTallies(rows))["summary"]["averageTicket"] == 0.03


def test_a_store_without_a_currency_shows_customers() -> None:
    rows: Rows = {"2026-11-20": {"registeredCustomers": 2}}
    view = shown(FakeTallies(rows), currency=None)
    assert view["currency"] is None
    assert view["summary"]["totalCustomers"] == 2
    assert view["summary"]["totalSales"] == 0


@pytest.mark.parametrize(
    ("period", "now", "first", "days"),
    [
        (NOVEMBER, "2026-11-03T15:00:00Z", "2026-11-01", 30),
        (Period(date(2026, 10, 30), date(2026, 11, 2)), "2026-12-03T15:00:00Z", "2026-10-30", 4),
    ],
)
def test_the_trend_of_the_period_has_each_of_its_days_beside_the_daily_trend(
    period: Period, now: str, first: str, days: int
) -> None:
    rows: Rows = {first: {"totalSales": 150, "totalOrders": 2}, "2026-11-02": {"totalOrders": 1}}
    view = shown(FakeTallies(rows), period, now=now, with_trend=True)
    assert [row["date"] for row in view["trend"]] == [day.isoformat() for day in period]
    assert len(view["trend"]) == days
    assert view["trend"][0] == {"date": first, "totalSales": 1.5, "totalOrders": 2}
    without = shown(FakeTallies(rows), period, now=now)
    assert "trend" not in without
    assert view["dailyTrend"] == without["dailyTrend"]


def test_the_trend_of_the_period_compared_with_has_each_of_its_days() -> None:
    rows: Rows = {"2026-10-31": {"totalSales": 150, "totalOrders": 2}}
    compared = shown(FakeTallies(rows), compare="previous", with_trend=True)["comparison"]["trend"]
    assert [row["date"] for row in compared] == [f"2026-10-{day:02}" for day in range(1, 32)]
    assert compared[-1] == {"date": "2026-10-31", "totalSales": 1.5, "totalOrders": 2}
    assert "trend" not in shown(FakeTallies(rows), compare="previous")["comparison"]
