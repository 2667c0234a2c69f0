"""A customer's profile as documents hold it.

Its attributes are one text of JSON: they are of any shape, and Firestore has no lists inside lists, no large
integers and no names such as `__a__`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def profile_fields(profile: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the profile as document fields."""
    if profile is None:
        return None
    return {**profile, "attributes": json.dumps(profile.get("attributes", {}), ensure_ascii=False)}


def read_profile(fields: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the profile in a document; the inverse of `profile_fields`."""
    if not fields:
        return None
    return {**fields, "attributes": json.loads(fields.get("attributes") or "{}")}
