"""Pseudonyms tell nobody whose they are, and are told apart from any shop's ids."""

import pytest

from shared.domain.pseudonym import Pseudonyms, is_pseudonym

OURS = Pseudonyms(salt="salt")


def test_a_pseudonym_is_the_same_each_time_and_nobody_elses() -> None:
    name = OURS.name("s-1", "c-1")
    assert name == OURS.name("s-1", "c-1", 1) == f"erased-{OURS.hashed('s-1', 'c-1')}"
    others = {
        OURS.name("s-1", "c-2"),
        OURS.name("s-2", "c-1"),
        OURS.name("s-1", "c-1", 2),
        OURS.name("s-1c", "-1"),
        Pseudonyms(salt="other").name("s-1", "c-1"),
    }
    assert len(others | {name}) == 6


@pytest.mark.parametrize("erasure", [1, 2, 10])
def test_a_pseudonym_is_known_as_one(erasure: int) -> None:
    assert is_pseudonym(OURS.name("s/ü", "c\n1", erasure))


@pytest.mark.parametrize(
    "given", [None, "", "c-1", "erased-", "erased-1", f"erased-{'g' * 64}", f"x erased-{'a' * 64}"]
)
def test_a_shops_own_ids_are_none(given: str | None) -> None:
    assert not is_pseudonym(given)


def test_the_salt_is_not_printed() -> None:
    assert "salt'" not in repr(OURS)
