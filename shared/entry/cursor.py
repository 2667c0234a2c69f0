"""Where a page ends, as an opaque text for the next one's address."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from shared.domain.instants import EPOCH, to_micros
from shared.messages.wire import Identifier

_YEAR_9999 = to_micros(EPOCH.replace(year=9999))
_EXPECTED = "expected the nextCursor of an earlier answer"


def write_cursor(position: list[Any] | None) -> str | None:
    """Return the text for a position (a number and an id); None after the last page."""
    if position is None:
        return None
    return urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def _read_cursor(text: object) -> tuple[int, str]:
    try:
        number, key = json.loads(urlsafe_b64decode(f"{text}==="))
    except (ValueError, TypeError, RecursionError):
        number, key = None, None
    if type(number) is not int or not isinstance(key, str):
        raise ValueError(_EXPECTED)
    return number, key


def _check_time(position: tuple[int, str]) -> tuple[int, str]:
    if not 0 <= position[0] <= _YEAR_9999:
        raise ValueError(_EXPECTED)
    return position


_Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Cursor = Annotated[
    tuple[_Int64, Identifier],
    BeforeValidator(_read_cursor),
    WithJsonSchema(
        {
            "type": "string",
            "description": "`nextCursor` of the page before; leave it out for the first page.",
        }
    ),
]
TimeCursor = Annotated[Cursor, AfterValidator(_check_time)]
"""A cursor whose number is a time in microseconds."""
