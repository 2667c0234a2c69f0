"""A commit in Firestore's wire form, built from protobuf's own classes.

The client library's `WriteBatch` wraps each field and each transform in a Python object of its own, which
takes more processor time than the rest of an event together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud.firestore_v1.field_path import FieldPath
from google.cloud.firestore_v1.types import CommitRequest, CommitResponse, DocumentTransform

from shared.adapters.firestore.read_request import document_name
from shared.documents.store import ABSENT, Committed, DocumentDelete, DocumentWrite, Write

_SCALARS = {
    str: "string_value",
    bool: "boolean_value",
    int: "integer_value",
    float: "double_value",
    bytes: "bytes_value",
}

_REQUEST_TIME = DocumentTransform.FieldTransform.ServerValue.REQUEST_TIME

_Request: Any = type(CommitRequest.pb(CommitRequest()))


def build_request(database: str, writes: Sequence[Write]) -> CommitRequest:
    """Return the commit of all writes to the database, "projects/…/databases/…"."""
    request = _Request(database=database)
    for write in writes:
        _add(request.writes.add(), document_name(database, write.path), write)
    return CommitRequest.wrap(request)  # type: ignore[no-any-return]


def read_response(writes: Sequence[Write], response: CommitResponse) -> Committed:
    """Return the results of the writes."""
    written = [
        (write, result)
        for write, result in zip(writes, CommitResponse.pb(response).write_results, strict=True)
        if isinstance(write, DocumentWrite)
    ]
    return Committed(
        versions={
            write.path: DatetimeWithNanoseconds.from_timestamp_pb(result.update_time)  # type: ignore[no-untyped-call]
            for write, result in written
        },
        counters={
            write.path: {
                path[0]: _integer(value)
                for path, value in zip(_transformed(write), result.transform_results, strict=True)
                if len(path) == 1
            }
            for write, result in written
        },
    )


def _transformed(write: DocumentWrite) -> list[tuple[str, ...]]:
    """Return the field paths of the transforms, in the order of their results."""
    fields = (*write.minimums, *write.maximums, *write.timestamps)
    return [*write.increments, *((name,) for name in fields)]


def _integer(value: Any) -> int:
    """Return the result of a transform; a time in microseconds since 1970."""
    if value.HasField("timestamp_value"):
        return int(value.timestamp_value.ToMicroseconds())
    return int(value.integer_value)


def _add(target: Any, name: str, write: Write) -> None:
    if isinstance(write, DocumentDelete):
        target.delete = name
    else:
        _add_update(target, name, write)
    if write.version == ABSENT:
        target.current_document.exists = False
    elif write.version is not None:
        target.current_document.update_time.CopyFrom(write.version.timestamp_pb())


def _add_update(target: Any, name: str, write: DocumentWrite) -> None:
    target.update.name = name
    for field, value in write.fields.items():
        _put(target.update.fields[field], value)
    if write.version != ABSENT:
        # Without a mask, the fields that the write does not name would be removed.
        target.update_mask.SetInParent()
        target.update_mask.field_paths.extend(map(_field_path, ((field,) for field in write.fields)))
    for path, amount in write.increments.items():
        target.update_transforms.add(field_path=_field_path(path)).increment.integer_value = amount
    for field, amount in write.minimums.items():
        target.update_transforms.add(field_path=_field_path((field,))).minimum.integer_value = amount
    for field, amount in write.maximums.items():
        target.update_transforms.add(field_path=_field_path((field,))).maximum.integer_value = amount
    for field in write.timestamps:
        target.update_transforms.add(field_path=_field_path((field,)), set_to_server_value=_REQUEST_TIME)


@lru_cache(4096)
def _field_path(path: tuple[str, ...]) -> str:
    return str(FieldPath(*path).to_api_repr())


def _put(target: Any, value: Any) -> None:
    if name := _SCALARS.get(type(value)):
        setattr(target, name, value)
        return
    match value:
        case None:
            target.null_value = 0
        case StrEnum():
            target.string_value = value
        case datetime():
            target.timestamp_value.FromDatetime(value)
        case Mapping():
            target.map_value.SetInParent()
            for field, inner in value.items():
                _put(target.map_value.fields[field], inner)
        case list() | tuple():
            target.array_value.SetInParent()
            for inner in value:
                _put(target.array_value.values.add(), inner)
        case _:
            raise TypeError(f"Firestore has no type for {type(value).__name__}")
