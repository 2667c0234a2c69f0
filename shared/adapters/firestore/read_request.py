"""Reading documents in Firestore's wire form, from protobuf's own classes, as in `commit_request`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud.firestore_v1.types import BatchGetDocumentsRequest, BatchGetDocumentsResponse

_Request: Any = type(BatchGetDocumentsRequest.pb(BatchGetDocumentsRequest()))


def build_request(database: str, names: Iterable[str]) -> BatchGetDocumentsRequest:
    """Return the reading of documents by their whole names, "projects/…/documents/…"."""
    return BatchGetDocumentsRequest.wrap(_Request(database=database, documents=names))  # type: ignore[no-any-return]


def read_responses(
    responses: Iterable[BatchGetDocumentsResponse],
) -> Iterator[tuple[str, dict[str, Any], DatetimeWithNanoseconds]]:
    """Yield name, fields and version of each document that exists."""
    for response in responses:
        result = BatchGetDocumentsResponse.pb(response)
        if result.WhichOneof("result") == "found":
            found = result.found
            version = DatetimeWithNanoseconds.from_timestamp_pb(found.update_time)  # type: ignore[no-untyped-call]
            yield found.name, {name: _value(value) for name, value in found.fields.items()}, version


def _value(value: Any) -> Any:
    match value.WhichOneof("value_type"):
        case "null_value":
            return None
        case "timestamp_value":
            return value.timestamp_value.ToDatetime(UTC)
        case "map_value":
            return {name: _value(inner) for name, inner in value.map_value.fields.items()}
        case "array_value":
            return [_value(inner) for inner in value.array_value.values]
        case kind:
            return getattr(value, kind)
