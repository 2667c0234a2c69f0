"""Encode ids of any content as legal Firestore document ids."""

from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

_LONGEST = 700
"""In bytes: two ids and a separator stay below Firestore's limit of 1,500."""


# The ids of stores, customers and products repeat.
@lru_cache(10_000)
def document_id(*parts: str) -> str:
    """Return the document id of some ids; different ids never share one.

    Everything but letters, digits, "_", "-" and "~" is percent-encoded, so slashes, dots and the reserved
    `__x__` form cannot reach Firestore. An id that becomes too long is replaced by "=" and its SHA-256; no
    other id starts with "=".
    """
    return " ".join(map(_encode, parts))


def _encode(part: str) -> str:
    encoded = quote(part, safe="").replace(".", "%2E")
    if encoded.startswith("__"):
        encoded = "%5F" + encoded[1:]
    return encoded if len(encoded) <= _LONGEST else "=" + sha256(part.encode()).hexdigest()
