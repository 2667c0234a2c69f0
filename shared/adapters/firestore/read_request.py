"""Reading documents in Firestore's wire form, from protobuf's own classes, as in `commit_request`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud.firestore_v1.types import BatchGetDocumentsRequest, BatchGetDocumentsResponse

from shared.documents.paths import Path
from shared.documents.store import Document

_Request: Any = type(BatchGetDocumentsRequest.pb(BatchGetDocumentsRequest()))


def document_name(database: str, path: Path) -> str:
    """Return the name of a document in Firestore: "projects/…/databases/…/documents/…"."""
    return f"{database}/documents/{'/'.join(path)}"


def build_request(database: str, paths: Sequence[Path]) -> BatchGetDocumentsRequest:
    """Return the request for documents of the database, "projects/…/databases/…"."""
    names = (document_name(database, path) for path in paths)
    return BatchGetDocumentsRequest.wrap(_Request(database=database, documents=names))  # type: ignore[no-any-return]


def read_responses(responses: Iterable[BatchGetDocumentsResponse]) -> dict[Path, Document]:
    """Return the documents that exist."""
    documents: dict[Path, Document] = {}
    for response in responses:
        result = BatchGetDocumentsResponse.pb(response)
        if result.WhichOneof("result") == "found":
            found = result.found
            # After "projects", its id, "databases", its id and "documents".
            documents[tuple(found.name.split("/")[5:])] = Document(
                fields={name: _value(value) for name, value in found.fields.items()},
                version=DatetimeWithNanoseconds.from_timestamp_pb(found.update_time),  # type: ignore[no-untyped-call]
            )
    return documents


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
