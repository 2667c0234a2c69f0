"""The origins where customers may be looked up: for which stores, and with which token. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from shared.domain.addresses import check_endpoint

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiOrigin:
    """An origin such as `https://api.example.com`.

    `stores` are the stores that it serves, None for all. `token` is sent there as a bearer token.
    """

    origin: str
    stores: frozenset[str] | None = None
    token: str | None = field(default=None, repr=False)

    def serves(self, store_id: str | None) -> bool:
        """Tell whether it serves the store; None stands for all stores."""
        return self.stores is None or store_id in self.stores


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRules:
    """Where a store's customers may be looked up; `store_id` is None for what all stores go by."""

    local: bool
    origins: Sequence[ApiOrigin]
    store_id: str | None = None

    def check(self, url: str) -> str:
        """Return the URL.

        Raises:
            ValueError: it must not be called, or is of no origin that serves the store.
        """
        check_endpoint(url, local=self.local)
        allowed = sorted({one.origin for one in self.origins if one.serves(self.store_id)})
        if origin_of(url) not in allowed:
            expected = f"one of {', '.join(allowed)}" if allowed else "an origin that is allowed, but none is"
            raise ValueError(f"expected {expected}, got {origin_of(url)}")
        return url

    def check_own_request(self, url: str) -> None:
        """Refuse a store's own wording of requests to an API that all stores share.

        With it, a store could ask the API in the name of another one.

        Raises:
            ValueError: the URL's origin serves all stores.
        """
        own = [one for one in self.origins if one.stores is not None and one.serves(self.store_id)]
        if origin_of(url) not in {one.origin for one in own}:
            raise ValueError(
                f"request: expected an api_endpoint whose origin is named for the store, as {origin_of(url)}"
                " serves all stores"
            )


def origin_of(url: str) -> str:
    """Return scheme, host and, unless it is the scheme's own, port of a URL."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def token_for(url: str, store_id: str, tokens: Iterable[ApiOrigin]) -> str | None:
    """Return the token to send to the URL for the store: the store's own, else that of all stores."""
    fitting = [one for one in tokens if one.origin == origin_of(url) and one.serves(store_id)]
    return min(fitting, key=lambda one: one.stores is None).token if fitting else None


def read_origins(text: str, *, with_token: bool) -> tuple[ApiOrigin, ...]:
    """Return the origins of a JSON list of {"origin", "stores", "token"}; `stores` may be left out for all.

    Raises:
        ValueError: says what was expected, without what came: it may hold a token.
    """
    try:
        listed = json.loads(text)
        return tuple(_read(one, with_token=with_token) for one in _list(listed))
    except (KeyError, TypeError, ValueError, AttributeError):
        token = ', "token": "…"' if with_token else ""
        example = f'[{{"origin": "https://api.example.com"{token}, "stores": ["s-1"]}}]'
        raise ValueError(f"expected a JSON list such as {example}") from None


def _read(one: dict[str, Any], *, with_token: bool) -> ApiOrigin:
    stores = one.get("stores")
    read = ApiOrigin(
        origin=_text(one["origin"]),
        stores=None if stores is None else frozenset(_text(store_id) for store_id in _list(stores)),
        token=_text(one["token"]) if with_token else None,
    )
    parts = urlsplit(read.origin)
    is_origin = read.origin == origin_of(read.origin) and parts.scheme in _DEFAULT_PORTS and parts.hostname
    if not is_origin or one.keys() - {"origin", "stores", *(["token"] if with_token else [])}:
        raise ValueError
    return read


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise TypeError
    return value
