"""What came is shown in a few printable characters."""

from decimal import Decimal
from typing import Any

import pytest

from shared.messages.validation import shorten


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
