"""Search for the oldest documents without reading past what was settled before.

Firestore keeps the index entries of deleted documents and of changed fields as long as it can read the past,
and a query skips them one by one. A search that begins at the low end each time reads past everything that
was settled for days. So each search notes how far it came, and the next one begins there.

Source: Firestore's documentation, "Avoid skipping over deleted data" (designing for scale).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.documents.paths import sweep_path
from shared.documents.store import DocumentStore, DocumentWrite

Span = tuple[datetime | None, datetime]
"""After the first time, or since ever, and up to the second one."""

LATE = timedelta(minutes=15)
"""How much later than its time a document may be written and still be found by the next search."""

OLD = timedelta(days=8)
"""Older than the entries that Firestore keeps, at most 7 days. Few documents are settled at that age."""

_EVERYTHING = timedelta(days=1)
_SLICE = timedelta(days=1)


class Sweep:
    """One search in the rising values of a time. `name` says which.

    Each search covers what is new since the last one, and what is older than `OLD`. Once a day it covers the
    days between, a day at a time, so that one query does not read past the entries of a week. Hence an
    imported order, or a waiting event of long ago, is found by the next search; a document that was written
    more than `LATE` after its time, and not yet `OLD`, is found within a day.
    """

    def __init__(self, documents: DocumentStore, name: str) -> None:
        self._documents = documents
        self._path = sweep_path(name)
        self._is_whole = False

    def spans(self, now: datetime, until: datetime) -> Iterator[Span]:
        """Yield the spans to search, the oldest first."""
        [noted] = self._documents.read([self._path])
        self._is_whole = not noted.exists or now - noted.fields["wholeAt"] >= _EVERYTHING
        start = old = until - OLD
        if not self._is_whole:
            start = max(old, noted.fields["until"] - LATE)
        yield None, old
        while start < until:
            end = min(start + _SLICE, until)
            yield start, end
            start = end

    def finish(self, now: datetime, until: datetime) -> None:
        """Note that every span was searched. After a failure the same spans are searched again."""
        fields = {"until": until} | ({"wholeAt": now} if self._is_whole else {})
        self._documents.commit([DocumentWrite(path=self._path, fields=fields)])
