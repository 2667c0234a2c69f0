"""What an order or a registration adds to each counter."""

from datetime import date, datetime, timedelta

import pytest

from shared.domain.customer import Registration
from shared.domain.order import OrderFacts, given_back
from shared.domain.tallies import (
    COUPON_MONTHS,
    COUPONS,
    CUSTOMERS,
    PRODUCT_MONTHS,
    STORE_MONTHS,
    TALLIES,
    Contribution,
    Row,
    Tally,
    contribution,
    difference,
)
from tests.builders import NOON, a_refund, a_snapshot, an_item, facts, utc

EARLIER, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
DAY = date(2026, 11, 20)
ALL_BACK = {"refundedAmount": 10000, "refundedOnDay": 10000}
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
    moved = difference({}, contribution(known, timezone))
    return {
        name: n for row, amounts in moved.items() if row[:2] == (tally, of) for name, n in amounts.items()
    }


@pytest.mark.parametrize(
    ("reached", "moved"),
    [
        ("created", {}),
        ("completed", {"totalSales": 10000, "totalCompletedOrders": 1, "ordersWithoutCoupon": 1}),
        ("expired", {"totalExpiredOrders": 1}),
        ("refunded", {"totalRefundedOrders": 1, **ALL_BACK}),
        ("refunded at once", {"totalRefundedOrders": 1, **ALL_BACK}),
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
    assert counted(known, STORE_MONTHS) == {"totalOrders": 1, "ordersOfCustomers": 1} | moved
    of_customer = {name: n for name, n in moved.items() if name not in ALL_BACK}
    assert counted(known, CUSTOMERS, "c-1") == {"totalOrders": 1} | of_customer


@pytest.mark.parametrize(
    ("timezone", "days"),
    [("UTC", {1: 60_00, 2: 40_00}), ("America/Sao_Paulo", {30: 25_00, 1: 75_00})],
)
def test_what_was_refunded_counts_on_the_local_day_of_the_refund_too(
    timezone: str, days: dict[int, int]
) -> None:
    known = facts(a_snapshot(), completed=NOON, refunded=utc("2026-12-02T01:00:00Z"))
    for n, (amount, at) in enumerate([(25_00, "2026-12-01T01:00:00Z"), (35_00, "2026-12-01T12:00:00Z")]):
        known = known.merge(given_back(f"r-{n}", a_refund(amount, at=utc(at))))
    rows = contribution(known, timezone).items()
    found = {row.day.day: amounts["refundedOnDay"] for row, amounts in rows if "refundedOnDay" in amounts}
    assert found == days
    (store,) = (amounts for _, amounts in rows if "refundedAmount" in amounts)
    assert store["refundedAmount"] == sum(days.values()) == 100_00


def test_a_guest_order_adds_to_no_customer() -> None:
    rows = contribution(facts(a_snapshot(customer_id=None), completed=NOON), "UTC")
    assert {row.tally for row in rows} == {STORE_MONTHS}
    assert sum(amounts.get("ordersOfCustomers", 0) for amounts in rows.values()) == 0


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
    assert counted(known, COUPONS, "TEN") == counted(known, COUPON_MONTHS, "TEN") == coupon
    of_store = counted(known, STORE_MONTHS)
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
        (
            "refunded",
            {"totalOrders": 1, "refundedAmount": 50},
            {"totalOrders": 1, "refundedAmount": 7},
            {},
        ),
    ],
)
def test_each_distinct_product_counts_once_and_sells_its_items(
    reached: str, blue: dict[str, int], red: dict[str, int], item_sales: dict[str, int]
) -> None:
    items = (an_item("blue", 20), an_item("red", 7, quantity=3.0), an_item("blue", 30))
    known = facts(a_snapshot(items=items), **STATUSES[reached])
    assert counted(known, PRODUCT_MONTHS, "blue") == blue
    assert counted(known, PRODUCT_MONTHS, "red") == red
    assert {name: n for name, n in counted(known, STORE_MONTHS).items() if name == "itemSales"} == item_sales


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
    late = utc("2027-01-05T12:00:00Z")
    rows = contribution(facts(snapshot, completed=late), timezone)
    assert {row.day for row in rows} == {day}


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
    assert counted(known, STORE_MONTHS) == moved


def test_a_registration_falls_on_its_local_day() -> None:
    rows = contribution(Registration(registered_at=utc("2026-12-01T02:00:00Z")), "America/Sao_Paulo")
    assert {row.day for row in rows} == {date(2026, 11, 30)}


def test_orders_and_registrations_contribute_every_counter_of_the_table_and_no_other() -> None:
    snapshot = a_snapshot(customer_id="c-1", coupon_code="TEN", items=(an_item(),))
    order = facts(snapshot, completed=NOON, refunded=LATER)
    registration = Registration(registered_at=NOON)
    rows = [*contribution(order, "UTC").items(), *contribution(registration, "UTC").items()]
    for tally in TALLIES:
        contributed = [name for row, amounts in rows if row.tally is tally for name in amounts]
        assert sorted(contributed) == sorted(tally.counters)


def of_the_store(amounts: dict[str, int], day: date = DAY, hour: str = "12") -> Contribution:
    return {Row(STORE_MONTHS, "", day, hour): amounts}


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ({}, {"a": 1, "b": 0}, {"a": 1}),
        ({"a": 1}, {}, {"a": -1}),
        ({"a": 5, "b": 1}, {"a": 3, "c": 2}, {"a": -2, "b": -1, "c": 2}),
    ],
)
def test_a_difference_turns_before_into_after(
    before: dict[str, int], after: dict[str, int], moved: dict[str, int]
) -> None:
    assert difference(of_the_store(before), of_the_store(after)) == of_the_store(moved)


def test_a_difference_without_any_movement_has_no_rows() -> None:
    assert difference(of_the_store({"a": 1}), of_the_store({"a": 1, "b": 0})) == {}


def test_an_order_moved_to_another_day_takes_back_what_it_added() -> None:
    before = contribution(facts(a_snapshot()), "UTC")
    after = contribution(facts(a_snapshot(created_at=NOON + timedelta(days=1, hours=2))), "UTC")
    taken, given = (
        of_the_store({"totalOrders": -1}),
        of_the_store({"totalOrders": 1}, date(2026, 11, 21), "14"),
    )
    assert difference(before, after) == {**taken, **given}


def test_a_product_without_a_name_yet_is_shown_by_its_id() -> None:
    named = {
        "productId": "p-1",
        "productName": "Mug",
        "imgCardUrl": "https://img.example.com/mug",
        "totalOrders": 1,
    }
    assert PRODUCT_MONTHS.labels_of(named) == {
        "productName": "Mug", "imgCardUrl": "https://img.example.com/mug",
    }  # fmt: skip
    assert PRODUCT_MONTHS.labels_of({"productId": "p-1"}) == {"productName": "p-1", "imgCardUrl": None}
