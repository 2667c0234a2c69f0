"""Validation errors in one form: the field, what was expected, what came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, NoReturn

from pydantic import TypeAdapter, ValidationError

from shared.errors import MalformedEvent

_LONGEST = 60

_PERSONAL = frozenset({"customerId", "customerIdentifier"})
"""Fields that say who somebody is: reasons are logged and stored, so they name only the type of the value."""


class WrongField(NamedTuple):
    """One error of a validation.

    field: such as "order.items[3].total"; "" for the whole.
    said: what is wrong with it.
    code: pydantic's type of the error, such as `less_than_equal`.
    values: what the text names, such as {"le": 30, "got": "99"}.
    """

    field: str
    said: str
    code: str
    values: Mapping[str, object]


@cache
def validator_of(kind: Any) -> TypeAdapter[Any]:
    """Return what validates values of the type. Making one takes longer than all else about a cached card."""
    return TypeAdapter(kind)


def describe_errors(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Yield each wrong field and what is wrong with it."""
    return ((wrong.field, wrong.said) for wrong in explain_errors(error))


def explain_errors(error: ValidationError) -> Iterator[WrongField]:
    """Yield each error, for people and for programs."""
    for detail in error.errors():
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"])
        field = "".join(parts).lstrip(".")
        if detail["type"] == "missing":
            yield WrongField(field, "expected a value, got nothing", "missing", {})
        else:
            said = detail["msg"].removeprefix("Value error, ")
            said = re.sub(r"^(Input|String|List) should (be|have)", "expected", said)
            named = [part for part in detail["loc"] if isinstance(part, str)]
            got = _typed(detail["input"]) if _PERSONAL.intersection(named[-1:]) else shorten(detail["input"])
            limits = {
                name: limit for name, limit in detail.get("ctx", {}).items() if isinstance(limit, int | float)
            }
            said = said if ", got " in said else f"{said}, got {got}"
            yield WrongField(field, said, detail["type"], {**limits, "got": got})


def refuse(field: str, expected: str, got: object) -> NoReturn:
    """Raise MalformedEvent: the field holds something else than was expected."""
    raise MalformedEvent(f"{field}: expected {expected}, got {shorten(got)}")


def shorten(value: object) -> str:
    """Return the value as a short printable text."""
    if isinstance(value, list | dict):
        return f"a {type(value).__name__} of {len(value)}"
    text = str(value) if isinstance(value, Decimal | Exception) else ascii(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _typed(value: object) -> str:
    if isinstance(value, str):
        return f"a text of {len(value)} characters"
    return "None" if value is None else f"a value of type {type(value).__name__}"
