"""What was paid is compared with the order's price."""

from dataclasses import replace

import pytest

from emulator.documents import MemoryDocuments
from shared.domain.payment import Payment
from shared.errors import OrderAwaited, PaymentMismatch
from shared.ledger.check_paid import check_paid
from shared.ledger.ledger import Ledger
from shared.ledger.outcome import Outcome
from tests.builders import NOON, a_snapshot, an_order_change, facts, utc
from tests.fakes import FakeStores

CREATED = facts(a_snapshot(price_minor=100_00))
COMPLETED = facts(completed=NOON)
PRICE = Payment(amount_minor=100_00, currency="BRL")
LESS = Payment(amount_minor=1, currency="BRL")


def test_the_price_passes() -> None:
    check_paid(CREATED, COMPLETED, PRICE)


@pytest.mark.parametrize(
    "paid", [LESS, Payment(amount_minor=100_01, currency="BRL"), Payment(amount_minor=100_00, currency="USD")]
)
def test_anything_else_is_refused_with_both_amounts(paid: Payment) -> None:
    with pytest.raises(PaymentMismatch) as refused:
        check_paid(CREATED, COMPLETED, paid)
    assert str(refused.value) == f"paid: expected the order's price, 100.00 BRL, got {paid}"


def test_an_order_without_a_snapshot_is_awaited() -> None:
    for known in (facts(), facts(expired=NOON)):
        with pytest.raises(OrderAwaited, match=r"^the order was paid, and is not created yet$"):
            check_paid(known, COMPLETED, PRICE)


def test_an_amendment_in_the_same_event_is_compared() -> None:
    amended = a_snapshot(price_minor=1, occurred_at=utc("2026-11-20T12:00:01Z"))
    check_paid(CREATED, facts(amended, completed=NOON), LESS)


def an_instance_that_remembers_another_price() -> Ledger:
    documents = MemoryDocuments()
    here, there = (Ledger(documents, FakeStores()) for _ in range(2))
    here.apply([an_order_change(CREATED, creates=True)])
    amended = facts(a_snapshot(price_minor=1, occurred_at=utc("2026-11-20T12:00:01Z")))
    there.apply([an_order_change(amended)])
    return here


def test_the_price_is_read_and_not_remembered_by_the_instance() -> None:
    completed = an_order_change(COMPLETED)
    here = an_instance_that_remembers_another_price()
    assert here.apply([replace(completed, paid=LESS)])[0].result == "applied"
    with pytest.raises(PaymentMismatch):
        an_instance_that_remembers_another_price().apply([replace(completed, paid=PRICE)])


def test_a_refused_payment_affects_no_other_change() -> None:
    ledger = Ledger(MemoryDocuments(), FakeStores())
    ledger.apply([an_order_change(CREATED, creates=True)])
    completed = an_order_change(COMPLETED)
    wrong, awaited = replace(completed, paid=LESS), replace(completed, order_id="o-2", paid=PRICE)
    results = ledger.apply_each([wrong, awaited, replace(completed, paid=PRICE), wrong])
    assert [type(result) for result in results] == [PaymentMismatch, OrderAwaited, Outcome, PaymentMismatch]
    [repeat] = ledger.apply([replace(completed, paid=PRICE)])
    assert repeat.result == "duplicate"


def test_a_repeat_passes_whatever_the_price_is_now() -> None:
    check_paid(CREATED.merge(COMPLETED), COMPLETED, LESS)


def test_a_refunded_order_is_not_completed_again_for_less() -> None:
    refunded = CREATED.merge(facts(completed=NOON, refunded=NOON))
    with pytest.raises(PaymentMismatch):
        check_paid(refunded, facts(completed=utc("2026-11-20T12:00:01Z")), LESS)


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (1, "BRL", "0.01 BRL"),
        (0, "BRL", "0.00 BRL"),
        (500, "JPY", "500 JPY"),
        (10**15, "KWD", "1000000000000.000 KWD"),
    ],
)
def test_a_payment_is_shown_with_its_currencys_decimals(minor: int, currency: str, shown: str) -> None:
    assert str(Payment(amount_minor=minor, currency=currency)) == shown
