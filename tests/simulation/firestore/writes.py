"""Commits: preconditions, updates and transforms of single documents."""

from __future__ import annotations

from typing import Any

from google.api_core import exceptions

from tests.simulation.firestore.documents import DocumentPb, Version
from tests.simulation.firestore.values import parts_of
from tests.simulation.violation import NotSimulated

MOST_DOCUMENT_BYTES = 2**20 - 89
_MOST = 2**63 - 1
"""Counters stop at the bounds of a 64-bit integer."""


def check(write: Any, name: str, current: Version | None) -> None:
    """Raise what Firestore answers where the write's precondition does not hold."""
    condition = write.current_document
    match condition.WhichOneof("condition_type"):
        case "exists" if condition.exists and current is None:
            raise exceptions.NotFound(f"No document to update: {name}")
        case "exists" if not condition.exists and current is not None:
            raise exceptions.AlreadyExists(f"Document already exists: {name}")
        case "update_time" if current is None or current.at != condition.update_time.ToMicroseconds():
            raise exceptions.FailedPrecondition(f"the stored version does not match: {name}")


def written(known: Any | None, write: Any, name: str, at: int) -> tuple[Any | None, list[Any]]:
    """Return the document after the write, None for a deleted one, and the results of its transforms."""
    if write.WhichOneof("operation") == "delete":
        return None, []
    document = DocumentPb(name=name)
    if write.HasField("update_mask"):
        if known is not None:
            document.CopyFrom(known)
        for path in write.update_mask.field_paths:
            _assign(document, parts_of(path), write.update)
    else:
        if known is not None:
            document.create_time.CopyFrom(known.create_time)
            document.update_time.CopyFrom(known.update_time)
        for key, value in write.update.fields.items():
            document.fields[key].CopyFrom(value)
    results = [_transformed(document, transform, at) for transform in write.update_transforms]
    if document.ByteSize() > MOST_DOCUMENT_BYTES:
        raise exceptions.InvalidArgument(f"The document {name} is too large: {document.ByteSize()} bytes")
    return document, results


def _assign(document: Any, parts: tuple[str, ...], update: Any) -> None:
    if len(parts) > 1:
        raise NotSimulated("the code under test replaces whole fields")
    if parts[0] in update.fields:
        document.fields[parts[0]].CopyFrom(update.fields[parts[0]])
    else:
        del document.fields[parts[0]]


def _transformed(document: Any, transform: Any, at: int) -> Any:
    *parents, last = parts_of(transform.field_path)
    fields = document.fields
    for parent in parents:
        if fields[parent].WhichOneof("value_type") != "map_value":
            fields[parent].map_value.SetInParent()
        fields = fields[parent].map_value.fields
    value = fields[last]
    is_number = value.WhichOneof("value_type") == "integer_value"
    match transform.WhichOneof("transform_type"):
        case "increment":
            total = (value.integer_value if is_number else 0) + transform.increment.integer_value
            value.integer_value = max(-_MOST - 1, min(_MOST, total))
        case "minimum":
            given = transform.minimum.integer_value
            value.integer_value = min(value.integer_value, given) if is_number else given
        case "maximum":
            given = transform.maximum.integer_value
            value.integer_value = max(value.integer_value, given) if is_number else given
        case "set_to_server_value":
            value.timestamp_value.FromMicroseconds(at)
        case other:
            raise NotSimulated(f"a transform of type {other}")
    return value
