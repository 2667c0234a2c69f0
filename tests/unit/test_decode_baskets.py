"""A message that announces a basket."""

from __future__ import annotations

import pytest

from shared.errors import MalformedEvent
from shared.messages.decode import read_basket
from tests.builders import COMMON, NOON, an_order

BASKET = COMMON | {"basketId": "b-1", "employeeId": 7, "terminalId": "t-1"}


def test_a_basket_is_read_with_its_till() -> None:
    started = read_basket("basket-started", BASKET, NOON)
    assert (started.store_id, started.basket_id) == ("s-1", "b-1")
    assert (started.terminal_id, started.employee_id) == ("t-1", 7)
    assert started.occurred_at == NOON


def test_a_basket_of_another_form_is_refused() -> None:
    with pytest.raises(MalformedEvent, match=r"^employeeId: "):
        read_basket("basket-started", BASKET | {"employeeId": "7"}, NOON)


def test_a_basket_of_next_year_is_refused() -> None:
    with pytest.raises(MalformedEvent, match=r"^occurredAt: "):
        read_basket("basket-started", BASKET | {"occurredAt": "2027-11-20T12:00:00Z"}, NOON)


def test_no_other_topic_tells_of_baskets() -> None:
    with pytest.raises(TypeError, match=r"^order-created tells of no baskets$"):
        read_basket("order-created", COMMON | {"order": an_order()}, NOON)
