"""Which documents a list of changes writes, and what moves in each."""

from datetime import timedelta

import pytest

from shared.documents.entries import Record
from shared.documents.paths import Path
from shared.documents.store import ABSENT
from shared.domain.order import OrderFacts
from shared.domain.slots import store_slot_of
from shared.domain.store import Terms
from shared.ledger.decide import Decision, decide
from tests.builders import NOON, a_customer_change, a_snapshot, an_order_change, facts, utc
from tests.unit.decided import (
    BLUE,
    COUPON,
    COUPON_MONTH,
    CUSTOMER,
    DECEMBER,
    LATER,
    NOVEMBER,
    ORDER,
    RED,
    decided,
    moved,
    whole,
)


def test_a_created_order_writes_its_entry_and_counts_once_everywhere() -> None:
    decision = decided(an_order_change(whole()))
    assert {path: moved(write) for path, write in decision.writes.items()} == {
        ORDER: {},
        NOVEMBER: {
            "totalOrders": 1,
            "days.20.totalOrders": 1,
            "days.20.ordersOfCustomers": 1,
            "hours.20.12.totalOrders": 1,
        },
        BLUE: {"totalOrders": 1, "days.20.totalOrders": 1},
        RED: {"totalOrders": 1, "days.20.totalOrders": 1},
        CUSTOMER: {"totalOrders": 1, "version": 1},
    }
    assert decision.moved == [True]
    assert decision.unknown == set()


def test_only_the_record_of_an_order_carries_a_version() -> None:
    versions = {path: write.version for path, write in decided(an_order_change(whole())).writes.items()}
    assert versions == {ORDER: ABSENT, NOVEMBER: None, BLUE: None, RED: None, CUSTOMER: None}
    again = decided(an_order_change(facts(completed=NOON)), known=whole())
    assert again.writes[ORDER].version == "v-7"
    assert {write.version for path, write in again.writes.items() if path != ORDER} == {None}


def test_each_document_says_what_it_is_of() -> None:
    writes = decided(an_order_change(whole()), an_order_change(facts(completed=NOON))).writes
    assert writes[NOVEMBER].fields == {"month": "2026-11"}
    assert writes[BLUE].fields == {
        "month": "2026-11",
        "productId": "blue",
        "productName": "Blue mug",
        "imgCardUrl": None,
    }
    assert writes[COUPON].fields == {"couponCode": "TEN"}
    assert writes[CUSTOMER].fields == {"customerId": "c-1", "storeSlot": store_slot_of("c-1")}
    assert (writes[ORDER].fields["storeId"], writes[ORDER].fields["orderId"]) == ("s-1", "o-1")


def test_a_product_without_sales_yet_can_be_sorted_by_them() -> None:
    assert ("totalSales",) in decided(an_order_change(whole())).writes[BLUE].increments


@pytest.mark.parametrize("path", [COUPON, COUPON_MONTH], ids=["ever", "month"])
def test_a_coupon_that_made_an_order_free_can_be_sorted_by_its_sales(path: Path) -> None:
    free = facts(a_snapshot(price_minor=0, coupon_code="TEN", items=()), completed=NOON)
    assert decided(an_order_change(free)).writes[path].increments["totalSalesAmount",] == 0


def test_a_completed_order_moves_every_sale() -> None:
    decision = decided(an_order_change(facts(completed=LATER)), known=whole())
    sale = {"totalSales": 10000, "totalCompletedOrders": 1, "ordersWithCoupon": 1}
    by_day = sale | {"itemSales": 10000}
    assert {path: moved(write) for path, write in decision.writes.items()} == {
        ORDER: {},
        NOVEMBER: {f"days.20.{name}": amount for name, amount in by_day.items()}
        | {f"hours.20.12.{name}": amount for name, amount in sale.items()},
        BLUE: {"totalSales": 6000, "days.20.totalSales": 6000},
        RED: {"totalSales": 4000, "days.20.totalSales": 4000},
        COUPON: {"timesUsed": 1, "totalSalesAmount": 10000},
        COUPON_MONTH: {
            "timesUsed": 1,
            "totalSalesAmount": 10000,
            "days.20.timesUsed": 1,
            "days.20.totalSalesAmount": 10000,
        },
        CUSTOMER: sale | {"version": 1},
    }


def test_a_refund_takes_the_sale_back() -> None:
    completed = whole().merge(facts(completed=NOON))
    decision = decided(an_order_change(facts(refunded=LATER)), known=completed)
    assert moved(decision.writes[COUPON]) == {"timesUsed": -1, "totalSalesAmount": -10000}
    assert moved(decision.writes[CUSTOMER]) == {
        "totalSales": -10000,
        "totalCompletedOrders": -1,
        "ordersWithCoupon": -1,
        "totalRefundedOrders": 1,
        "version": 1,
    }


