"""Which customers were erased, and under which pseudonym late events about them count.

A document for each erased customer, found by the customer's hash, holds when the erasures began. Only events
that are late ask for it: what has just happened is found by the erasure itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from shared.documents.paths import Path, erasure_path
from shared.documents.retry import retry
from shared.documents.store import Document, DocumentStore, DocumentWrite
from shared.domain.changes import Change, CustomerChange
from shared.domain.instants import EPOCH, from_micros, to_micros
from shared.domain.pseudonym import Pseudonyms

SETTLED_AFTER = timedelta(seconds=120)
"""By then, whoever began to apply an event of the customer before the erasure has finished or given up."""

_LATE = SETTLED_AFTER / 2
"""What is younger is applied before an erasure that began after it has settled."""

_ATTEMPTS_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A customer's newest erasure."""

    pseudonym: str
    began_at: datetime
    is_finished: bool


class Erasures:
    """Keeps the erasures of a customer. Safe to share between threads."""

    def __init__(
        self, documents: DocumentStore, pseudonyms: Pseudonyms, clock: Callable[[], datetime]
    ) -> None:
        self._documents = documents
        self._pseudonyms = pseudonyms
        self._clock = clock

    def begin(self, store_id: str, customer_id: str, is_anything_held: Callable[[], bool]) -> Erasure:
        """Return the erasure to go on with.

        That is the newest one, unless it is finished and something is held about the customer again.
        """

        def attempt() -> Erasure:
            [document] = self._read([(store_id, customer_id)])
            began, is_finished = _began(document), document.fields.get("finished", True)
            if began and not (is_finished and is_anything_held()):
                return self._erasure(store_id, customer_id, began, is_finished=is_finished)
            began = [*began, self._clock()]
            self._write(store_id, customer_id, document.version, {"began": began, "finished": False})
            return self._erasure(store_id, customer_id, began, is_finished=False)

        return retry(attempt, within_s=_ATTEMPTS_S)

    def finish(self, store_id: str, customer_id: str) -> None:
        """Note that nothing is held about the customer any more."""
        self._write(store_id, customer_id, None, {"finished": True})

    def redirected(self, changes: Sequence[Change]) -> list[Change]:
        """Return the changes as they count: what is older than its customer's erasure, under the pseudonym.

        An order is as old as its creation, whenever it was amended. All changes cost one call, and a read for
        each of their customers. What is younger than a minute costs nothing.

        Raises:
            TransientError: try again.
        """
        owners = [_owner(change) for change in changes]
        late = self._clock() - _LATE
        asked = [*dict.fromkeys(owner.customer for owner in owners if owner and owner.since <= late)]
        began = dict(zip(asked, map(_began, self._read(asked)), strict=True)) if asked else {}
        return [
            self._redirected(change, owner, began.get(owner.customer, ())) if owner else change
            for change, owner in zip(changes, owners, strict=True)
        ]

    def _redirected(self, change: Change, owner: _Owner, began: Sequence[datetime]) -> Change:
        for number, at in enumerate(began, start=1):
            if owner.since <= at:
                return _renamed(change, self._pseudonyms.name(*owner.customer, number))
        return change

    def _erasure(
        self, store_id: str, customer_id: str, began: Sequence[datetime], *, is_finished: bool
    ) -> Erasure:
        pseudonym = self._pseudonyms.name(store_id, customer_id, len(began))
        return Erasure(pseudonym=pseudonym, began_at=began[-1], is_finished=is_finished)

    def _read(self, customers: Sequence[tuple[str, str]]) -> list[Document]:
        return self._documents.read([self._path(*customer) for customer in customers])

    def _write(self, store_id: str, customer_id: str, version: Any, fields: dict[str, Any]) -> None:
        path = self._path(store_id, customer_id)
        self._documents.commit([DocumentWrite(path=path, version=version, fields=fields)])

    def _path(self, store_id: str, customer_id: str) -> Path:
        return erasure_path(store_id, self._pseudonyms.hashed(store_id, customer_id))


class _Owner(NamedTuple):
    """Whose an order or a registration is, by store and customer id, and since when."""

    customer: tuple[str, str]
    since: datetime


def _owner(change: Change) -> _Owner | None:
    """Return None for what is nobody's, or doesn't say whose it is."""
    if isinstance(change, CustomerChange):
        return _Owner((change.store_id, change.customer_id), change.facts.registered_at or EPOCH)
    snapshot = change.facts.snapshot
    if snapshot is None or snapshot.customer_id is None:
        return None
    return _Owner((change.store_id, snapshot.customer_id), snapshot.created_at)


def _renamed(change: Change, pseudonym: str) -> Change:
    if isinstance(change, CustomerChange):
        return replace(change, customer_id=pseudonym, creates=False)
    snapshot = change.facts.snapshot and replace(change.facts.snapshot, customer_id=pseudonym)
    return replace(change, facts=replace(change.facts, snapshot=snapshot))


def _began(document: Document) -> list[datetime]:
    return [from_micros(to_micros(at)) for at in document.fields.get("began", ())]
