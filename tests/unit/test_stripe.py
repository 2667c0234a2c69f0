"""What Stripe's events mean."""

import pytest
from pydantic import ValidationError

from tests.unit.payment_notices import published
from tests.webhooks import a_stripe_notice


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("payment_intent.succeeded", "COMPLETED"),
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
    }


@pytest.mark.parametrize(
    "kind",
    ["payment_intent.payment_failed", "payment_intent.created", "charge.succeeded", "customer.created"],
)
def test_a_failed_try_and_what_is_about_something_else_change_no_order(kind: str) -> None:
    assert published("stripe", {"id": "evt_1", "type": kind}) is None


def test_a_refund_counts_once_it_is_whole() -> None:
    assert published("stripe", a_stripe_notice("charge.refunded", refunded=False)) is None
    assert published("stripe", a_stripe_notice("charge.refunded", refunded=True)) is not None
    # A charge that is paid says that it is not refunded.
    assert published("stripe", a_stripe_notice("payment_intent.succeeded", refunded=False)) is not None


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


def test_a_payment_without_our_metadata_is_named() -> None:
    with pytest.raises(ValidationError) as refused:
        published("stripe", a_stripe_notice(metadata={}))
    assert [error["loc"][-1] for error in refused.value.errors()] == ["storeId", "orderId"]
