"""What the secrets of payment webhooks may speak for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_EXAMPLE = '[{"secret": "…", "stores": ["s-1"]}]'
_TYPES = {str: "a text", bool: "true or false", dict: "an object", type(None): "null"}
_NOTHING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookGrant:
    """A webhook secret, and the notices that it may sign.

    Two grants may name one secret. `stores` is None for all stores. `account` is the connected account that
    the notices come from, None for the provider's account itself. `livemode` is False for test payments.
    """

    secret: str = field(repr=False)
    stores: frozenset[str] | None
    account: str | None = None
    livemode: bool = True

    def covers(self, store_id: str, account: str | None, livemode: bool) -> bool:
        """Tell whether the secret may speak for this store, in a notice of this account and mode."""
        is_granted = self.stores is None or store_id in self.stores
        return is_granted and (self.account, self.livemode) == (account, livemode)


def read_grants(text: str) -> tuple[WebhookGrant, ...]:
    """Return the grants in a JSON list of objects; a blank text has none.

    An object has the fields of `WebhookGrant`. `stores` is a list of ids, or "*" for all stores; `account`
    and `livemode` may be left out.

    Raises:
        ValueError: says which field is wrong, and never what it holds: that may be a secret.
    """
    if not text.strip():
        return ()
    try:
        entries = json.loads(text)
    except ValueError:
        # Not chained: the error would show the text.
        raise ValueError(f"expected a JSON list such as {_EXAMPLE}, got no JSON") from None
    if not isinstance(entries, list):
        raise ValueError(f"expected a JSON list such as {_EXAMPLE}, got {_kind(entries)}")
    return tuple(_read_grant(f"[{n}]", entry) for n, entry in enumerate(entries))


def _read_grant(where: str, entry: Any) -> WebhookGrant:
    if not isinstance(entry, dict):
        raise ValueError(f"{where}: expected an object, got {_kind(entry)}")
    if unknown := len(entry.keys() - {"secret", "stores", "account", "livemode"}):
        raise ValueError(f"{where}: expected secret, stores, account and livemode alone, got {unknown} more")
    stores = entry.get("stores", _NOTHING)
    if stores != "*" and not (isinstance(stores, list) and stores and all(map(_is_id, stores))):
        raise ValueError(f'{where}.stores: expected a list of store ids, or "*" for all, got {_kind(stores)}')
    livemode = entry.get("livemode", True)
    if not isinstance(livemode, bool):
        raise ValueError(f"{where}.livemode: expected true or false, got {_kind(livemode)}")
    return WebhookGrant(
        secret=_text(where, entry, "secret"),
        stores=None if stores == "*" else frozenset(stores),
        account=_text(where, entry, "account") if "account" in entry else None,
        livemode=livemode,
    )


def _text(where: str, entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name, _NOTHING)
    if not _is_id(value) or value.strip() != value:
        raise ValueError(f"{where}.{name}: expected a text without white space around it, got {_kind(value)}")
    return str(value)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _kind(value: object) -> str:
    """Return what kind of value it is, and nothing of it."""
    if isinstance(value, list | str):
        return f"a {'list' if isinstance(value, list) else 'text'} of {len(value)}"
    if value is _NOTHING:
        return "nothing"
    return _TYPES.get(type(value), "a number")
