"""Who may see and change which stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ROLES = frozenset({"viewer", "admin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The caller of the API. `stores` is None for all stores."""

    subject: str
    stores: frozenset[str] | None
    roles: frozenset[str]

    def may_see(self, store_id: str) -> bool:
        return bool(self.roles) and (self.stores is None or store_id in self.stores)

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles


def read_claims(claims: Mapping[str, Any]) -> Viewer:
    """Return the viewer that the claims of a verified token describe.

    Identity-Aware Proxy puts the claims of Identity Platform under `gcip`. A claim of an unexpected type
    grants nothing.
    """
    granted = claims["gcip"] if isinstance(claims.get("gcip"), dict) else claims
    stores, roles = granted.get("stores"), granted.get("roles")
    return Viewer(
        subject=str(claims.get("sub", "")),
        stores=None if stores == "*" else _strings(stores),
        roles=_strings(roles) & ROLES,
    )


def _strings(value: object) -> frozenset[str]:
    return frozenset(v for v in value if isinstance(v, str) and v) if isinstance(value, list) else frozenset()
