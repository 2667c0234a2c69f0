"""What is wrong is told to people and programs; what came is shown in a few printable characters."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from shared.messages.validation import WrongField, explain_errors, shorten, validator_of


class Asked(BaseModel):
    customerId: str = "c-1"  # noqa: N815 - as it is written in JSON
    days: int = Field(default=7, le=30)
    months: list[int] = []


def wrong_fields(kind: Any, value: Any) -> list[WrongField]:
    with pytest.raises(ValidationError) as refused:
        validator_of(kind).validate_python(value)
    return list(explain_errors(refused.value))


@pytest.mark.parametrize(
    ("value", "field", "said", "code", "limits"),
    [
        ({"days": 99}, "days", "less than or equal to 30, got 99", "less_than_equal", {"le": 30}),
        ({"days": None}, "days", "a valid integer, got None", "int_type", {}),
        ({"months": [5, []]}, "months[1]", "a valid integer, got a list of 0", "int_type", {}),
        ({"customerId": 5511}, "customerId", "a valid string, got a value of type int", "string_type", {}),
    ],
)
def test_a_wrong_value_is_told(
    value: dict[str, Any], field: str, said: str, code: str, limits: dict[str, int]
) -> None:
    got = said.partition("got ")[2]
    assert wrong_fields(Asked, value) == [WrongField(field, f"expected {said}", code, {**limits, "got": got})]


def test_what_is_missing_is_told() -> None:
    class Needed(BaseModel):
        days: int

    assert wrong_fields(Needed, {}) == [WrongField("days", "expected a value, got nothing", "missing", {})]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "None"),
        (5, "5"),
        ("x", "'x'"),
        ("a\n\u00e7\ud800", r"'a\n\xe7\ud800'"),
        (Decimal("1.50"), "1.50"),
        ([1, 2], "a list of 2"),
        ({"a": 1}, "a dict of 1"),
        (ValueError("no"), "no"),
        ("x" * 58, f"'{'x' * 58}'"),
        ("x" * 59, f"'{'x' * 56}..."),
    ],
)
def test_a_value_is_shown_shortly(value: Any, shown: str) -> None:
    assert shorten(value) == shown
    assert len(shown) <= 60
