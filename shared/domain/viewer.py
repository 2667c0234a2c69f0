"""Who may do what in which stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["till", "viewer", "admin"]

_SUFFICIENT: Mapping[Role, frozenset[Role]] = {
    "till": frozenset({"till", "admin"}),
    "viewer": frozenset({"viewer", "admin"}),
    "admin": frozenset({"admin"}),
}
"""{role: the roles that include it}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The caller of the API.

    A subject is unique for its issuer alone; `identity` tells callers apart. `grants` is {store id, or None
    for every store: the roles held there}, without stores that grant no role.
    """

    issuer: str
    subject: str
    grants: Mapping[str | None, frozenset[Role]]

    @property
    def identity(self) -> str:
        """The caller's issuer and subject. No issuer's address has a space, so nobody else has the same."""
        return f"{self.issuer} {self.subject}"

    def may(self, store_id: str | None, *roles: Role) -> bool:
        """Tell whether the caller holds one of the roles in the store; None stands for every store."""
        held = self.grants.get(None, frozenset()) | self.grants.get(store_id, frozenset())
        return any(held & _SUFFICIENT[role] for role in roles)

    def refusal(self, store_id: str, *roles: Role) -> str:
        """Return the words that refuse the caller. They do not depend on whether the store exists."""
        if not {None, store_id} & self.grants.keys():
            return f"the token does not grant store {store_id!r}"
        wanted = " or ".join(repr(role) for role in roles)
        return f"expected a token with the role {wanted} in store {store_id!r}"

    def stores(self, *roles: Role) -> frozenset[str] | None:
        """Return the stores in which the caller holds one of the roles; None for every store."""
        if self.may(None, *roles):
            return None
        return frozenset(store_id for store_id in self.grants if store_id and self.may(store_id, *roles))

    def only_store(self, *roles: Role) -> str | None:
        """Return the store in which the caller holds one of the roles; None unless it is exactly one."""
        stores = self.stores(*roles)
        return next(iter(stores)) if stores is not None and len(stores) == 1 else None

    def choice(self, *roles: Role) -> str:
        """Return the words that say in how many stores the caller holds one of the roles."""
        stores = self.stores(*roles)
        if stores is None:
            return "the token grants every store"
        if stores:
            return f"the token grants {len(stores)} stores"
        wanted = " or ".join(repr(role) for role in roles)
        return f"expected a token with the role {wanted}; this one grants it in no store"

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that the caller holds in at least one store."""
        return frozenset().union(*self.grants.values())

    @property
    def is_operator(self) -> bool:
        """Whether the caller is an admin of every store."""
        return self.may(None, "admin")


def read_claims(claims: Mapping[str, Any], *, under: str | None = None) -> Viewer:
    """Return the viewer that the claims of a verified token describe.

    `stores` is a list of ids, or `"*"` for every store. `roles` is a list, held in each of these stores, or
    {store id: list}, where the id `"*"` stands for each of these stores; with such an object, `stores` may be
    left out and is then `"*"`. A role in a store that `stores` does not list is not granted. A claim of an
    unexpected type grants nothing.

    Args:
        claims: of the token.
        under: the claim that holds `stores` and `roles`; None where they stand at the top.
    """
    granted = claims if under is None else claims.get(under)
    return Viewer(
        issuer=str(claims.get("iss", "")),
        subject=str(claims.get("sub", "")),
        grants=_grants(granted) if isinstance(granted, Mapping) else {},
    )


def _grants(claims: Mapping[str, Any]) -> Mapping[str | None, frozenset[Role]]:
    stores, roles = claims.get("stores"), claims.get("roles")
    if isinstance(roles, list):
        roles = {"*": roles}
    elif isinstance(roles, dict):
        stores = claims.get("stores", "*")
    else:
        roles = {}
    listed: frozenset[str | None] = frozenset({None}) if stores == "*" else _strings(stores)
    grants: dict[str | None, frozenset[Role]] = {}
    for key, value in roles.items():
        named = listed if key == "*" else {key} if key and {None, key} & listed else ()
        if held := frozenset(role for role in _SUFFICIENT if role in _strings(value)):
            grants |= {store_id: grants.get(store_id, frozenset()) | held for store_id in named}
    return grants


def _strings(value: object) -> frozenset[str]:
    return frozenset(v for v in value if isinstance(v, str) and v) if isinstance(value, list) else frozenset()
