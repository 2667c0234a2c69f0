"""The figures that an order stands behind, and what it adds to each."""

from __future__ import annotations

import pytest

from shared.domain.behind import LISTED, CounterOf, contributes, keys, status_of
from shared.domain.order import OrderFacts, Status
from shared.domain.period import Month, Period
from shared.domain.tallies import (
    COUPON_MONTHS,
    CUSTOMERS,
    PRODUCT_MONTHS,
    STORE_MONTHS,
    TALLIES,
    contribution,
)
from tests.builders import NOON, a_snapshot, an_item, facts, utc

LATER = utc("2026-11-21T12:00:00Z")
NOVEMBER = Period.of_month(Month(2026, 11))
ORDER = facts(
    a_snapshot(customer_id="c-1", coupon_code="TEN", items=(an_item("p-1", 100_00), an_item("p-2", 0))),
    completed=NOON,
)


def test_an_order_is_found_by_each_figure_that_it_adds_to() -> None:
    counted = contribution(ORDER, "UTC")
    found = set(keys(counted))
    every = [
        CounterOf(tally=tally, counter=counter, of=of)
        for tally, ids in (
            (STORE_MONTHS, [""]), (PRODUCT_MONTHS, ["p-1", "p-2", "c-1"]),
            (COUPON_MONTHS, ["TEN", "other"]),
            (CUSTOMERS, ["c-1", "TEN"]),
        )
        for of in ids
        for counter in LISTED[tally]
    ]  # fmt: skip
    assert {one.key for one in every if one.added_by(counted, None)} == found
    assert len({one.key for one in every}) == len(every)


def test_an_order_is_not_found_by_the_days_of_its_refunds() -> None:
    known = ORDER.merge(facts(refunded=LATER))
    assert "refundedOnDay" not in keys(contribution(known, "UTC"))
    assert "refundedAmount" in keys(contribution(known, "UTC"))


def test_an_order_adds_nothing_outside_its_day() -> None:
    counted = contribution(ORDER, "UTC")
    for counter in ("totalSales", "grossSales"):
        sales = CounterOf(tally=STORE_MONTHS, counter=counter)
        assert sales.added_by(counted, NOVEMBER) == 100_00
        assert sales.added_by(counted, Period.of_month(Month(2026, 10))) == 0


def test_the_day_of_a_refund_adds_to_no_other_figure() -> None:
    counted = contribution(ORDER.merge(facts(refunded=LATER)), "UTC")
    for counter, amount in (
        ("totalOrders", 1),
        ("refundedAmount", 100_00),
        ("totalSales", 0),
        ("grossSales", 100_00),
    ):
        assert CounterOf(tally=STORE_MONTHS, counter=counter).added_by(counted, None) == amount


def test_a_row_without_a_counter_has_none_of_it() -> None:
    assert {CounterOf(tally=STORE_MONTHS, counter=one).amount({}) for one in LISTED[STORE_MONTHS]} == {0}


def test_an_order_without_its_creation_is_found_nowhere() -> None:
    assert keys(contribution(facts(completed=NOON), "UTC")) == []


def test_a_key_is_short_whatever_the_id() -> None:
    lengths = {
        len(CounterOf(tally=PRODUCT_MONTHS, counter="totalSales", of=of).key) for of in ("p", "\u00fc" * 200)
    }
    assert lengths == {31}


def test_a_few_counters_of_the_store_have_no_list_of_their_orders() -> None:
    closed = {counter for tally in TALLIES for counter in tally.counters if counter not in LISTED[tally]}
    assert closed == {"registeredCustomers", "newCustomers", "ordersOfCustomers", "refundedOnDay"}


def test_an_order_tells_what_it_adds_to_each_figure_once() -> None:
    told = {(one.tally.id_field, one.of, one.counter): amount for one, amount in contributes(ORDER, "UTC")}
    assert told["", "", "totalSales"] == told["customerId", "c-1", "totalSales"] == 100_00
    assert told["couponCode", "TEN", "timesUsed"] == told["productId", "p-2", "totalOrders"] == 1
    assert ("productId", "p-2", "totalSales") not in told


@pytest.mark.parametrize(
    ("known", "status"),
    [
        (facts(a_snapshot()), Status.CREATED),
        (facts(a_snapshot(), progressed=NOON), None),
        (facts(a_snapshot(), paid=NOON), Status.PAID),
        (facts(a_snapshot(), completed=NOON, refunded=NOON), Status.REFOUNDED),
        (facts(a_snapshot(), completed=LATER, refunded=NOON), Status.COMPLETED),
        (facts(a_snapshot(), overdue=NOON), Status.EXPIRED),
        (facts(a_snapshot(), overdue=LATER, progressed=NOON), None),
        (facts(a_snapshot(), overdue=NOON, completed=LATER), Status.COMPLETED),
    ],
)  # fmt: skip
def test_the_status_is_the_one_reached_last(known: OrderFacts, status: Status | None) -> None:
    assert status_of(known) is status
