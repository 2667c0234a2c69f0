"""The history of customer lookups in Firestore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from google.cloud.firestore import Client, CollectionReference, FieldFilter, Query

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, translated
from shared.baskets.calls import LISTED
from shared.documents.paths import lookup_call_path, store_path
from shared.domain.instants import from_micros, to_micros


class FirestoreLookupCalls:
    """Reads the history. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def page(
        self, store_id: str, limit: int, after: tuple[int, str] | None, only: Mapping[str, str]
    ) -> tuple[list[dict[str, Any]], list[Any] | None]:
        """Return entries without their responses, the newest first, and where the next page starts.

        One call, `limit` + 1 reads. `only` is {field: its value}, with at most one field.
        """
        query: Any = self._calls(store_id)
        for field, value in only.items():
            query = query.where(filter=FieldFilter(field, "==", value))
        newest = query.order_by("calledAt", direction=Query.DESCENDING).order_by("callId")
        query = newest.limit(limit + 1).select(LISTED)
        if after is not None:
            query = query.start_after({"calledAt": from_micros(after[0]), "callId": after[1]})
        found = _stream(query)
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], [to_micros(last["calledAt"]), last["callId"]]

    def find(self, store_id: str, call_id: str) -> dict[str, Any] | None:
        """Return an entry with its response; None where there is no such entry: one read."""
        with translated():
            snapshot = self._client.document(*lookup_call_path(store_id, call_id)).get(
                retry=RETRY, timeout=TIMEOUT_S
            )
        return snapshot.to_dict()

    def results(self, store_id: str, since: datetime, limit: int) -> list[dict[str, Any]]:
        """Return what a report needs of the newest entries since then: one call, `limit` reads."""
        query = (
            self._calls(store_id)
            .where(filter=FieldFilter("calledAt", ">=", since))
            .order_by("calledAt", direction=Query.DESCENDING)
            .limit(limit)
            .select(["calledAt", "source", "attempt", "outcome", "durationMs"])
        )
        return _stream(query)

    def _calls(self, store_id: str) -> CollectionReference:
        return self._client.collection(*store_path(store_id), "lookupCalls")


def _stream(query: Query) -> list[dict[str, Any]]:
    with translated():
        return [s.to_dict() or {} for s in query.stream(retry=RETRY, timeout=TIMEOUT_S)]
