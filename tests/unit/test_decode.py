"""Good messages become changes."""

import json
from datetime import datetime
from typing import Any

import pytest

from shared.domain.changes import Change, CustomerChange, OrderChange
from shared.domain.customer import Registration
from shared.domain.order import Item, OrderFacts, Snapshot, Stamp, Status, reached
from shared.domain.order_arrivals import Source
from shared.domain.payment import Payment
from shared.errors import MalformedEvent
from shared.messages.decode import decode
from shared.messages.events import MAX_MESSAGE_BYTES
from tests.builders import (
    NOON,
    a_status_change,
    an_account_event,
    an_event,
    an_order,
    an_order_item,
    facts,
    message,
    utc,
)

NOW = utc("2026-11-20T15:10:00Z")


def decoded(topic: str, event: dict[str, Any]) -> Change | None:
    return decode(topic, message(event), NOW)


def snapshot(event: dict[str, Any]) -> Snapshot:
    change = decoded("order-created", event)
    assert isinstance(change, OrderChange)
    assert change.facts.snapshot is not None
    return change.facts.snapshot


def test_the_documented_example_of_a_created_order() -> None:
    data = b"""{"eventId": "e-1", "occurredAt": "2026-11-20T15:04:05Z", "storeId": "s-1",
     "order": {"orderId": "o-1", "customerId": "c-1", "createdAt": "2026-11-20T15:04:05Z", "price": "129.90",
               "currency": "BRL", "couponCode": "WELCOME10", "items": [{"productId": "p-1",
               "productName": "Blue mug", "imgCardUrl": null, "quantity": 1, "total": "129.90"}]}}"""
    at = utc("2026-11-20T15:04:05Z")
    mug = Item(product_id="p-1", product_name="Blue mug", image_url=None, quantity=1, total_minor=12990)
    known = Snapshot(
        stamp=Stamp(occurred_at=at, event_id="e-1"),
        customer_id="c-1",
        created_at=at,
        price_minor=12990,
        currency="BRL",
        coupon_code="WELCOME10",
        items=(mug,),
    )
    assert decode("order-created", data, NOW) == OrderChange(
        store_id="s-1",
        order_id="o-1",
        facts=OrderFacts(snapshot=known),
        creates=True,
        source=Source(event_id="e-1", occurred_at=at, arrived_at=NOW),
    )


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("CREATED", Status.CREATED),
        ("PAID", Status.PAID),
        ("COMPLETED", Status.COMPLETED),
        ("EXPIRED", Status.EXPIRED),
        ("REFOUNDED", Status.REFOUNDED),
        ("REFUNDED", Status.REFOUNDED),
        (8, Status.COMPLETED),
        (9, Status.EXPIRED),
        (10, Status.REFOUNDED),
    ],
)
def test_a_status_is_reached_when_its_event_occurred(written: str | int, status: Status) -> None:
    assert decoded("order-status-changed", a_status_change(written)) == OrderChange(
        store_id="s-1",
        order_id="o-1",
        facts=reached(status, NOON),
        source=Source(event_id="e-1", occurred_at=NOON, arrived_at=NOW),
    )


def test_a_payment_says_what_was_paid() -> None:
    for amount in ("129.9", 129.9):
        event = a_status_change(paid={"amount": amount, "currency": "BRL"})
        change = decoded("order-status-changed", event)
        assert isinstance(change, OrderChange)
        assert change.paid == Payment(amount_minor=12990, currency="BRL")


@pytest.mark.parametrize(
    ("paid", "said"),
    [
        ({"amount": "1", "currency": "XXX"}, "paid.currency: expected an ISO 4217 currency code"),
        ({"amount": "0.5", "currency": "JPY"}, "paid.amount: expected at most 0 decimals in JPY, got 0.5"),
    ],
)
def test_what_was_paid_is_refused_with_what_was_expected(paid: dict[str, Any], said: str) -> None:
    with pytest.raises(MalformedEvent) as refused:
        decoded("order-status-changed", a_status_change(paid=paid))
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize("code", [0, 1, 7, 11, 99])
def test_a_step_on_the_way_says_that_the_order_progressed(code: int) -> None:
    change = decoded("order-status-changed", a_status_change(code))
    assert isinstance(change, OrderChange)
    assert change.facts == facts(progressed=NOON)


