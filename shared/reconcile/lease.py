"""Who reconciles a month: one run at a time, and none that lost its turn writes anything any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

from google.api_core.exceptions import RetryError
from google.api_core.retry import Retry, if_exception_type

from shared.documents.entries import ABSENT, DocumentWrite
from shared.documents.paths import Path
from shared.documents.store import Committed, PreconditionLost
from shared.domain.instants import from_micros, to_micros, to_rfc3339
from shared.errors import LeaseLost, Reconciling, StoreContended, StoreUnavailable, TransientError

LASTS = timedelta(hours=1)
"""As long as a function may run, and as far back as Firestore answers at an instant."""

_ATTEMPTS_S = 15.0


class Stored(Protocol):
    """A document; one that does not exist has no fields and the version ABSENT."""

    @property
    def fields(self) -> Mapping[str, Any]: ...

    @property
    def version(self) -> Any: ...


class Storage(Protocol):
    """The document store. Its errors are `TransientError`s."""

    def read(self, paths: Sequence[Path]) -> Sequence[Stored]: ...

    def commit(self, writes: Sequence[DocumentWrite]) -> Committed: ...


class Lease:
    """A document that every repair rewrites, on condition that nobody else did.

    `read_time` is the commit that took the lease: every repair of an earlier run is before it, and none
    can come after it. Neither depends on a clock; the deadline only says when another run may try.
    """

    def __init__(self, storage: Storage, path: Path, run_id: str, version: Any) -> None:
        self.read_time: datetime = version
        self._storage = storage
        self._path = path
        self._run_id = run_id
        self._version = version
        self._commits = 0

    @classmethod
    def take(cls, storage: Storage, path: Path, run_id: str, now: datetime) -> Lease:
        """Take the lease.

        Raises:
            Reconciling: another run has it; try again after the time that the text names.
        """
        (stored,) = storage.read([path])
        _refuse_if_taken(stored, now)
        fields = {"runId": run_id, "startedAt": now, "deadline": now + LASTS, "commits": 0}
        try:
            write = DocumentWrite(path=path, version=stored.version, fields=fields)
            version = storage.commit([write]).versions[path]
        except PreconditionLost:
            (stored,) = storage.read([path])
            if stored.fields.get("runId") != run_id:
                _refuse_if_taken(stored, now)
                raise Reconciling("another run was faster; try again") from None
            version = stored.version
        return cls(storage, path, run_id, version)

    def commit(self, writes: Sequence[DocumentWrite]) -> None:
        """Write all or nothing, and only while the lease is this run's.

        Raises:
            LeaseLost: another run took over; nothing was written.
            PreconditionLost: one of the writes found another version of its document; nothing was written.
        """
        self._write({"commits": self._commits + 1}, writes)
        self._commits += 1

    def finish(self, report: Mapping[str, Any], now: datetime) -> None:
        """Give the lease back and keep the report."""
        fields = {"deadline": None, "finishedAt": now, "readTime": self.read_time, "report": report}
        # Whatever becomes of the lease now, what was found is true and what was repaired stays so.
        with suppress(PreconditionLost, TransientError):
            self._write({**fields, "commits": self._commits + 1}, ())

    def release(self) -> None:
        """Give the lease back after a failure, so that nobody has to wait for the deadline."""
        with suppress(PreconditionLost, TransientError):
            (stored,) = self._storage.read([self._path])
            if stored.fields.get("runId") == self._run_id:
                fields = {"deadline": None, "runId": None}
                self._storage.commit([DocumentWrite(path=self._path, version=stored.version, fields=fields)])

    def _write(self, fields: dict[str, Any], writes: Sequence[DocumentWrite]) -> None:
        fence = DocumentWrite(path=self._path, version=self._version, fields=fields)
        # Safe to repeat whatever went wrong: the second commit of a version is refused.
        retry = Retry(if_exception_type(StoreContended, StoreUnavailable), initial=0.1, timeout=_ATTEMPTS_S)
        try:
            self._version = retry(self._storage.commit)([fence, *writes]).versions[self._path]
        except RetryError as error:
            raise StoreUnavailable(f"no repair went through in {_ATTEMPTS_S} s") from error
        except PreconditionLost:
            (stored,) = self._storage.read([self._path])
            if stored.fields.get("runId") != self._run_id:
                raise LeaseLost("another run took over; what it finds left, it repairs") from None
            if stored.fields.get("commits") != fields["commits"]:
                raise
            # The commit came through and its answer did not: the second try met the first.
            self._version = stored.version


def _refuse_if_taken(stored: Stored, now: datetime) -> None:
    deadline = stored.fields.get("deadline")
    if stored.version != ABSENT and deadline is not None and deadline > now:
        until = to_rfc3339(from_micros(to_micros(deadline)))
        raise Reconciling(f"another run is under way, until {until} at the latest")
