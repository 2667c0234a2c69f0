"""A cursor comes back as the position it was made of; anything else is refused."""

from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.entry.cursor import Cursor, write_cursor

ids = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200)
read = TypeAdapter(Cursor).validate_python


def encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


@given(st.integers(-(2**63), 2**63 - 1), ids)
def test_a_position_comes_back(number: int, key: str) -> None:
    text = write_cursor([number, key])
    assert text is not None
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert read(text) == (number, key)


def test_the_last_page_has_no_cursor() -> None:
    assert write_cursor(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "\u00e9",
        "....",
        encoded("[1]"),
        encoded("[1, 2]"),
        encoded('["1", "a"]'),
        encoded('[true, "a"]'),
        encoded('[1.0, "a"]'),
        encoded('[1, "a", 2]'),
        encoded('{"a": 1, "b": 2}'),
        encoded("[" * 3000),
        encoded("null"),
        None,
    ],
)
def test_what_is_no_cursor_is_refused(text: Any) -> None:
    with pytest.raises(ValidationError, match="expected the nextCursor of an earlier answer"):
        read(text)


@pytest.mark.parametrize("text", [f'[{2**63}, "a"]', f'[{-(2**63) - 1}, "a"]', r'[1, "\ud800"]', '[1, ""]'])
def test_what_no_document_can_hold_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        read(encoded(text))
