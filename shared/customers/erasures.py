"""Which customers were erased, and under which pseudonym late events about them count.

A document for each erased customer, found by the customer's hash, holds when the erasures began. Only events
of registrations ask for it; an order that was erased says so itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.documents.paths import erasure_path
from shared.documents.retry import retry
from shared.documents.store import Document, DocumentStore, DocumentWrite
from shared.domain.changes import CustomerChange
from shared.domain.instants import from_micros, to_micros
from shared.domain.pseudonym import Pseudonyms

_ATTEMPTS_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A customer's newest erasure."""

    pseudonym: str
    began_at: datetime
    is_finished: bool


class Erasures:
    """Keeps the erasures of a customer. Safe to share between threads."""

    def __init__(self, documents: DocumentStore, pseudonyms: Pseudonyms) -> None:
        self._documents = documents
        self._pseudonyms = pseudonyms

    def begin(
        self, store_id: str, customer_id: str, now: datetime, is_anything_held: Callable[[], bool]
    ) -> Erasure:
        """Return the erasure to go on with.

        That is the newest one, unless it is finished and something is held about the customer again.
        """

        def attempt() -> Erasure:
            document = self._read(store_id, customer_id)
            began, is_finished = _began(document), document.fields.get("finished", True)
            if began and not (is_finished and is_anything_held()):
                return self._erasure(store_id, customer_id, began, is_finished=is_finished)
            began = [*began, now]
            self._write(store_id, customer_id, document.version, {"began": began, "finished": False})
            return self._erasure(store_id, customer_id, began, is_finished=False)

        return retry(attempt, within_s=_ATTEMPTS_S)

    def finish(self, store_id: str, customer_id: str) -> None:
        """Note that nothing is held about the customer any more."""
        self._write(store_id, customer_id, None, {"finished": True})

    def redirected(self, change: CustomerChange) -> CustomerChange:
        """Return the registration as it counts: under the pseudonym if it is older than an erasure."""
        registered_at = change.facts.registered_at
        began = _began(self._read(change.store_id, change.customer_id))
        for number, at in enumerate(began, start=1):
            if registered_at is None or registered_at <= at:
                pseudonym = self._pseudonyms.name(change.store_id, change.customer_id, number)
                return replace(change, customer_id=pseudonym, creates=False)
        return change

    def _erasure(
        self, store_id: str, customer_id: str, began: Sequence[datetime], *, is_finished: bool
    ) -> Erasure:
        pseudonym = self._pseudonyms.name(store_id, customer_id, len(began))
        return Erasure(pseudonym=pseudonym, began_at=began[-1], is_finished=is_finished)

    def _read(self, store_id: str, customer_id: str) -> Document:
        hashed = self._pseudonyms.hashed(store_id, customer_id)
        [document] = self._documents.read([erasure_path(store_id, hashed)])
        return document

    def _write(self, store_id: str, customer_id: str, version: Any, fields: dict[str, Any]) -> None:
        path = erasure_path(store_id, self._pseudonyms.hashed(store_id, customer_id))
        self._documents.commit([DocumentWrite(path=path, version=version, fields=fields)])


def _began(document: Document) -> list[datetime]:
    return [from_micros(to_micros(at)) for at in document.fields.get("began", ())]
