"""Dead letters in Firestore: `deadLetters/{id}`, and parts below it of a payload too large for a document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from google.cloud.firestore import DocumentReference, DocumentSnapshot, FieldFilter, Query

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, Client, count, stream, translated
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.dead_letters.letter import DeadLetter, LetterRecord, State
from shared.documents.paths import letter_part_path, letter_path
from shared.documents.store import DocumentWrite
from shared.domain.instants import from_micros, to_micros

_INLINE_BYTES = 700_000
_PART_BYTES = 1_000_000
"""A document holds 1 MiB: beside its data, a record needs room for its attributes, and a part for nothing."""

MOST_COUNTED = 1000

_KEPT = timedelta(days=30)
_RECORD_FIELDS = (
    "sourceTopic", "function", "reason", "sizeBytes", "firstAt", "lastAt", "count", "state", "messageIds",
    "storeId", "orderId",
)  # fmt: skip


class FirestoreDeadLetters:
    """Keeps dead letters for 30 days after they were last seen. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._documents = FirestoreDocuments(client)

    def find(self, letter_id: str) -> LetterRecord | None:
        """Return the record, or None if there is no such letter: one read."""
        with translated():
            snapshot = self._reference(letter_id).get(_RECORD_FIELDS, retry=RETRY, timeout=TIMEOUT_S)
        return _record(snapshot) if snapshot.exists else None

    def payload(self, letter_id: str) -> tuple[bytes, Mapping[str, str]]:
        """Return data and attributes of a letter that exists: one call, and another one if it has parts."""
        [letter] = self._documents.read([letter_path(letter_id)])
        paths = [letter_part_path(letter_id, n) for n in range(letter.fields["parts"])]
        parts = self._documents.read(paths) if paths else []
        data = b"".join([letter.fields["data"], *(part.fields["data"] for part in parts)])
        return data, {entry["name"]: entry["value"] for entry in letter.fields["attributes"]}

    def page(
        self,
        state: State | None,
        limit: int,
        after: tuple[int, str] | None,
        about: tuple[str, str] | None = None,
    ) -> tuple[list[LetterRecord], list[Any] | None]:
        """Return records, newest first, and where the next page starts: one call, a read for each.

        `about` is the store and the order that they must name.
        """
        query = self._newest(state)
        if about is not None:
            store_id, order_id = about
            query = query.where(filter=FieldFilter("storeId", "==", store_id))
            query = query.where(filter=FieldFilter("orderId", "==", order_id))
        if after is not None:
            position = {"lastAt": from_micros(after[0]), "__name__": self._reference(after[1])}
            query = query.start_after(position)
        found = list(stream(query.select(_RECORD_FIELDS).limit(limit + 1)))
        records = [_record(snapshot) for snapshot in found[:limit]]
        if len(found) <= limit:
            return records, None
        return records, [to_micros(records[-1].last_at), records[-1].letter_id]

    def count_open(self) -> int:
        """Return how many letters are open, at most MOST_COUNTED: one call, a read for 1,000."""
        return count(self._newest(State.OPEN).limit(MOST_COUNTED))

    def _newest(self, state: State | None) -> Query:
        query = self._client.collection("deadLetters").order_by("lastAt", direction=Query.DESCENDING)
        query = query.order_by("__name__", direction=Query.DESCENDING)
        return query if state is None else query.where(filter=FieldFilter("state", "==", state))

    def put(self, record: LetterRecord, letter: DeadLetter) -> None:
        """Write record and payload: one commit, and before it one for each part.

        Raises:
            PreconditionLost: another writer changed the record.
        """
        inline, rest = letter.data, b""
        if len(letter.data) > _INLINE_BYTES:
            inline, rest = b"", letter.data
        parts = [rest[start : start + _PART_BYTES] for start in range(0, len(rest), _PART_BYTES)]
        # Every writer writes the same parts, and nobody reads them before the record is there.
        for n, part in enumerate(parts):
            # Expired documents are deleted late and in any order: the record must not outlive its parts.
            fields = {"data": part, "expiresAt": record.last_at + 2 * _KEPT}
            path = letter_part_path(record.letter_id, n)
            self._documents.commit([DocumentWrite(path=path, fields=fields)])
        content = {
            "sourceTopic": record.source_topic,
            "function": record.function,
            "sizeBytes": record.size_bytes,
            "storeId": record.store_id,
            "orderId": record.order_id,
            "firstAt": record.first_at,
            # No map: Firestore reserves some names of fields, and an attribute may have one of those.
            "attributes": [{"name": name, "value": value} for name, value in letter.attributes.items()],
            "data": inline,
            "parts": len(parts),
        }
        self._write(record, content | _news(record))

    def mark(self, record: LetterRecord) -> None:
        """Write the state: one commit. Raise PreconditionLost where another writer changed the record."""
        self._write(record, {"state": record.state})

    def _write(self, record: LetterRecord, fields: dict[str, Any]) -> None:
        path = letter_path(record.letter_id)
        self._documents.commit([DocumentWrite(path=path, version=record.version, fields=fields)])

    def _reference(self, letter_id: str) -> DocumentReference:
        return self._client.document(*letter_path(letter_id))


def _news(record: LetterRecord) -> dict[str, Any]:
    return {
        "reason": record.reason,
        "lastAt": record.last_at,
        "expiresAt": record.last_at + _KEPT,
        "count": record.count,
        "state": record.state,
        "messageIds": list(record.message_ids),
    }


def _record(snapshot: DocumentSnapshot[Any]) -> LetterRecord:
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return LetterRecord(
        letter_id=snapshot.id,
        source_topic=fields["sourceTopic"],
        function=fields["function"],
        reason=fields["reason"],
        size_bytes=fields["sizeBytes"],
        first_at=_plain(fields["firstAt"]),
        last_at=_plain(fields["lastAt"]),
        count=fields["count"],
        state=State(fields["state"]),
        message_ids=tuple(fields["messageIds"]),
        store_id=fields["storeId"],
        order_id=fields["orderId"],
        version=snapshot.update_time,
    )


def _plain(instant: datetime) -> datetime:
    return from_micros(to_micros(instant))
