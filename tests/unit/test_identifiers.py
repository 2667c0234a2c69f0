"""Ids of any content become legal, distinct Firestore document ids."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.domain.identifiers import document_id

# Characters that could confuse the encoding are common; surrogates never pass the wire.
ids = st.text(
    st.sampled_from("a%2EF_=/. ~") | st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200
)
parts = st.lists(ids, min_size=1, max_size=2)


@given(parts)
@example(["."])
@example([".."])
@example(["__x__"])
@example(["__"])
@example(["\U0001f600" * 200, "\U0001f600" * 200])
@example(["2026-11", "/" * 200])
def test_every_id_is_legal(given_parts: list[str]) -> None:
    made = document_id(*given_parts)
    assert 0 < len(made.encode()) <= 1500
    assert "/" not in made
    assert made not in {".", ".."}
    assert not re.fullmatch("__.*__", made, re.DOTALL)


@given(parts, parts)
@example(["a b"], ["a", "b"])
@example(["a%20b"], ["a b"])
@example(["a", "b c"], ["a b", "c"])
@example(["__x"], ["%5F_x"])
@example(["a.b"], ["a%2Eb"])
@example(["A"], ["a"])
@example(["e\u0301"], ["\u00e9"])
@settings(max_examples=3 * settings().max_examples)
def test_different_ids_never_share_a_document(a: list[str], b: list[str]) -> None:
    assert (document_id(*a) == document_id(*b)) is (a == b)


def test_an_id_too_long_is_shortened_and_still_differs() -> None:
    long, longer = "\U0001f600" * 199 + "a", "\U0001f600" * 199 + "b"
    assert len(document_id(long)) == 65
    assert document_id(long) != document_id(longer)
    assert document_id(document_id(long)) != document_id(long)


def test_an_id_of_700_characters_is_not_too_long() -> None:
    assert document_id("a" * 700) == "a" * 700
    assert document_id("a" * 701).startswith("=")


@pytest.mark.parametrize(
    ("given_parts", "made"),
    [
        (["o-1"], "o-1"),
        (["A/12.3"], "A%2F12%2E3"),
        (["."], "%2E"),
        (["__name__"], "%5F_name__"),
        (["_a_"], "_a_"),
        (["2026-11", "p 1"], "2026-11 p%201"),
        (["\u00e9"], "%C3%A9"),
        (["=x"], "%3Dx"),
    ],
)
def test_an_id_stays_readable(given_parts: list[str], made: str) -> None:
    assert document_id(*given_parts) == made
