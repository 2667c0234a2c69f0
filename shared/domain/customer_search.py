"""What customers of a store are searched by: words of the name, e-mail address, phone, loyalty card. Pure.

A customer's document holds a token for each. A token is a hash, so documents hold no second copy of what is
personal. A search makes the tokens of its own text and looks for the documents that have all of them.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from shared.domain.customer_identifier import IdentifierKind, identifiers_of, normalise

MOST_WORDS = 10
"""Of a name, or of a text that is searched for; the first ones count."""

LONGEST_BEGINNING = 12
"""Characters of a word. Words that begin with the same 12 are one word to a search."""

_DIGITS = 16
"""Hexadecimal, of a token: 64 bits tell the words of a store apart."""

_PLAIN = str.maketrans(
    {"æ": "ae", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "ł": "l", "ø": "o", "œ": "oe", "þ": "th"}
)
"""Letters that people type without their stroke, and that Unicode does not take apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTokens:
    """Makes the tokens of a store; without the secret salt nobody can tell what they stand for.

    `region` is the country (ISO 3166) of phone numbers without a country code.
    """

    salt: str = field(repr=False)
    store_id: str
    region: str | None

    def of_profile(self, profile: Mapping[str, Any]) -> list[str]:
        """Return the tokens that the customer's document holds: at most 123."""
        beginnings = {
            word[:length]
            for word in words_of(profile.get("name") or "")
            for length in range(1, min(len(word), LONGEST_BEGINNING) + 1)
        }
        identifiers = [
            one.hashed(self.salt, self.store_id)[:_DIGITS] for one in identifiers_of(profile, self.region)
        ]
        return sorted({*map(self._of_word, beginnings), *identifiers})

    def of_text(self, text: str) -> list[list[str]]:
        """Return the ways to find who is searched for: a customer who has all tokens of one is found.

        The first way is the identifier that the text is. A text that is neither an e-mail address nor a phone
        number may also be words of a name, of which each may be cut short.
        """
        identifier = normalise(text, self.region)
        if identifier is None:
            return []
        ways = [[identifier.hashed(self.salt, self.store_id)[:_DIGITS]]]
        words = {word[:LONGEST_BEGINNING] for word in words_of(text)}
        if words and identifier.kind is IdentifierKind.CARD:
            ways.append(sorted(map(self._of_word, words)))
        return ways

    def _of_word(self, beginning: str) -> str:
        text = f"{self.store_id}\0name:{beginning}"  # no id holds a NUL, and no identifier is of that kind
        return hmac.digest(self.salt.encode(), text.encode(), "sha256").hex()[:_DIGITS]


def words_of(text: str) -> list[str]:
    """Return the words of a name or a search without case and accents, at most `MOST_WORDS`.

    Where a script writes no spaces, as Chinese, Japanese and Korean names do, each character begins a word.
    """
    spaced = "".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in _folded(text))
    words = (
        word[start:] for word in spaced.split() if any(map(str.isalnum, word)) for start in _starts(word)
    )
    return list(islice(dict.fromkeys(words), MOST_WORDS))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    kept = (one for one in unicodedata.normalize("NFKD", plain) if not _is_dropped(one))
    return unicodedata.normalize("NFC", "".join(kept))


def _is_dropped(character: str) -> bool:
    """Tell of accents, and of what is not seen: joiners, directions, and the styles of emoji."""
    return (
        unicodedata.combining(character) != 0
        or unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
    )


def _starts(word: str) -> Iterator[int]:
    yield 0
    for at, character in enumerate(word[1:], start=1):
        if unicodedata.east_asian_width(character) == "W":
            yield at