@pytest.mark.parametrize("status", ["PAID", "COMPLETED", "REFOUNDED", 8, 10])
def test_a_status_after_the_payment_says_so_too(status: str | int) -> None:
    change = decoded("order-status-changed", a_status_change(status))
    assert isinstance(change, OrderChange)
    assert change.facts.progressed_at == NOON


@pytest.mark.parametrize("status", ["CREATED", "EXPIRED", 9])
def test_an_order_that_is_created_or_expired_did_not_progress(status: str | int) -> None:
    change = decoded("order-status-changed", a_status_change(status))
    assert isinstance(change, OrderChange)
    assert change.facts.progressed_at is None
    assert len(change.facts.statuses) == 1


def test_a_code_that_is_said_to_mean_unpaid_asks_for_nothing() -> None:
    unpaid = decode("order-status-changed", message(a_status_change(3)), NOW, unpaid_codes={3})
    other = decode("order-status-changed", message(a_status_change(4)), NOW, unpaid_codes={3})
    amended = message(a_status_change(3, order=an_order()))
    change = decode("order-status-changed", amended, NOW, unpaid_codes={3})
    assert unpaid is None
    assert isinstance(other, OrderChange)
    assert isinstance(change, OrderChange)
    assert change.facts == facts(snapshot(an_event()))


@pytest.mark.parametrize("status", ["EXPIRED", 9])
def test_an_order_that_the_clock_expired_is_overdue(status: str | int) -> None:
    change = decoded("order-status-changed", a_status_change(status, expiredBy="clock"))
    assert isinstance(change, OrderChange)
    assert change.facts == facts(overdue=NOON)


def test_a_step_with_a_snapshot_amends_the_order() -> None:
    change = decoded("order-status-changed", a_status_change(3, order=an_order(price="5.00")))
    assert isinstance(change, OrderChange)
    assert change.facts.snapshot is not None
    assert change.facts.snapshot.price_minor == 500
    assert change.facts.statuses == {}
    assert change.facts.progressed_at == NOON


def test_a_status_with_a_snapshot_brings_both() -> None:
    change = decoded("order-status-changed", a_status_change("EXPIRED", order=an_order()))
    assert isinstance(change, OrderChange)
    assert change.facts == facts(snapshot(an_event()), expired=NOON)
    assert not change.creates


@pytest.mark.parametrize(("topic", "confirmed"), [("customer-registered", False), ("email-confirmed", True)])
def test_a_registration_counts_when_the_customer_registered(topic: str, confirmed: bool) -> None:
    event = an_account_event("c-9", registeredAt="2026-11-01T00:00:00-03:00")
    registered_at = utc("2026-11-01T03:00:00Z")
    assert decoded(topic, event) == CustomerChange(
        store_id="s-1",
        customer_id="c-9",
        facts=Registration(registered_at=registered_at, email_confirmed=confirmed),
        creates=not confirmed,
    )


def test_unknown_fields_are_ignored() -> None:
    item = an_order_item(color="blue", event_id=5)
    assert decoded("order-created", an_event(an_order(items=[item], notes=[1]), version=2)) == decoded(
        "order-created", an_event()
    )


def test_the_only_item_costs_the_price_when_it_says_nothing() -> None:
    silent = an_order_item()
    del silent["total"]
    for item in (silent, an_order_item(total=None)):
        assert snapshot(an_event(an_order(items=[item], price="7.50"))).items[0].total_minor == 750


@pytest.mark.parametrize("written", ["129.9", "129.90", 129.9, "129.900", "0129.90"])
def test_an_amount_is_the_same_as_number_and_as_string(written: str | float) -> None:
    event = an_event(an_order(price=written, items=[an_order_item(total=written)]))
    assert snapshot(event).price_minor == 12990
    assert snapshot(event).items[0].total_minor == 12990


