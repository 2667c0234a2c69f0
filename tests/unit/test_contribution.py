"""What an order adds to each counter, row by row of the table in the design."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shared.domain.contribution import Cell, Tally, contribution, difference
from shared.domain.customer import Registration
from shared.domain.order import OrderFacts
from tests.builders import NOON, a_snapshot, an_item, facts, utc

EARLIER, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
DAY = date(2026, 11, 20)
STATUSES: dict[str, dict[str, datetime]] = {
    "created": {},
    "completed": {"completed": NOON},
    "expired": {"expired": NOON},
    "refunded": {"completed": NOON, "refunded": LATER},
    "refunded at once": {"completed": NOON, "refunded": NOON},
    "dispute won": {"completed": LATER, "refunded": NOON},
    "refunded only": {"refunded": NOON},
    "expired, then completed": {"expired": NOON, "completed": LATER},
}


def counted(
    known: OrderFacts | Registration, tally: Tally, of: str = "", timezone: str = "UTC"
) -> dict[str, int]:
    cells = difference({}, contribution(known, timezone))
    return {cell.counter: amount for cell, amount in cells.items() if (cell.tally, cell.of) == (tally, of)}


@pytest.mark.parametrize(
    ("reached", "moved"),
    [
        ("created", {}),
        ("completed", {"totalSales": 10000, "totalCompletedOrders": 1, "ordersWithoutCoupon": 1}),
        ("expired", {"totalExpiredOrders": 1}),
        ("refunded", {"totalRefundedOrders": 1}),
        ("refunded at once", {"totalRefundedOrders": 1}),
        (
            "dispute won",
            {
                "totalRefundedOrders": 1,
                "totalSales": 10000,
                "totalCompletedOrders": 1,
                "ordersWithoutCoupon": 1,
            },
        ),
        ("refunded only", {"totalRefundedOrders": 1}),
        (
            "expired, then completed",
            {
                "totalExpiredOrders": 1,
                "totalSales": 10000,
                "totalCompletedOrders": 1,
                "ordersWithoutCoupon": 1,
            },
        ),
    ],
)
def test_an_order_adds_to_its_store_and_its_customer(reached: str, moved: dict[str, int]) -> None:
    known = facts(a_snapshot(customer_id="c-1"), **STATUSES[reached])
    assert counted(known, Tally.STORE) == {"totalOrders": 1} | moved
    assert counted(known, Tally.CUSTOMER, "c-1") == {"totalOrders": 1} | moved


def test_a_guest_order_adds_to_no_customer() -> None:
    cells = contribution(facts(a_snapshot(customer_id=None), completed=NOON), "UTC")
    assert {cell.tally for cell in cells} == {Tally.STORE}


@pytest.mark.parametrize(
    ("reached", "coupon", "store"),
    [
        ("created", {}, {}),
        ("completed", {"timesUsed": 1, "totalSalesAmount": 10000}, {"ordersWithCoupon": 1}),
        ("refunded", {}, {}),
        ("dispute won", {"timesUsed": 1, "totalSalesAmount": 10000}, {"ordersWithCoupon": 1}),
    ],
)
def test_a_coupon_counts_while_the_sale_does(
    reached: str, coupon: dict[str, int], store: dict[str, int]
) -> None:
    known = facts(a_snapshot(coupon_code="TEN"), **STATUSES[reached])
    assert counted(known, Tally.COUPON, "TEN") == counted(known, Tally.COUPON_MONTH, "TEN") == coupon
    of_store = counted(known, Tally.STORE)
    assert {name: of_store[name] for name in of_store if "Coupon" in name} == store


@pytest.mark.parametrize(
    ("reached", "blue", "red", "item_sales"),
    [
        ("created", {"totalOrders": 1}, {"totalOrders": 1}, {}),
        (
            "completed",
            {"totalOrders": 1, "totalSales": 50},
            {"totalOrders": 1, "totalSales": 7},
            {"itemSales": 57},
        ),
        ("refunded", {"totalOrders": 1}, {"totalOrders": 1}, {}),
    ],
)
def test_each_distinct_product_counts_once_and_sells_its_items(
    reached: str, blue: dict[str, int], red: dict[str, int], item_sales: dict[str, int]
) -> None:
    items = (an_item("blue", 20), an_item("red", 7, quantity=3.0), an_item("blue", 30))
    known = facts(a_snapshot(items=items), **STATUSES[reached])
    assert counted(known, Tally.PRODUCT, "blue") == blue
    assert counted(known, Tally.PRODUCT, "red") == red
    assert {name: n for name, n in counted(known, Tally.STORE).items() if name == "itemSales"} == item_sales


def test_statuses_without_a_snapshot_add_nothing() -> None:
    assert contribution(facts(completed=NOON, expired=NOON, refunded=NOON), "UTC") == {}


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("UTC", date(2026, 12, 1)),
        ("America/Sao_Paulo", date(2026, 11, 30)),
        ("Asia/Tokyo", date(2026, 12, 1)),
    ],
)
def test_everything_falls_on_the_local_day_of_creation(timezone: str, day: date) -> None:
    created_at = utc("2026-12-01T02:00:00Z")
    snapshot = a_snapshot(created_at=created_at, customer_id="c-1", coupon_code="TEN", items=(an_item(),))
    cells = contribution(facts(snapshot, completed=utc("2027-01-05T12:00:00Z")), timezone)
    assert {cell.day for cell in cells} == {day}


@pytest.mark.parametrize(
    ("known", "moved"),
    [
        (Registration(), {}),
        (Registration(email_confirmed=True), {}),
        (Registration(registered_at=NOON), {"registeredCustomers": 1}),
        (
            Registration(registered_at=NOON, email_confirmed=True),
            {"registeredCustomers": 1, "newCustomers": 1},
        ),
    ],
)
def test_a_registration_adds_to_its_store(known: Registration, moved: dict[str, int]) -> None:
    assert counted(known, Tally.STORE) == moved


def test_a_registration_falls_on_its_local_day() -> None:
    cells = contribution(Registration(registered_at=utc("2026-12-01T02:00:00Z")), "America/Sao_Paulo")
    assert {cell.day for cell in cells} == {date(2026, 11, 30)}


def cell(counter: str, day: date = DAY) -> Cell:
    return Cell(Tally.STORE, "", day, counter)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ({}, {}, {}),
        ({}, {"a": 1, "b": 0}, {"a": 1}),
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1}, {}, {"a": -1}),
        ({"a": 5, "b": 1}, {"a": 3, "c": 2}, {"a": -2, "b": -1, "c": 2}),
    ],
)
def test_a_difference_turns_before_into_after(
    before: dict[str, Any], after: dict[str, Any], moved: dict[str, Any]
) -> None:
    named = [{cell(name): n for name, n in side.items()} for side in (before, after, moved)]
    assert difference(named[0], named[1]) == named[2]


def test_an_order_moved_to_another_day_takes_back_what_it_added() -> None:
    before = contribution(facts(a_snapshot()), "UTC")
    after = contribution(facts(a_snapshot(created_at=NOON + timedelta(days=1))), "UTC")
    assert difference(before, after) == {
        cell("totalOrders"): -1,
        cell("totalOrders", date(2026, 11, 21)): 1,
    }
