"""What Bravive's notices mean."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.payment_notices import published
from tests.webhooks import a_bravive_notice

ABOUT = {"storeId": "s-1", "orderId": "o-1"}
PAID = {"amount": "129.90", "currency": "BRL"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("payment.approved", "PAID"),
        ("payment.rejected", "EXPIRED"),
        ("payment.canceled", "EXPIRED"),
        ("payment.refunded", "REFOUNDED"),
        ("payment.chargeback", "REFOUNDED"),
    ],
)
def test_each_kind_is_an_orders_status(kind: str, status: str) -> None:
    assert published("bravive", a_bravive_notice(kind)) == {
        "eventId": "bravive:evt-1",
        "occurredAt": "2026-11-20T12:30:00Z",
        "storeId": "s-1",
        "orderId": "o-1",
        "status": status,
        **({"paid": {"amount": "129.90", "currency": "BRL"}} if status == "PAID" else {}),
    }


def test_what_moves_no_money_in_need_not_say_how_much() -> None:
    assert published("bravive", a_bravive_notice("payment.canceled", data=ABOUT)) is not None


@pytest.mark.parametrize("kind", ["payment.created", "payment.approved ", "Payment.Approved", "x"])
def test_other_kinds_change_no_order_whatever_else_they_say(kind: str) -> None:
    assert published("bravive", {"type": kind}) is None


def test_it_happened_when_bravive_says_whatever_the_zone() -> None:
    event = published("bravive", a_bravive_notice(createdAt="2026-11-20T09:30:00.125-03:00"))
    assert event is not None
    assert event["occurredAt"] == "2026-11-20T12:30:00.125000Z"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": ""}, ("id",)),
        ({"id": 7}, ("id",)),
        ({"id": "\ud800"}, ("id",)),
        ({"createdAt": "2026-11-20T12:30:00"}, ("createdAt",)),
        ({"createdAt": "2026-11-21T12:00:01Z"}, ("createdAt",)),
        ({"data": {"storeId": "s-1"} | PAID}, ("data", "orderId")),
        ({"data": {"storeId": "s\n1", "orderId": "o-1"} | PAID}, ("data", "storeId")),
        ({"data": {"storeId": "s" * 201, "orderId": "o-1"} | PAID}, ("data", "storeId")),
        ({"data": ABOUT | {"currency": "BRL"}}, ("data", "amount")),
        ({"data": ABOUT | PAID | {"amount": 129.9}}, ("data", "amount")),
        ({"data": ABOUT | PAID | {"amount": "a lot"}}, ("data", "amount")),
        ({"data": ABOUT | {"amount": "129.90"}}, ("data", "currency")),
    ],
)
def test_a_wrong_field_is_named_as_bravive_names_it(changed: dict[str, Any], field: tuple[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        published("bravive", a_bravive_notice(**changed))
    assert [error["loc"] for error in refused.value.errors()] == [field]
