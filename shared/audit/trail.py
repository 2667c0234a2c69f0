"""Write the audit trail: a log line, which is the record of truth, and a document for the page of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from logging import INFO, Logger

from shared.audit.entry import Entry
from shared.documents.paths import audit_path
from shared.documents.store import DocumentStore, DocumentWrite

MESSAGE = "audit"
"""Of each line, and of no other. The sink in infra/modules/tillpulse/audit.tf copies lines with it."""

KEPT = timedelta(days=400)
"""As long as the lines, unless `audit_retention_days` says otherwise."""


class AuditTrail:
    """Records who changed or exported what. Safe to share between threads.

    Args:
        documents: returns the document store; asked where there is a document to write.
        log: the project's logger.
    """

    def __init__(self, documents: Callable[[], DocumentStore], log: Logger) -> None:
        self._documents = documents
        self._log = log
        self._lines = log.getChild(MESSAGE)
        # The level of other lines is a setting; these are always written.
        self._lines.setLevel(INFO)

    def record(self, entry: Entry) -> None:
        """Write the line, and for a known caller the document; one that can't be written is an error line."""
        shown = entry.shown()
        self._lines.info(MESSAGE, extra=shown)
        if entry.subject is None:
            # Anyone can make such attempts without end.
            return
        fields = shown | {"at": entry.at, "expireAt": entry.at + KEPT}
        path = audit_path(entry.store_id, entry.entry_id)
        try:
            self._documents().commit([DocumentWrite(path=path, fields=fields)])
        except Exception:  # noqa: BLE001 - the change is made, and its line written; only the page lacks it
            self._log.exception("audit entry not stored", extra={"entryId": entry.entry_id})
