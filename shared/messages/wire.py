"""How values are written in messages and requests: ids, times, amounts and statuses, with their limits."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from shared.domain.instants import EPOCH
from shared.domain.order import Status

MAX_ID_CHARACTERS = 200
MAX_ITEMS = 2000
AHEAD = timedelta(days=1)
"""How far ahead of our clock a time may be."""

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_DECIMAL = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)


def refuse_control_characters(text: str) -> str:
    """Return the text, or raise ValueError."""
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("expected no control characters")
    return text


def _parse_time(value: object, info: ValidationInfo) -> datetime:
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        raise ValueError("expected an RFC 3339 time with an offset, such as 2026-11-20T15:04:05Z")
    try:
        instant = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"expected a time that exists ({error})") from error
    if instant <= EPOCH:
        raise ValueError("expected a time after 1970")
    if info.context and instant > info.context["now"] + AHEAD:
        raise ValueError("expected a time at most one day ahead of the clock")
    return instant


def _parse_number(value: object) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise ValueError("expected a number")


def _parse_amount(value: object) -> Decimal:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    try:
        return _parse_number(value)
    except ValueError:
        raise ValueError("expected an amount as a decimal string or a number, such as 129.90") from None


def _parse_status(value: object) -> Status | int:
    if value == "REFUNDED":
        return Status.REFOUNDED
    if isinstance(value, str) and value in set(Status):
        return Status(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 99:
        return value
    raise ValueError(f"expected {', '.join(Status)} or an integer from 0 to 99")


Identifier = Annotated[
    str,
    Field(min_length=1, max_length=MAX_ID_CHARACTERS, strict=True),
    AfterValidator(refuse_control_characters),
]
CustomerGiven = Annotated[str, Field(max_length=200, strict=True), AfterValidator(refuse_control_characters)]
Currency = Annotated[str, Field(min_length=3, max_length=3, strict=True)]
Text = Annotated[str, Field(max_length=1000, strict=True)]
Timestamp = Annotated[
    datetime, BeforeValidator(_parse_time), WithJsonSchema({"type": "string", "format": "date-time"})
]
Amount = Annotated[
    Decimal,
    BeforeValidator(_parse_amount),
    WithJsonSchema({"type": ["string", "number"], "pattern": r"^\d+(\.\d+)?$", "minimum": 0}),
]
Quantity = Annotated[
    float,
    Field(ge=0, le=1e9),
    BeforeValidator(_parse_number),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1e9}),
]
StatusOrCode = Annotated[
    Status | int,
    BeforeValidator(_parse_status),
    WithJsonSchema(
        {"anyOf": [{"enum": [*Status, "REFUNDED"]}, {"type": "integer", "minimum": 0, "maximum": 99}]}
    ),
]


class WireModel(BaseModel):
    """camelCase on the wire; unknown fields are ignored.

    Every model is built on first use: a function needs few of them, and each costs time in a cold start.
    """

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="ignore", defer_build=True)
