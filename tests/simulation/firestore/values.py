"""Firestore's values: how they compare, and what they are in Python."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud.firestore_v1.field_path import FieldPath

from tests.simulation.violation import NotSimulated

Key = tuple[int, Any]
"""Sorts as Firestore does: by type, then by value."""

NULL: Key = (0, 0)


@lru_cache(4096)
def parts_of(path: str) -> tuple[str, ...]:
    """Return the parts of a field path in the API's notation."""
    return tuple(FieldPath.from_api_repr(path).parts)


def name_key(name: str) -> Key:
    """Return the key of a document's name."""
    return (6, tuple(part.encode() for part in name.split("/documents/", 1)[1].split("/")))


def key_of(value: Any) -> Key:
    """Return the key of a value."""
    match value.WhichOneof("value_type"):
        case "null_value" | None:
            return NULL
        case "boolean_value":
            return (1, value.boolean_value)
        case "integer_value" | "double_value" as number:
            return (2, getattr(value, number))
        case "timestamp_value":
            return (3, value.timestamp_value.ToNanoseconds())
        case "string_value":
            return (4, value.string_value.encode())
        case "bytes_value":
            return (5, value.bytes_value)
        case "reference_value":
            return name_key(value.reference_value)
        case "array_value":
            return (8, [key_of(one) for one in value.array_value.values])
        case other:
            raise NotSimulated(f"values of type {other} are not compared here")


def find(document: Any, path: str) -> Any | None:
    """Return the value of a field, None where the document has no such field."""
    fields, value = document.fields, None
    for part in parts_of(path):
        if part not in fields:
            return None
        value = fields[part]
        fields = value.map_value.fields
    return value


def plain(value: Any) -> Any:
    """Return a stored value as Python has it."""
    match value.WhichOneof("value_type"):
        case "null_value" | None:
            return None
        case "timestamp_value":
            return DatetimeWithNanoseconds.from_timestamp_pb(value.timestamp_value)  # type: ignore[no-untyped-call]
        case "map_value":
            return {key: plain(inner) for key, inner in value.map_value.fields.items()}
        case "array_value":
            return [plain(inner) for inner in value.array_value.values]
        case kind:
            return getattr(value, kind)
