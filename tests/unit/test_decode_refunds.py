"""Refunds of parts of an order as events tell of them, and what is refused."""

from typing import Any

import pytest

from shared.domain.changes import OrderChange
from shared.domain.order import OrderFacts, Refund, Status
from shared.errors import MalformedEvent
from shared.messages.decode import decode
from tests.builders import COMMON, NOON, a_refund_event, a_status_change, an_order, message, utc


def read(event: dict[str, Any]) -> OrderFacts:
    change = decode("order-status-changed", message(event), NOON)
    assert isinstance(change, OrderChange)
    return change.facts


def test_a_refund_needs_no_status_and_says_that_the_order_had_been_paid() -> None:
    expected = Refund(at=NOON, amount_minor=25_00, currency="BRL")
    assert read(a_refund_event()) == OrderFacts(refunds={"r-1": expected}, progressed_at=NOON)


def test_a_refund_may_say_when_it_was_and_for_which_products() -> None:
    lines = [{"productId": of, "amount": amount} for of, amount in (("b", "9"), ("a", 1), ("b", "0.50"))]
    facts = read(a_refund_event(at="2026-11-19T12:00:00-03:00", lines=lines))
    assert facts.refunds["r-1"] == Refund(
        at=utc("2026-11-19T15:00:00Z"), amount_minor=25_00, currency="BRL", lines=(("a", 1_00), ("b", 9_50))
    )


def test_a_refund_may_come_with_a_status_and_an_amended_order() -> None:
    event = a_refund_event() | a_status_change("COMPLETED", order=an_order())
    facts = read(event)
    assert facts.statuses == {Status.COMPLETED: NOON}
    assert facts.snapshot is not None
    assert facts.refunds.keys() == {"r-1"}


def test_a_refund_says_that_the_order_had_been_paid_whatever_the_code_that_comes_with_it() -> None:
    event = a_refund_event() | a_status_change(3)
    change = decode("order-status-changed", message(event), NOON, unpaid_codes={3})
    assert isinstance(change, OrderChange)
    assert change.facts == read(a_refund_event())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amount": "1.001"}, "refund.amount: expected at most 2 decimals in BRL, got 1.001"),
        ({"amount": "0.5", "currency": "JPY"}, "refund.amount: expected at most 0 decimals in JPY, got 0.5"),
        ({"amount": "-1"}, "refund.amount: expected a finite amount of 0 or more, got -1"),
        ({"currency": "XXX"}, "refund.currency: expected an ISO 4217 currency code such as BRL, got 'XXX'"),
        ({"refundId": ""}, "refund.refundId: "),
        ({"at": "2026-11-20"}, "refund.at: expected an RFC 3339 time"),
        ({"at": "2026-11-22T12:00:00Z"}, "refund.at: expected a time at most one day ahead of the clock"),
        ({"lines": [{"productId": "p-1"}]}, "refund.lines[0].amount: "),
        ({"lines": [{"productId": "p-1", "amount": "0.001"}]}, "refund.lines[0].amount: expected at most 2"),
        (
            {"lines": [{"productId": "p-1", "amount": "20"}, {"productId": "p-2", "amount": "5.01"}]},
            "refund.lines: expected at most the amount together, 2500 minor units, got 2501",
        ),
    ],
    ids=str,
)
def test_what_is_no_refund_is_refused_with_what_was_expected(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(MalformedEvent) as refused:
        read(a_refund_event(**changed))
    assert str(refused.value).startswith(said)


def test_an_event_without_a_status_and_a_refund_says_nothing_and_is_refused() -> None:
    with pytest.raises(MalformedEvent, match=r"^status: expected a status, or a refund, got nothing$"):
        read(COMMON | {"orderId": "o-1", "order": an_order()})


def test_the_clock_refunds_nothing() -> None:
    with pytest.raises(MalformedEvent, match=r"^status: expected a status, or a refund, got nothing$"):
        read(a_refund_event() | {"expiredBy": "clock"})
