"""What else the customer API tells, within bounds."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.attributes import MOST_BYTES, MOST_FIELDS, bounded

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def test_fifty_fields_are_kept_the_first_ones() -> None:
    kept = bounded({f"field{n}": n for n in range(60)})
    assert list(kept) == [f"field{n}" for n in range(MOST_FIELDS)]


def test_what_does_not_fit_is_left_out_whole_and_smaller_fields_after_it_are_kept() -> None:
    assert bounded({"a": 1, "novel": "x" * MOST_BYTES, "b": 2}) == {"a": 1, "b": 2}


def test_exactly_as_much_as_fits_is_kept() -> None:
    text = "x" * (MOST_BYTES - len('{"a": ""}'))
    assert bounded({"a": text}) == {"a": text}
    assert bounded({"a": text + "x"}) == {}


def test_fields_have_the_room_together() -> None:
    half = "x" * (MOST_BYTES // 2 - len('{"a": ""}'))
    assert [*bounded({"a": half, "b": half, "c": 1})] == ["a", "b"]
    assert [*bounded({"a": half + "x", "b": half, "c": 1})] == ["a", "c"]


@given(st.dictionaries(st.text(max_size=20), values, max_size=60))
def test_what_is_kept_is_within_the_bounds_and_unchanged(fields: dict[str, Any]) -> None:
    kept = bounded(fields)
    assert all(fields[name] == value for name, value in kept.items())
    assert len(kept) <= MOST_FIELDS
    assert len(json.dumps(kept, ensure_ascii=False).encode()) <= MOST_BYTES
