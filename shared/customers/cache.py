"""The cache as customers' cards need it: versioned values by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from shared.errors import CacheUnavailable


class Put(NamedTuple):
    """A value to store, with the version of the data it was made from; it lives for `ttl_s` seconds."""

    key: str
    value: bytes
    version: int
    ttl_s: int


class Cached(Protocol):
    """A cached value."""

    @property
    def version(self) -> int: ...

    @property
    def value(self) -> bytes: ...


class Cache(Protocol):
    """Keeps the newest version of each value. Its errors are `CacheUnavailable`s."""

    def get(self, key: str) -> Cached | None: ...

    def get_and_renew(self, keys: Sequence[str], ttl_s: int) -> Sequence[Cached | None]:
        """Return the values; those of version 1 or more live for `ttl_s` from now on."""

    def put(self, put: Put) -> bool:
        """Store the value unless a newer one is stored; return whether it was stored."""

    def put_all(self, puts: Sequence[Put]) -> Sequence[bool | CacheUnavailable]:
        """Store the values unless newer ones are stored; return whether each was stored, or its error."""

    def delete(self, keys: Sequence[str]) -> None: ...
