"""Ids of providers as ids of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.messages.wire import Identifier
from shared.payments.webhook import event_id

ANY_ID = st.text(st.characters(codec="utf-8"), min_size=1)


def test_a_usual_id_can_be_read() -> None:
    assert event_id("bravive", "evt-1") == "bravive:evt-1"
    assert event_id("bravive", "e" * 192) == "bravive:" + "e" * 192


@pytest.mark.parametrize(
    "given_id", ["e" * 193, "e" * 900_000, "a\nb", "\0", "\x85", "=evt", "\U0001f6d2" * 300]
)
def test_any_other_is_within_the_limits_too(given_id: str) -> None:
    made = event_id("bravive", given_id)
    TypeAdapter(Identifier).validate_python(made)
    assert made.startswith("bravive:=")
    assert made == event_id("bravive", given_id)


def test_an_id_that_looks_like_what_a_long_one_becomes_is_not_that() -> None:
    long = "e" * 300
    assert event_id("bravive", event_id("bravive", long).removeprefix("bravive:")) != event_id(
        "bravive", long
    )


@given(ANY_ID, ANY_ID)
def test_two_ids_stay_two_and_every_one_is_legal(one: str, other: str) -> None:
    TypeAdapter(Identifier).validate_python(event_id("stripe", one))
    assert (event_id("stripe", one) == event_id("stripe", other)) is (one == other)
