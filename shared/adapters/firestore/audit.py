"""The audit trail in Firestore: `stores/{id}/audit/{id}`, and `audit/{id}` for actions on no store."""

from __future__ import annotations

from typing import Any

from google.cloud.firestore import Client, Query

from shared.adapters.firestore.client import stream
from shared.audit.entry import Entry, Outcome
from shared.documents.paths import audit_path
from shared.domain.instants import from_micros, to_micros


class FirestoreAudit:
    """Reads the trail. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def page(
        self, store_id: str | None, limit: int, after: tuple[int, str] | None
    ) -> tuple[list[Entry], list[Any] | None]:
        """Return entries, the newest first, and where the next page starts: one call, `limit` + 1 reads."""
        entries = self._client.collection(*audit_path(store_id, "")[:-1])
        query = entries.order_by("at", direction=Query.DESCENDING)
        query = query.order_by("__name__", direction=Query.DESCENDING)
        if after is not None:
            position = self._client.document(*audit_path(store_id, after[1]))
            query = query.start_after({"at": from_micros(after[0]), "__name__": position})
        found = [_entry(snapshot.to_dict() or {}) for snapshot in stream(query.limit(limit + 1))]
        if len(found) <= limit:
            return found, None
        return found[:limit], [to_micros(found[limit - 1].at), found[limit - 1].entry_id]


def _entry(fields: dict[str, Any]) -> Entry:
    return Entry(
        entry_id=fields["entryId"],
        at=from_micros(to_micros(fields["at"])),
        issuer=fields["issuer"],
        subject=fields["subject"],
        action=fields["action"],
        store_id=fields["storeId"],
        target=fields["target"],
        before=fields["before"],
        after=fields["after"],
        outcome=Outcome(fields["outcome"]),
        status=fields["status"],
    )
