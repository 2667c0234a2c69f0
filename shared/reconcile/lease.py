"""The lease on a store's month, or its repairs: one run at a time; a run that lost it writes nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from google.api_core.retry import if_exception_type

from shared.documents.paths import Path
from shared.documents.retry import retry
from shared.documents.store import DocumentStore, DocumentWrite, PreconditionLost
from shared.domain.instants import to_rfc3339
from shared.errors import LeaseLost, Reconciling, StoreContended, StoreUnavailable, TransientError

LASTS = timedelta(hours=1)
"""As long as a function may run, and as far back as Firestore reads at an instant."""

_ATTEMPTS_S = 15.0


class Lease:
    """A document that every repair rewrites, on condition that no other run has.

    `read_time` is the commit that took the lease: the repairs of earlier runs come before it, and none can
    come after it. That depends on no clock; the deadline only says when another run may take the lease.
    """

    def __init__(
        self, documents: DocumentStore, path: Path, run_id: str, version: Any, before: Mapping[str, Any]
    ) -> None:
        self.unfinished: Mapping[str, Any] | None = before.get("unfinished")
        """What an earlier run left that was out of time, as `pause` stored it."""
        self.read_time: datetime = version
        self._documents = documents
        self._path = path
        self._run_id = run_id
        self._version = version
        self._commits = 0

    @classmethod
    def take(cls, documents: DocumentStore, path: Path, run_id: str, now: datetime) -> Lease:
        """Take the lease.

        Raises:
            Reconciling: another run has it; try again after the time that the text names.
        """
        [lease] = documents.read([path])
        _refuse_if_taken(lease.fields, now)
        fields = {"runId": run_id, "startedAt": now, "deadline": now + LASTS, "commits": 0}
        try:
            write = DocumentWrite(path=path, version=lease.version, fields=fields)
            version = documents.commit([write]).versions[path]
        except PreconditionLost:
            [lease] = documents.read([path])
            if lease.fields.get("runId") != run_id:
                _refuse_if_taken(lease.fields, now)
                raise Reconciling("another run was faster; try again") from None
            version = lease.version
        return cls(documents, path, run_id, version, lease.fields)

    def commit(self, writes: Sequence[DocumentWrite]) -> None:
        """Write all or nothing, and only while this run has the lease.

        Raises:
            LeaseLost: another run took over; nothing was written.
            PreconditionLost: a document is at another version than its write requires; nothing was written.
        """
        self._write({"commits": self._commits + 1}, writes)
        self._commits += 1

    def finish(self, report: Mapping[str, Any], now: datetime) -> None:
        """Give the lease back and store the report."""
        fields = {"deadline": None, "finishedAt": now, "readTime": self.read_time, "report": report}
        self._end(fields | {"unfinished": None})

    def pause(self, unfinished: Mapping[str, Any]) -> None:
        """Give the lease back and store where another run continues."""
        self._end({"deadline": None, "unfinished": unfinished})

    def _end(self, fields: dict[str, Any]) -> None:
        # Whatever becomes of the lease now, the report is true and the repairs are made.
        with suppress(PreconditionLost, TransientError):
            self._write({**fields, "commits": self._commits + 1}, ())

    def release(self) -> bool:
        """Give the lease back, so that the next run need not wait for the deadline; return whether it is."""
        with suppress(PreconditionLost, TransientError):
            [lease] = self._documents.read([self._path])
            if lease.fields.get("runId") == self._run_id:
                fields = {"deadline": None, "runId": None}
                write = DocumentWrite(path=self._path, version=lease.version, fields=fields)
                self._documents.commit([write])
            return True
        return False

    def _write(self, fields: dict[str, Any], writes: Sequence[DocumentWrite]) -> None:
        fence = DocumentWrite(path=self._path, version=self._version, fields=fields)
        try:
            # Safe to repeat after any error: a second commit of one version is refused.
            committed = retry(
                lambda: self._documents.commit([fence, *writes]),
                when=if_exception_type(StoreContended, StoreUnavailable),
                within_s=_ATTEMPTS_S,
                pause_s=(0.1, 1.0),
            )
            self._version = committed.versions[self._path]
        except PreconditionLost:
            [lease] = self._documents.read([self._path])
            if lease.fields.get("runId") != self._run_id:
                raise LeaseLost("another run took over; it repairs what is left") from None
            if lease.fields.get("commits") != fields["commits"]:
                raise
            # The first commit went through and its answer was lost; the second one met its version.
            self._version = lease.version


def _refuse_if_taken(lease: Mapping[str, Any], now: datetime) -> None:
    deadline = lease.get("deadline")
    if deadline is not None and deadline > now:
        raise Reconciling(f"another run is under way, until {to_rfc3339(deadline)} at the latest")
