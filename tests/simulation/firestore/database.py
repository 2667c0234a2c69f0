"""The database: commits, reads and queries, as Firestore answers them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from google.api_core import exceptions
from google.cloud.firestore_v1.types import (
    BatchGetDocumentsResponse,
    CommitResponse,
    RunAggregationQueryResponse,
    RunQueryResponse,
)

from tests.simulation.firestore.documents import KEPT_MICROS, DocumentPb, Documents, Stored, Version
from tests.simulation.firestore.queries import masked, select
from tests.simulation.firestore.values import plain
from tests.simulation.firestore.writes import check, written
from tests.simulation.violation import NotSimulated

_LONGEST_WAIT_S = 2.0

_CommitResponse: Any = type(CommitResponse.pb(CommitResponse()))
_Found: Any = type(BatchGetDocumentsResponse.pb(BatchGetDocumentsResponse()))
_Row: Any = type(RunQueryResponse.pb(RunQueryResponse()))
_Aggregated: Any = type(RunAggregationQueryResponse.pb(RunAggregationQueryResponse()))


class Database:
    """One project's documents. Only the task whose turn it is touches them.

    Args:
        clock: the virtual time.
        seconds: the same, in seconds.
        writes_a_second: what one document takes.
        most_bytes: of a commit. Firestore's 10 MiB include index entries, so it refuses smaller requests too,
            but none of a single document: that may have 1 MiB.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        seconds: Callable[[], float],
        writes_a_second: float,
        most_bytes: int,
    ) -> None:
        self.commits = 0
        self._clock = clock
        self._seconds = seconds
        self._writes_a_second = writes_a_second
        self._most_bytes = most_bytes
        self._documents = Documents()
        self._last = 0

    def delay_of(self, request: Any) -> float:
        """Return how long the commit waits for its busiest document; its place in the queue is taken.

        Raises:
            Aborted: it would wait too long.
        """
        now = self._seconds()
        touched = [self._documents.stored(write.update.name or write.delete) for write in request.writes]
        free_at = max((stored.free_at for stored in touched), default=now)
        if free_at - now > _LONGEST_WAIT_S:
            raise exceptions.Aborted("Too much contention on these documents. Please try again.")
        for stored in touched:
            stored.free_at = max(now, stored.free_at) + 1 / self._writes_a_second
        return max(0.0, free_at - now)

    def commit(self, request: Any) -> CommitResponse:
        """Apply a commit whole, or raise."""
        size = request.ByteSize()
        if size > self._most_bytes and len(request.writes) > 1:
            raise exceptions.InvalidArgument(f"Transaction too big: {size} bytes. Decrease transaction size.")
        at = self._instant()
        drafts: dict[str, Any | None] = {}
        results: list[tuple[str, list[Any]]] = []
        for write in request.writes:
            name = write.update.name or write.delete
            current = self._documents.stored(name).current
            check(write, name, current)
            known = drafts.get(name, current and current.document)
            drafts[name], transformed = written(known, write, name, at)
            results.append((name, transformed))
        changed = {name: self._put(name, draft, at) for name, draft in drafts.items()}
        response = _CommitResponse()
        response.commit_time.FromMicroseconds(at)
        for name, transformed in results:
            result = response.write_results.add()
            result.update_time.FromMicroseconds(changed[name])
            result.transform_results.extend(transformed)
        self.commits += 1
        return CommitResponse.wrap(response)  # type: ignore[no-any-return]

    def get(self, request: Any) -> Iterator[BatchGetDocumentsResponse]:
        """Return the documents that are asked for, and which are missing."""
        instant = self._read_time(request)
        at = instant or self._instant()
        found = []
        for name in request.documents:
            answer = _Found()
            answer.read_time.FromMicroseconds(at)
            stored = self._documents.find(name)
            version = stored.at(instant) if stored else None
            if version is None:
                answer.missing = name
            else:
                answer.found.CopyFrom(masked(version.document, request.mask.field_paths))
            found.append(BatchGetDocumentsResponse.wrap(answer))
        return iter(found)

    def query(self, request: Any) -> Iterator[RunQueryResponse]:
        """Return what a query finds; one answer without a document where that is nothing."""
        found, at = self._find(request, request.structured_query)
        answers = []
        for document in found or [None]:
            answer = _Row()
            answer.read_time.FromMicroseconds(at)
            if document is not None:
                answer.document.CopyFrom(document)
            answers.append(RunQueryResponse.wrap(answer))
        return iter(answers)

    def aggregate(self, request: Any) -> Iterator[RunAggregationQueryResponse]:
        """Return how many documents a query finds."""
        asked = request.structured_aggregation_query
        found, at = self._find(request, asked.structured_query)
        answer = _Aggregated()
        answer.read_time.FromMicroseconds(at)
        for one in asked.aggregations:
            if one.WhichOneof("operator") != "count":
                raise NotSimulated("the code under test counts and aggregates nothing else")
            answer.result.aggregate_fields[one.alias].integer_value = len(found)
        return iter([RunAggregationQueryResponse.wrap(answer)])

    def collection(self, name: str) -> Iterator[dict[str, Any]]:
        """Return the fields of every document in the collections of that name, as Python values."""
        for stored in self._documents.within("projects", name, of_all=True):
            if stored.current is not None:
                yield self._fields(stored.current)

    def fields(self, name: str) -> dict[str, Any] | None:
        """Return one document's fields as Python values, None where there is no such document."""
        stored = self._documents.find(name)
        return self._fields(stored.current) if stored and stored.current else None

    def spoil(self, name: str, change: Callable[[Any], None]) -> None:
        """Change a document's protobuf behind everybody's back, as somebody does by hand."""
        current = self._documents.stored(name).current
        assert current is not None
        document = DocumentPb()
        document.CopyFrom(current.document)
        change(document)
        self._put(name, document, self._instant())

    def names(self, collection_id: str) -> list[str]:
        """Return the names of the documents in the collections of that name."""
        among = self._documents.within("projects", collection_id, of_all=True)
        return [stored.name for stored in among if stored.current is not None]

    def _find(self, request: Any, query: Any) -> tuple[list[Any], int]:
        """Return the documents that the query finds, and as of when."""
        instant = self._read_time(request)
        [source] = query.from_
        among = self._documents.within(request.parent, source.collection_id, of_all=source.all_descendants)
        versions = [version for stored in among if (version := stored.at(instant)) is not None]
        return select(query, versions), instant or self._instant()

    def _put(self, name: str, document: Any | None, at: int) -> int:
        """Store what a document is from now on; return since when it is like that."""
        stored: Stored = self._documents.stored(name)
        current = stored.current
        if document is not None and current is not None and document == current.document:
            return current.at  # a write that changes nothing leaves the version as it is
        if document is not None:
            document.update_time.FromMicroseconds(at)
            if current is None:
                document.create_time.FromMicroseconds(at)
        if document is not None or current is not None:
            stored.add(at, document)
        return at

    def _instant(self) -> int:
        """Return a time after everything that happened so far, in microseconds."""
        self._last = max(round(self._clock().timestamp() * 1_000_000), self._last + 1)
        return self._last

    def _read_time(self, request: Any) -> int | None:
        if not request.HasField("read_time"):
            return None
        at: int = request.read_time.ToMicroseconds()
        if at < self._instant() - KEPT_MICROS:
            raise exceptions.FailedPrecondition("The requested snapshot version is too old.")
        return at

    @staticmethod
    def _fields(version: Version) -> dict[str, Any]:
        assert version.document is not None
        return {key: plain(value) for key, value in version.document.fields.items()}
