"""What else the customer API tells of a customer: fields that nobody here knows, within bounds. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MOST_FIELDS = 50
MOST_BYTES = 8 * 1024


def bounded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that fit, in their order: at most 50, and 8 KiB as JSON.

    A field is kept whole or left out whole. After one that is too large, smaller ones may still fit.
    """
    kept: dict[str, Any] = {}
    size = 0
    for name, value in fields.items():
        # The braces take as much room as the comma and the space before the next field.
        added = len(json.dumps({name: value}, ensure_ascii=False).encode())
        if len(kept) < MOST_FIELDS and size + added <= MOST_BYTES:
            kept[name] = value
            size += added
    return kept
