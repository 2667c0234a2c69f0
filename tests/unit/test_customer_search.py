"""What a search finds customers by, and what it tells apart."""
# ruff: noqa: RUF001 - names in every script look like others

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.customer_identifier import IdentifierKind, normalise
from shared.domain.customer_search import LONGEST_BEGINNING, MOST_WORDS, SearchTokens, words_of

TOKENS = SearchTokens(salt="salt", store_id="s-1", region="BR")
ANA = {
    "customerId": "c-1",
    "name": "Ana Lúcia de Souza",
    "email": "Ana.Souza@example.com",
    "phone": "(11) 98765-4321",
    "loyaltyCard": "LC 1001",
    "tier": "gold",
    "attributes": {"nickname": "Nana"},
}


def finds(text: str, profile: dict[str, Any], tokens: SearchTokens = TOKENS) -> bool:
    """Whether a search for the text finds the customer."""
    held = set(TOKENS.of_profile(profile))
    return any(held.issuperset(way) for way in tokens.of_text(text))


@pytest.mark.parametrize(
    "text",
    [
        "Ana", "a", "ana souza", "SOUZA, ana", "lucia", "LÚC", "lu\u0301cia", " ana  lu sou ",
        "ana.souza@EXAMPLE.com", "+55 11 98765-4321", "11987654321", "lc1001", "LC 1001",
    ],
)  # fmt: skip
def test_a_customer_is_found_by_what_the_profile_holds(text: str) -> None:
    assert finds(text, ANA)


@pytest.mark.parametrize(
    "text",
    [
        "anna", "ana silva", "uza", "souza@example.com", "987654321", "+55 11 98765-4322",
        "1001", "gold", "nana", "", "  ", "...",
    ],
)  # fmt: skip
def test_nobody_is_found_by_anything_else(text: str) -> None:
    assert not finds(text, ANA)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("Zoë 😀 Müller❤️", ["zoe", "muller", "Müller ZOË", "😀 zoe"]),
        ("Ana❤\ufe0fBia", ["bia"]),
        ("Ana\ufe00Bia", ["anabia"]),
        ("İpek Işık", ["ipek", "isik", "IŞIK", "ışık", "İPEK"]),
        ("山田太郎", ["山", "山田", "太郎", "山田 太郎", "郎"]),
        ("김철수", ["김", "철수", "김철수"]),
        ("ハナコ", ["ﾊﾅｺ", "ハナ"]),
        ("Søren Łukasz Œuvrard", ["soren", "lukasz", "oeuvrard", "SØREN ŁUKASZ"]),
        ("Weiß O’Connor-Smith", ["weiss", "connor", "o'connor", "smith"]),
        ("Ａｎａ", ["ana"]),
        ("نور\u200cالدين", ["نورالدين", "نور"]),
        ("नीलम", ["नी", "नीलम"]),
        ("Alexandra-Maria", ["alexandra maria"]),
    ],
)
def test_names_of_every_script_are_found_as_people_type_them(name: str, texts: list[str]) -> None:
    assert [text for text in texts if not finds(text, {"name": name})] == []


def test_a_profile_without_anything_has_no_tokens() -> None:
    profile = dict.fromkeys(("name", "email", "phone", "loyaltyCard"))
    assert TOKENS.of_profile(profile) == TOKENS.of_profile({}) == []


def test_a_word_of_a_name_is_not_a_loyalty_card() -> None:
    assert not finds("gold", {"loyaltyCard": "goldfinger"})
    assert finds("goldfinger", {"loyaltyCard": "GOLDFINGER"})
    assert not set(TOKENS.of_profile({"name": "gold"})) & set(TOKENS.of_profile({"loyaltyCard": "gold"}))


def test_an_address_or_a_number_is_no_name() -> None:
    assert not finds("ana@souza.example", {"name": "Ana Souza Example"})
    assert not finds("+55 11 98765-4321", {"name": "55 11 98765 4321"})


def test_each_store_and_each_salt_has_other_tokens() -> None:
    others = [
        SearchTokens(salt="salt", store_id="s-2", region="BR"),
        SearchTokens(salt="other", store_id="s-1", region="BR"),
    ]
    for other in others:
        assert not set(other.of_profile(ANA)) & set(TOKENS.of_profile(ANA))
        assert not finds("ana", ANA, other)


def test_tokens_tell_nothing_and_fit_into_an_index() -> None:
    tokens = TOKENS.of_profile(ANA)
    assert len(tokens) == len(set(tokens)) == len("ana") + len("lucia") + len("de") + len("souza") + 3
    assert all(len(token) == 16 and set(token) <= set(string.hexdigits) for token in tokens)
    assert "salt" not in repr(TOKENS)


@given(st.text(max_size=500))
def test_tokens_are_bounded_and_a_name_finds_itself(name: str) -> None:
    assert len(words_of(name)) <= MOST_WORDS
    assert len(TOKENS.of_profile({"name": name})) <= MOST_WORDS * LONGEST_BEGINNING
    assert all(len(way) <= MOST_WORDS for way in TOKENS.of_text(name))
    identifier = normalise(name, TOKENS.region)
    if words_of(name) and identifier and identifier.kind is IdentifierKind.CARD:
        assert finds(name, {"name": name})
        assert finds(name.swapcase(), {"name": name.swapcase()})


def test_a_long_name_has_as_many_tokens_as_any_other() -> None:
    name = " ".join(f"{letter * 40}" for letter in string.ascii_lowercase)
    profile = {"name": name, "email": "a@example.com", "phone": "+5511987654321", "loyaltyCard": "LC-1"}
    assert len(TOKENS.of_profile(profile)) == MOST_WORDS * LONGEST_BEGINNING + 3
    assert finds(name, profile)
    assert finds("a" * LONGEST_BEGINNING + "other", profile), "only so many letters of a word count"
