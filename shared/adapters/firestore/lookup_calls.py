"""The log of calls of the customer API in Firestore."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.cloud.firestore import Client, CollectionReference, FieldFilter, Query

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, translated
from shared.documents.paths import store_path
from shared.domain.instants import from_micros, to_micros


class FirestoreLookupCalls:
    """Reads the log. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def page(
        self, store_id: str, limit: int, after: tuple[int, str] | None
    ) -> tuple[list[dict[str, Any]], list[Any] | None]:
        """Return calls, the newest first, and where the next page starts: one call, `limit` + 1 reads."""
        newest = self._calls(store_id).order_by("calledAt", direction=Query.DESCENDING).order_by("callId")
        query = newest.limit(limit + 1)
        if after is not None:
            query = query.start_after({"calledAt": from_micros(after[0]), "callId": after[1]})
        found = _stream(query)
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], [to_micros(last["calledAt"]), last["callId"]]

    def results(self, store_id: str, since: datetime, limit: int) -> list[dict[str, Any]]:
        """Return time, outcome and duration of the newest calls since then: one call, `limit` reads."""
        query = (
            self._calls(store_id)
            .where(filter=FieldFilter("calledAt", ">=", since))
            .order_by("calledAt", direction=Query.DESCENDING)
            .limit(limit)
            .select(["calledAt", "outcome", "durationMs"])
        )
        return _stream(query)

    def _calls(self, store_id: str) -> CollectionReference:
        return self._client.collection(*store_path(store_id), "lookupCalls")


def _stream(query: Query) -> list[dict[str, Any]]:
    with translated():
        return [s.to_dict() or {} for s in query.stream(retry=RETRY, timeout=TIMEOUT_S)]