def test_no_amount_passes_through_a_float() -> None:
    data = json.dumps(an_event(an_order(price="PRICE", currency="KWD", items=[])))
    change = decode("order-created", data.replace('"PRICE"', "123456789012.345").encode(), NOW)
    assert isinstance(change, OrderChange)
    assert change.facts.snapshot is not None
    assert change.facts.snapshot.price_minor == 123456789012345


@pytest.mark.parametrize(
    ("price", "currency", "minor"), [(500, "JPY", 500), ("1.234", "KWD", 1234), (0, "BRL", 0)]
)
def test_an_amount_is_in_the_minor_units_of_its_currency(price: Any, currency: str, minor: int) -> None:
    assert snapshot(an_event(an_order(price=price, currency=currency, items=[]))).price_minor == minor


@pytest.mark.parametrize("quantity", [0, 1, 0.5, 2.75, 1e9])
def test_a_quantity_may_be_a_part(quantity: float) -> None:
    order = an_order(items=[an_order_item(quantity=quantity)])
    assert snapshot(an_event(order)).items[0].quantity == quantity


@pytest.mark.parametrize("odd", ["A/12.3", "..", "/", "__x__", "\u00e7\U0001f600", " ", "x" * 200, "8"])
def test_an_id_may_hold_anything_printable(odd: str) -> None:
    order = an_order(odd, customerId=odd, couponCode=odd, items=[an_order_item(odd)])
    change = decoded("order-created", an_event(order, eventId=odd, storeId=odd))
    assert isinstance(change, OrderChange)
    assert change.facts.snapshot is not None
    found = change.facts.snapshot
    assert (change.store_id, change.order_id, found.stamp.event_id) == (odd, odd, odd)
    assert (found.customer_id, found.coupon_code, found.items[0].product_id) == (odd, odd, odd)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-20T15:04:05Z", "2026-11-20T15:04:05+00:00"),
        ("2026-11-20t15:04:05z", "2026-11-20T15:04:05+00:00"),
        ("2026-11-20T12:04:05-03:00", "2026-11-20T15:04:05+00:00"),
        ("2026-11-21T05:04:05+14:00", "2026-11-20T15:04:05+00:00"),
        ("2026-11-20T15:04:05.5Z", "2026-11-20T15:04:05.500000+00:00"),
        ("2026-11-20T15:04:05.123456789Z", "2026-11-20T15:04:05.123456+00:00"),
        ("2026-11-21T15:10:00Z", "2026-11-21T15:10:00+00:00"),  # a day ahead, not more
        ("1970-01-01T00:00:01Z", "1970-01-01T00:00:01+00:00"),
    ],
)
def test_a_time_is_an_instant(text: str, instant: str) -> None:
    found = snapshot(an_event(occurredAt=text)).stamp.occurred_at
    assert found == datetime.fromisoformat(instant)
    assert found.isoformat() == instant


def test_a_picture_of_a_product_is_kept() -> None:
    [item] = snapshot(
        an_event(an_order(items=[an_order_item(imgCardUrl="https://img.example/mug.png")]))
    ).items
    assert item.image_url == "https://img.example/mug.png"


def test_items_of_the_largest_amount_together_are_taken() -> None:
    items = [an_order_item(total="5000000000000.00")] * 2
    assert [item.total_minor for item in snapshot(an_event(an_order(items=items))).items] == [5 * 10**14] * 2


def test_an_order_of_2000_items_is_taken() -> None:
    items = [an_order_item(f"product-{n:04}", str(n)) for n in range(2000)]
    data = json.dumps(an_event(an_order(items=items)), separators=(",", ":")).encode()
    assert len(data) < MAX_MESSAGE_BYTES
    change = decode("order-created", data, NOW)
    assert isinstance(change, OrderChange)
    assert change.facts.snapshot is not None
    assert sum(item.total_minor for item in change.facts.snapshot.items) == 1999_000_00


def test_a_message_of_the_most_bytes_is_taken() -> None:
    data = message(an_event())
    assert decode("order-created", data.ljust(MAX_MESSAGE_BYTES), NOW) == decode("order-created", data, NOW)