def test_a_repeat_writes_nothing() -> None:
    decision = decided(an_order_change(whole()), an_order_change(facts()), known=whole())
    assert decision == Decision(moved=[False, False])


def test_a_record_without_facts_does_not_move_to_the_stores_time_zone() -> None:
    change = an_order_change(facts())
    nothing = Record(facts=OrderFacts(), timezone="UTC", version=ABSENT)
    decision = decide([change], {ORDER: nothing}, {"s-1": Terms(timezone="America/Sao_Paulo")})
    assert decision == Decision(moved=[False])


def test_an_older_snapshot_writes_nothing() -> None:
    older = whole(occurred_at=NOON - timedelta(days=1), price_minor=1)
    assert decided(an_order_change(older), known=whole()).writes == {}


def test_a_status_that_overtook_the_creation_is_kept_and_counts_later() -> None:
    early = decided(an_order_change(facts(completed=NOON)))
    assert list(early.writes) == [ORDER]
    later = decided(an_order_change(whole()), known=facts(completed=NOON))
    assert moved(later.writes[COUPON]) == {"timesUsed": 1, "totalSalesAmount": 10000}


def test_a_customer_whose_order_moved_nothing_else_answers_all_metrics() -> None:
    write = decided(an_order_change(facts(completed=LATER)), known=whole()).writes[CUSTOMER]
    assert {path[0] for path in write.increments} == {
        "totalOrders",
        "totalSales",
        "totalCompletedOrders",
        "totalExpiredOrders",
        "totalRefundedOrders",
        "ordersWithCoupon",
        "ordersWithoutCoupon",
        "version",
    }


def test_several_changes_of_one_order_are_one_write() -> None:
    decision = decided(
        an_order_change(facts(completed=NOON)),
        an_order_change(whole()),
        an_order_change(whole()),
        an_order_change(facts(refunded=LATER)),
    )
    assert decision.moved == [True, True, False, True]
    assert moved(decision.writes[CUSTOMER]) == {"totalOrders": 1, "totalRefundedOrders": 1, "version": 1}
    assert COUPON not in decision.writes


def test_what_was_counted_in_another_zone_is_taken_back_there() -> None:
    known = whole(created_at=utc("2026-12-01T02:00:00Z"))
    record = Record(facts=known, timezone="America/Sao_Paulo", version="v-7")
    change = an_order_change(facts(expired=LATER))
    writes = decide([change], {ORDER: record}, {"s-1": Terms(timezone="Asia/Tokyo")}).writes
    assert moved(writes[NOVEMBER]) == {
        "totalOrders": -1,
        "days.30.totalOrders": -1,
        "days.30.ordersOfCustomers": -1,
        "hours.30.23.totalOrders": -1,
    }
    assert moved(writes[DECEMBER])["days.01.totalOrders"] == 1
    assert writes[ORDER].fields["timezone"] == "Asia/Tokyo"


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_registration_counts_in_its_month(confirmed: bool) -> None:
    decision = decided(a_customer_change(email_confirmed=confirmed))
    counters = {"registeredCustomers": 1} | ({"newCustomers": 1} if confirmed else {})
    assert moved(decision.writes[NOVEMBER]) == {"registeredCustomers": 1} | {
        f"{row}.{name}": 1 for row in ("days.20", "hours.20.12") for name in counters
    }
    assert decision.writes[CUSTOMER].version == ABSENT
    assert decision.writes[CUSTOMER].fields["registeredAt"] == NOON
    assert set(decision.writes) == {NOVEMBER, CUSTOMER}


def test_a_customer_without_orders_can_be_sorted_by_them() -> None:
    write = decided(a_customer_change()).writes[CUSTOMER]
    assert write.maximums == {"lastOrderAt": 0}
    assert {("totalOrders",), ("totalSales",)} <= set(write.increments)
    assert moved(write) == {}


def test_a_registration_and_an_order_of_one_customer_are_one_write() -> None:
    decision = decided(a_customer_change(), an_order_change(whole()))
    write = decision.writes[CUSTOMER]
    assert write.version == ABSENT
    assert write.fields == {
        "customerId": "c-1", "storeSlot": store_slot_of("c-1"), "timezone": "UTC", "registeredAt": NOON,
        "emailConfirmed": False,
    }  # fmt: skip
    assert moved(write) == {"totalOrders": 1, "version": 1}
    assert moved(decision.writes[NOVEMBER])["registeredCustomers"] == 1
    assert decision.moved == [True, True]
