"""The comparison of an answer with what was expected of it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from emulator.recount import differences

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_a_difference_names_its_place_and_both_figures() -> None:
    expected = {"summary": {"totalSales": Decimal("10.50"), "totalOrders": 3}}
    answer = {"summary": {"totalSales": 10.4, "totalOrders": 3}, "storeId": "s-1"}
    assert differences(expected, answer) == ["summary.totalSales: expected 10.50, got 10.40"]


@pytest.mark.parametrize(
    ("expected", "answer", "line"),
    [
        ({"a": 1}, {}, "a: expected 1, got nothing"),
        ({"a": 1}, {"a": True}, "a: expected 1, got True"),
        ({"a": Decimal("1.00")}, {"a": "1.00"}, "a: expected 1.00, got '1.00'"),
        ({"a": Decimal("1.00")}, {"a": 1.005}, "a: expected 1.00, got 1.005"),
        ({"a": Decimal(3)}, {"a": 4.0}, "a: expected 3, got 4"),
        ({"a": None}, {"a": {"b": 1}}, "a: expected None, got an object"),
        ({"a": [1, 2]}, {"a": [1]}, "a: expected 2 rows, got 1"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}]}, "a[0].b: expected 'x', got 'y'"),
        ({"a": NOW}, {"a": "soon"}, "a: expected 2026-11-20T15:00:00+00:00, got 'soon'"),
    ],
)
def test_every_kind_of_difference_is_told(expected: Any, answer: Any, line: str) -> None:
    assert differences(expected, answer) == [line]


def test_equal_amounts_and_instants_in_other_notations_do_not_differ() -> None:
    expected = {"amount": Decimal("10.50"), "at": NOW}
    assert differences(expected, {"amount": 10.5, "at": "2026-11-20T12:00:00-03:00"}) == []
