"""What completes an order: its payment, or its fulfilment."""

import pytest

from shared.domain.order import Status
from shared.domain.store import Completion, Store


def status_after(told: Status, completes_on: Completion) -> Status:
    store = Store(store_id="s-1", name="Aurora", timezone="UTC", currency=None, completes_on=completes_on)
    return store.status_after(told)


def test_a_payment_completes_an_order_where_nothing_else_does() -> None:
    assert status_after(Status.PAID, Completion.PAYMENT) is Status.COMPLETED
    assert status_after(Status.PAID, Completion.FULFILMENT) is Status.PAID


@pytest.mark.parametrize("completes_on", Completion)
@pytest.mark.parametrize("told", [Status.EXPIRED, Status.REFOUNDED])
def test_any_other_status_is_taken_as_it_is_told(told: Status, completes_on: Completion) -> None:
    assert status_after(told, completes_on) is told
