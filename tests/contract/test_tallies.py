"""Reading tallies: by day, by month, by product and by coupon, all at one instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import pytest

from emulator.recount import Event
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.tallies import FirestoreTallies
from shared.domain.dashboard import MonthTotals, Ranked
from shared.domain.period import Month, Period
from shared.domain.tallies import COUPON_MONTHS, PRODUCT_MONTHS, Tally
from shared.errors import InstantOutOfReach
from tests.builders import an_order_item
from tests.contract.backends import FirestoreBackend, new_ledger
from tests.contract.events import amended, apply, confirmed, created, reached, registered

NOVEMBER = Month(2026, 11)
Apply = Callable[..., list[str]]


@pytest.fixture
def tallies(client: Client) -> FirestoreTallies:
    return FirestoreTallies(client, most_range_reads=1000)


@pytest.fixture
def count(client: Client) -> Apply:
    """Return a function that applies events."""
    ledger = new_ledger(FirestoreBackend(client))
    return lambda *events: apply(ledger, *events)


def sold(order_id: str, day: str, items: dict[str, str]) -> Iterable[Event]:
    """Return a completed order of some products at noon of a day."""
    lines = [an_order_item(product_id, total) for product_id, total in items.items()]
    at = f"{day}T12:00:00Z"
    return created(order_id, at, items=lines), reached("COMPLETED", order_id, at)


def now_of(tallies: FirestoreTallies) -> datetime:
    _, read_time = tallies.history("s-1")
    assert read_time is not None
    return read_time


def ranking(
    tallies: FirestoreTallies, tally: Tally, period: Period, limit: int = 50, at: datetime | None = None
) -> list[Ranked]:
    return tallies.ranking(tally, "s-1", period, limit, at or now_of(tallies))


def counters(ranked: Iterable[Ranked]) -> list[tuple[str, int, int]]:
    """Return the id, the sales and the occurrences of each."""
    pairs = [(one, COUPON_MONTHS if "timesUsed" in one.counters else PRODUCT_MONTHS) for one in ranked]
    return [(one.of, one.counters[tally.sorted_by], one.counters[tally.occurrences]) for one, tally in pairs]


def sales(products: Iterable[Ranked]) -> dict[str, tuple[int, int]]:
    return {of: (sold, orders) for of, sold, orders in counters(products)}


def test_daily_rows_are_those_of_the_months_asked_for(tallies: FirestoreTallies, count: Apply) -> None:
    for n, day in enumerate(["2026-09-30", "2026-10-31", "2026-11-01", "2026-11-01"]):
        count(*sold(f"o-{n}", day, {"p-1": "1.00"}))
    count(registered("c-9", "2026-11-02T12:00:00Z"), confirmed("c-9", "2026-11-02T12:00:00Z"))
    months = [Month(2026, 10), NOVEMBER, Month(2026, 12)]
    rows = tallies.rows("s-1", months, [], now_of(tallies)).days
    assert {day: row.get("totalOrders", 0) for day, row in rows.items()} == {
        date(2026, 10, 31): 1, date(2026, 11, 1): 2, date(2026, 11, 2): 0,
    }  # fmt: skip
    assert rows[date(2026, 11, 2)] == {"registeredCustomers": 1, "newCustomers": 1}
    assert rows[date(2026, 11, 1)]["itemSales"] == 200


def test_hours_are_those_of_the_days_asked_for(tallies: FirestoreTallies, count: Apply) -> None:
    for n, at in enumerate(["2026-11-01T12:59:59Z", "2026-11-01T13:00:00Z", "2026-11-02T12:00:00Z"]):
        count(created(f"o-{n}", at, price="1.00", items=[]))
    count(reached("COMPLETED", "o-1"))
    asked = [date(2026, 11, 1), date(2026, 10, 31)]
    found = tallies.rows("s-1", [Month(2026, 10), NOVEMBER], asked, now_of(tallies))
    hours = {hour: {name: n for name, n in row.items() if n} for hour, row in found.hours[asked[0]].items()}
    sale = {"totalSales": 100, "totalCompletedOrders": 1, "ordersWithoutCoupon": 1}
    assert hours == {"09": {"totalOrders": 1}, "10": {"totalOrders": 1} | sale}
    assert found.hours.keys() == {asked[0]}
    assert found.days.keys() == {date(2026, 11, 1), date(2026, 11, 2)}


def test_a_store_without_anything_has_no_history_and_no_time_to_read_at(tallies: FirestoreTallies) -> None:
    assert tallies.history("s-1") == ([], None)


def test_history_is_every_month_oldest_first(tallies: FirestoreTallies, count: Apply) -> None:
    count(registered("c-9", "2026-09-02T12:00:00Z"))
    for n, day in enumerate(["2026-11-01", "2025-12-31", "2026-11-02"]):
        count(*sold(f"o-{n}", day, {}))
    assert tallies.history("s-1")[0] == [
        MonthTotals(month=Month(2025, 12), orders=1, registered_customers=0, version=1),
        MonthTotals(month=Month(2026, 9), orders=0, registered_customers=1, version=1),
        MonthTotals(month=NOVEMBER, orders=2, registered_customers=0, version=2),
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 50])
def test_the_best_products_of_a_month_come_by_sales_then_by_id(
    tallies: FirestoreTallies, count: Apply, limit: int
) -> None:
    count(*sold("o-1", "2026-11-01", {"b": "2.00", "a": "2.00", "p/1": "0.50"}))
    count(*sold("o-2", "2026-11-30", {"z": "9.00", "p/1": "0.25"}))
    count(*sold("o-3", "2026-10-31", {"other": "99.00", "a": "99.00"}))
    found = ranking(tallies, PRODUCT_MONTHS, Period.of_month(NOVEMBER), limit)
    expected = [("z", 900, 1), ("a", 200, 1), ("b", 200, 1), ("p/1", 75, 2)]
    assert counters(found) == expected[:limit]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_products_that_amendments_took_away_are_passed_over(
    tallies: FirestoreTallies, count: Apply, limit: int
) -> None:
    lines = [an_order_item(f"p-{n}") for n in range(1, 6)]
    # No order is completed, so products that are gone and products that remain all have no sales, and mix.
    count(created(items=lines))
    count(amended(items=[lines[3], lines[4]]))
    found = ranking(tallies, PRODUCT_MONTHS, Period.of_month(NOVEMBER), limit)
    assert [product.of for product in found] == ["p-4", "p-5"][:limit]


def test_products_of_some_days_count_only_those(tallies: FirestoreTallies, count: Apply) -> None:
    for n, day in enumerate(["2026-11-04", "2026-11-05", "2026-11-09", "2026-11-10"]):
        count(*sold(f"o-{n}", day, {"p-1": f"{10**n}.00", f"only/{n}": "1.00"}))
    days = Period(date(2026, 11, 5), date(2026, 11, 9))
    found = sales(ranking(tallies, PRODUCT_MONTHS, days))
    assert {name: sold for name, sold in found.items() if any(sold)} == {
        "p-1": (11000, 2), "only/1": (100, 1), "only/2": (100, 1),
    }  # fmt: skip


def test_products_of_a_range_over_months_are_summed(tallies: FirestoreTallies, count: Apply) -> None:
    days = ["2026-09-15", "2026-09-16", "2026-10-01", "2026-10-31", "2026-11-02", "2026-11-03"]
    for n, day in enumerate(days):
        count(*sold(f"o-{n}", day, {"p-1": f"{10**n}.00"}))
    middle = Period(date(2026, 9, 16), date(2026, 11, 2))
    assert sales(ranking(tallies, PRODUCT_MONTHS, middle)) == {"p-1": (1111000, 4)}


def test_a_product_shows_its_newest_name_and_picture(tallies: FirestoreTallies, count: Apply) -> None:
    count(created("o-1", items=[an_order_item(productName="Old", imgCardUrl="https://x.test/1")]))
    count(created("o-2", items=[an_order_item(productName="New", imgCardUrl=None)]))
    for period in (Period.of_month(NOVEMBER), Period(date(2026, 11, 19), date(2026, 11, 21))):
        (product,) = ranking(tallies, PRODUCT_MONTHS, period)
        assert product.labels == {"productName": "New", "imgCardUrl": None}


@pytest.mark.parametrize(
    "period",
    [
        Period.of_month(NOVEMBER),
        Period(date(2026, 11, 2), date(2026, 11, 30)),
        Period(date(2026, 9, 1), date(2026, 11, 30)),
        Period(date(2026, 9, 16), date(2026, 11, 2)),
    ],
    ids=["month", "days", "months", "days of months"],
)
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_pages_of_products_by_id_are_all_that_a_ranking_of_everything_has(
    tallies: FirestoreTallies, count: Apply, period: Period, limit: int
) -> None:
    days = ["2026-09-15", "2026-09-16", "2026-10-01", "2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03"]
    for n, day in enumerate(days):
        count(*sold(f"o-{n}", day, {f"p-{n % 3}": f"{10**n}.00", f"\u00fc/{n}": "1.00", "every": "0.50"}))
    everything = sorted(counters(ranking(tallies, PRODUCT_MONTHS, period)))
    at = now_of(tallies)
    listed: list[Ranked] = []
    while page := tallies.products("s-1", period, listed[-1].of if listed else "", limit, at):
        assert len(page) <= limit
        listed += page
    assert counters(listed) == everything


def test_history_of_an_instant_is_what_was_known_then(tallies: FirestoreTallies, count: Apply) -> None:
    count(*sold("o-1", "2026-11-01", {"p-1": "1.00"}))
    at = now_of(tallies)
    count(*sold("o-2", "2026-11-01", {"p-1": "1.00"}))
    history, read_time = tallies.history("s-1", at)
    assert [month.orders for month in history] == [1]
    assert read_time == at
    with pytest.raises(InstantOutOfReach, match="expected an instant of the last hour"):
        tallies.history("s-1", at + timedelta(hours=1))


def test_everything_is_read_as_of_one_instant(tallies: FirestoreTallies, count: Apply) -> None:
    count(*sold("o-1", "2026-11-01", {"p-1": "1.00"}))
    history, read_time = tallies.history("s-1")
    assert read_time is not None
    count(*sold("o-2", "2026-11-01", {"p-1": "1.00", "p-2": "1.00"}))
    count(*sold("o-3", "2026-10-01", {}))
    assert [month.orders for month in history] == [1]
    assert tallies.rows("s-1", [NOVEMBER], [], read_time).days[date(2026, 11, 1)]["totalOrders"] == 1
    for period in (Period.of_month(NOVEMBER), Period(date(2026, 11, 1), date(2026, 11, 2))):
        assert sales(ranking(tallies, PRODUCT_MONTHS, period, at=read_time)) == {"p-1": (100, 1)}


def test_the_best_coupons_of_a_month_come_by_sales_and_those_refunded_are_left_out(
    tallies: FirestoreTallies, count: Apply
) -> None:
    for n, (code, price) in enumerate([("TEN", "1.00"), ("A/B", "5.00"), ("TEN", "2.00"), ("GONE", "9.00")]):
        count(created(f"o-{n}", couponCode=code, price=price, items=[]), reached("COMPLETED", f"o-{n}"))
    count(reached("REFOUNDED", "o-3", "2026-11-22T12:00:00Z"), created("o-9", couponCode="UNPAID"))
    best = [("A/B", 500, 1), ("TEN", 300, 2)]
    for limit in (10, 1):
        found = ranking(tallies, COUPON_MONTHS, Period.of_month(NOVEMBER), limit)
        assert counters(found) == best[:limit]


def test_coupons_of_some_days_count_only_those(tallies: FirestoreTallies, count: Apply) -> None:
    for n, day in enumerate(["2026-10-31", "2026-11-05", "2026-11-09", "2026-11-10"]):
        at = f"{day}T12:00:00Z"
        count(created(f"o-{n}", at, couponCode="TEN", price=f"{10**n}.00", items=[]))
        count(reached("COMPLETED", f"o-{n}", at))
    for first, last, sold_cents in (("2026-11-05", "2026-11-09", 11000), ("2026-10-31", "2026-11-05", 1100)):
        days = Period(date.fromisoformat(first), date.fromisoformat(last))
        assert counters(ranking(tallies, COUPON_MONTHS, days)) == [("TEN", sold_cents, 2)]
