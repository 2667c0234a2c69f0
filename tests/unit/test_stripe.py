"""What Stripe's events mean."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.payment_notices import published
from tests.webhooks import a_stripe_notice


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("payment_intent.succeeded", "PAID"),
        ("payment_intent.canceled", "EXPIRED"),
        ("charge.refunded", "REFOUNDED"),
        ("charge.dispute.created", "REFOUNDED"),
        ("charge.dispute.funds_withdrawn", "REFOUNDED"),
        ("charge.dispute.funds_reinstated", "COMPLETED"),
    ],
)
def test_each_kind_is_an_orders_status(kind: str, status: str) -> None:
    assert published("stripe", a_stripe_notice(kind)) == {
        "eventId": "stripe:evt_1",
        "occurredAt": "2026-11-20T12:30:00Z",
        "storeId": "s-1",
        "orderId": "o-1",
        "status": status,
        **({"paid": {"amount": "129.90", "currency": "BRL"}} if status in ("PAID", "COMPLETED") else {}),
    }


@pytest.mark.parametrize(
    "kind",
    ["payment_intent.payment_failed", "payment_intent.created", "charge.succeeded", "customer.created"],
)
def test_a_failed_try_and_what_is_about_something_else_change_no_order(kind: str) -> None:
    assert published("stripe", {"id": "evt_1", "type": kind}) is None


def a_partial_refund(so_far: int, before: int | None, **changed: Any) -> dict[str, Any]:
    told = {"refunded": False, "amount_refunded": so_far} | changed
    notice = a_stripe_notice("charge.refunded", **told)
    if before is not None:
        notice["data"]["previous_attributes"] = {"amount_refunded": before}
    return notice


@pytest.mark.parametrize(
    ("so_far", "before", "amount"), [(2500, 0, "25.00"), (4000, 2500, "15.00"), (2500, None, "25.00")]
)
def test_a_refund_of_a_part_is_what_was_given_back_this_time(
    so_far: int, before: int | None, amount: str
) -> None:
    assert published("stripe", a_partial_refund(so_far, before)) == {
        "eventId": "stripe:evt_1",
        "occurredAt": "2026-11-20T12:30:00Z",
        "storeId": "s-1",
        "orderId": "o-1",
        "refund": {"refundId": f"stripe:ch_1 {so_far}", "amount": amount, "currency": "BRL"},
    }


def test_a_refund_of_a_part_has_the_decimals_that_stripe_gives_its_currency() -> None:
    event = published("stripe", a_partial_refund(500, 0, currency="jpy"))
    assert event is not None
    assert (event["refund"]["amount"], event["refund"]["currency"]) == ("500", "JPY")


def test_a_refund_that_leaves_nothing_is_a_full_one() -> None:
    notice = a_partial_refund(12990, 2500, refunded=True)
    event = published("stripe", notice)
    assert event is not None
    assert (event["status"], event.keys() & {"refund"}) == ("REFOUNDED", set())


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"amount_refunded": None}, "amount_refunded"), ({"refunded": "no"}, "refunded"), ({"id": 7}, "id")],
)
def test_a_refund_that_is_none_is_named(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        published("stripe", a_stripe_notice("charge.refunded", **changed))
    assert [error["loc"][-1] for error in refused.value.errors()] == [field]


@pytest.mark.parametrize(
    ("status", "is_dispute"),
    [
        ("warning_needs_response", False),
        ("warning_under_review", False),
        ("warning_closed", False),
        ("needs_response", True),
        ("under_review", True),
        ("won", True),
        ("lost", True),
    ],
)
def test_an_inquiry_is_no_dispute_whatever_became_of_it(status: str, is_dispute: bool) -> None:
    notice = a_stripe_notice("charge.dispute.created", status=status)
    assert (published("stripe", notice) is not None) is is_dispute


@pytest.mark.parametrize("created", [None, "1795177800", 1795177800.5, True, 0, -1, 10**30])
def test_a_time_that_is_none_is_named(created: object) -> None:
    with pytest.raises(ValidationError) as refused:
        published("stripe", a_stripe_notice() | {"created": created})
    assert [error["loc"] for error in refused.value.errors()] == [("created",)]


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (12990, "usd", "129.90"),
        (1, "usd", "0.01"),
        (500, "jpy", "500"),
        (5120, "kwd", "5.120"),
        (500, "isk", "5.00"),  # no decimals by ISO 4217, two by Stripe
        (500, "ugx", "5.00"),
        (1045, "huf", "10.45"),  # without decimals in payouts alone
        (500, "mga", "500"),  # two decimals by ISO 4217, none by Stripe
    ],
)
def test_an_amount_has_the_decimals_that_stripe_gives_its_currency(
    minor: int, currency: str, amount: str
) -> None:
    event = published("stripe", a_stripe_notice(amount_received=minor, currency=currency))
    assert event is not None
    assert event["paid"] == {"amount": amount, "currency": currency.upper()}


def test_what_was_collected_counts_not_what_was_asked_for() -> None:
    event = published("stripe", a_stripe_notice(amount=12990, amount_received=1))
    assert event is not None
    assert event["paid"]["amount"] == "0.01"


def test_a_dispute_says_how_much_came_back() -> None:
    notice = a_stripe_notice("charge.dispute.funds_reinstated", amount=5000)
    del notice["data"]["object"]["amount_received"]
    event = published("stripe", notice)
    assert event is not None
    assert event["paid"] == {"amount": "50.00", "currency": "BRL"}


@pytest.mark.parametrize("minor", [None, "12990", 129.9, True, -1, 10**16])
def test_an_amount_that_is_none_is_named(minor: object) -> None:
    with pytest.raises(ValidationError) as refused:
        published("stripe", a_stripe_notice(amount_received=minor))
    assert [error["loc"][-1] for error in refused.value.errors()] == ["amount_received"]


@pytest.mark.parametrize("mode", [None, "true", 1])
def test_a_notice_says_whether_it_is_a_test(mode: object) -> None:
    with pytest.raises(ValidationError) as refused:
        published("stripe", a_stripe_notice() | {"livemode": mode})
    assert [error["loc"] for error in refused.value.errors()] == [("livemode",)]


def test_a_payment_without_our_metadata_is_named() -> None:
    with pytest.raises(ValidationError) as refused:
        published("stripe", a_stripe_notice(metadata={}))
    assert [error["loc"][-1] for error in refused.value.errors()] == ["storeId", "orderId"]
