"""Where a page ends, as an opaque text for the next one's address."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from shared.messages.wire import Identifier


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
        raise ValueError("expected the nextCursor of an earlier answer")
    return number, key


_Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Cursor = Annotated[tuple[_Int64, Identifier], BeforeValidator(_read_cursor)]
