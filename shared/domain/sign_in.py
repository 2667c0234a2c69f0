"""A sign-in under way, and where it may lead."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Segments are plain words, because "//evil.test" is another site, and browsers read more as it than one would
# think: they remove the segments "." and "%2e", read "\" as "/", and drop tabs and line breaks.
_LOCAL = re.compile(r"/([\w-]+(/[\w-]+)*)?(\?[!-\[\]-~]*)?", re.ASCII)

_MOST_CHARACTERS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What the browser keeps while the person is at the issuer.

    Attributes:
        state: proves that the issuer's answer belongs to this browser.
        nonce: proves that the id token belongs to this attempt.
        verifier: proves to the issuer that the code is redeemed by whoever asked for it.
        next_path: where the person wanted to go.
    """

    state: str
    nonce: str
    verifier: str
    next_path: str


def local_path(text: str) -> str:
    """Return the text if it is a path of this site, with its query; otherwise the path of the first page."""
    return text if len(text) <= _MOST_CHARACTERS and _LOCAL.fullmatch(text) else "/"
