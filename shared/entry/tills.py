"""What a till may ask for: the arguments of the GraphQL API, checked, and refusals in its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError
from pydantic import ValidationError

from shared.domain.viewer import Role, Viewer
from shared.messages.validation import describe_errors, validator_of
from shared.messages.wire import CustomerGiven, Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and the request's `Idempotency-Key`."""

    viewer: Viewer
    key: str | None


class Refused(GraphQLError):
    """An answer that is not what was asked for; `code` says why, for programs, with facts about it."""

    def __init__(self, code: str, message: str, **facts: Any) -> None:
        super().__init__(message, extensions={"code": code, **facts})


def store_of(viewer: Viewer, store_id: str | None, *roles: Role) -> str:
    """Return the store that is meant: the one that is named, or the only one where the token grants a role.

    Raises:
        Refused: there is no such store, or the token grants none of the roles in it.
    """
    if store_id is None and viewer.stores(*roles) == frozenset():
        raise Refused("FORBIDDEN", viewer.choice(*roles))
    store_id = viewer.only_store(*roles) if store_id is None else store_id
    if store_id is None:
        raise Refused("STORE_REQUIRED", f'{viewer.choice(*roles)}: name one, as in storeId: "s-1"')
    check("storeId", store_id)
    if not viewer.may(store_id, *roles):
        raise Refused("FORBIDDEN", viewer.refusal(store_id, *roles))
    return store_id


def check(field: str, value: str) -> str:
    """Return the id; refuse one that is none."""
    return _checked(field, Identifier, value)


def check_given(field: str, value: str | None) -> str | None:
    """Return what a customer gave; refuse what no customer gives."""
    return None if value is None else _checked(field, CustomerGiven, value)


def _checked(field: str, shape: Any, value: str) -> str:
    try:
        return str(validator_of(shape).validate_python(value))
    except ValidationError as error:
        raise Refused("BAD_USER_INPUT", f"{field}: {next(describe_errors(error))[1]}") from None
