"""What an amendment writes, and what moves in each document."""

from datetime import datetime

import pytest

from shared.documents.entries import Record
from shared.domain.store import Terms
from shared.ledger.decide import decide
from tests.builders import NOON, an_item, an_order_change, utc
from tests.unit.decided import (
    BLUE,
    CUSTOMER,
    DECEMBER,
    LATER,
    NOVEMBER,
    ORDER,
    RED,
    STORE,
    decided,
    moved,
    whole,
)

ERASED, ERASED_AGAIN = f"erased-{'a' * 64}", f"erased-{'b' * 64}"


def test_an_amendment_to_another_month_moves_the_order_there() -> None:
    amended = whole(occurred_at=LATER, created_at=utc("2026-12-01T12:00:00Z"))
    writes = decided(an_order_change(amended), known=whole()).writes
    assert moved(writes[NOVEMBER]) == {
        "totalOrders": -1,
        "days.20.totalOrders": -1,
        "days.20.ordersOfCustomers": -1,
        "hours.20.12.totalOrders": -1,
    }
    assert moved(writes[DECEMBER]) == {
        "totalOrders": 1,
        "days.01.totalOrders": 1,
        "days.01.ordersOfCustomers": 1,
        "hours.01.12.totalOrders": 1,
    }
    assert writes[*STORE, "productMonths", "2026-12 blue"].fields["productName"] == "Blue mug"
    assert moved(writes[CUSTOMER]) == {"version": 1}


def test_an_amendment_to_another_customer_moves_the_order_there() -> None:
    writes = decided(an_order_change(whole(occurred_at=LATER, customer_id="c-2")), known=whole()).writes
    assert moved(writes[CUSTOMER]) == {"totalOrders": -1, "version": 1}
    assert moved(writes[*STORE, "customers", "c-2"]) == {"totalOrders": 1, "version": 1}
    assert NOVEMBER not in writes


@pytest.mark.parametrize(
    ("had", "amended", "former"),
    [
        ([], "c-1", []),
        ([], "c-2", ["c-1"]),
        ([], None, ["c-1"]),
        (["c-2"], "c-3", ["c-2", "c-1"]),
        (["c-2"], "c-2", ["c-1"]),
        (["c-2"], "c-1", ["c-2"]),
    ],
)
def test_the_entry_remembers_former_customers(had: list[str], amended: str | None, former: list[str]) -> None:
    change = an_order_change(whole(occurred_at=LATER, customer_id=amended))
    before = Record(facts=whole(), timezone="UTC", version="v-7", former_customers=tuple(had))
    writes = decide([change], {ORDER: before}, {"s-1": Terms(timezone="UTC")}).writes
    assert writes[ORDER].fields["formerCustomers"] == former


@pytest.mark.parametrize(
    ("customer_id", "occurred_at", "becomes", "former"),
    [
        ("c-1", NOON, ERASED, ["c-0"]),
        ("c-1", LATER, ERASED, ["c-0", "c-1"]),
        (ERASED, NOON, ERASED_AGAIN, ["c-0", ERASED]),
        (None, LATER, ERASED, ["c-0"]),
    ],
)
def test_the_entry_forgets_a_customer_whose_pseudonym_takes_the_place(
    customer_id: str | None, occurred_at: datetime, becomes: str, former: list[str]
) -> None:
    change = an_order_change(whole(occurred_at=occurred_at, customer_id=becomes))
    before = Record(
        facts=whole(customer_id=customer_id), timezone="UTC", version="v-7", former_customers=("c-0",)
    )
    writes = decide([change], {ORDER: before}, {"s-1": Terms(timezone="UTC")}).writes
    assert writes[ORDER].fields["formerCustomers"] == former


def test_an_amendment_to_another_product_takes_the_order_from_the_first() -> None:
    amended = whole(occurred_at=LATER, items=(an_item("red", 40_00), an_item("green", 60_00)))
    writes = decided(an_order_change(amended), known=whole()).writes
    assert moved(writes[BLUE]) == {"totalOrders": -1, "days.20.totalOrders": -1}
    assert moved(writes[*STORE, "productMonths", "2026-11 green"]) == {
        "totalOrders": 1,
        "days.20.totalOrders": 1,
    }
    assert RED not in writes


def test_an_amendment_of_labels_writes_labels_and_the_version_of_the_month() -> None:
    items = (
        an_item("blue", 60_00, product_name="Navy mug", image_url="https://x/1.png"),
        an_item("red", 40_00),
    )
    writes = decided(an_order_change(whole(occurred_at=LATER, items=items)), known=whole()).writes
    assert set(writes) == {ORDER, BLUE, NOVEMBER}
    assert moved(writes[NOVEMBER]) == {}
    assert writes[BLUE].fields == {
        "month": "2026-11",
        "productId": "blue",
        "productName": "Navy mug",
        "imgCardUrl": "https://x/1.png",
    }


def test_an_amendment_between_products_of_one_price_is_seen_in_the_version_of_the_month() -> None:
    items = (an_item("green", 60_00), an_item("red", 40_00))
    writes = decided(an_order_change(whole(occurred_at=LATER, items=items)), known=whole()).writes
    assert moved(writes[NOVEMBER]) == {}
    assert writes[NOVEMBER].fields == {"month": "2026-11"}
