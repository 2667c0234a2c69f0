"""What is remembered of lookups: who may ask the API now, and the newest answer with all that it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.baskets.calls import ApiCall, call_write
from shared.baskets.records import entry_fields, read_entry
from shared.documents.paths import Path, customer_path, lookup_path
from shared.documents.retry import retry
from shared.documents.store import Document, DocumentStore, DocumentWrite, PreconditionLost
from shared.domain.customer_identifier import IdentifierKind
from shared.domain.lookup import Answer, LookupEntry
from shared.domain.retention import Retention
from shared.domain.tallies import CUSTOMERS

ATTEMPTS_S = 5.0
"""For a write that loses to others; after that Pub/Sub's backoff spreads the writers better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who is looked up, where. The identifier itself is not kept."""

    store_id: str
    kind: IdentifierKind
    identifier_hash: str

    @property
    def path(self) -> Path:
        return lookup_path(self.store_id, self.identifier_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is remembered, and the version of its document."""

    entry: LookupEntry
    version: Any


def remembered(document: Document) -> Remembered:
    return Remembered(entry=read_entry(document.fields), version=document.version)


class LookupCache:
    """The entries of identifiers. Safe to share between threads."""

    def __init__(self, documents: DocumentStore, retention: Retention) -> None:
        self._documents = documents
        self._retention = retention

    def read(self, subject: Subject) -> Remembered:
        [document] = self._documents.read([subject.path])
        return remembered(document)

    def lease(self, subject: Subject, known: Remembered, until: datetime) -> Remembered | None:
        """Return the entry with the lease to ask the API; None where somebody else was faster.

        The lease ends by itself, so that whoever dies with it stops nobody for long.
        """
        entry = replace(known.entry, leased_until=until, failed_at=None)
        try:
            committed = self._documents.commit([self._entry_write(subject, entry, known.version)])
        except PreconditionLost:
            return None
        return Remembered(entry=entry, version=committed.versions[subject.path])

    def save_answer(
        self, subject: Subject, leased: Remembered, answer: Answer, calls: Sequence[ApiCall]
    ) -> Answer:
        """Keep the answer, its customer's profile and the calls, in one commit; return the newest answer.

        That is another one where somebody asked later, after the lease had run out, and was faster.
        """
        known = leased

        def attempt() -> Answer:
            nonlocal known
            stands = known.entry.answer
            newest = stands if stands and stands.asked_at > answer.asked_at else answer
            others_lease = None if _is_held(leased, known) else known.entry.leased_until
            entry = LookupEntry(answer=newest, leased_until=others_lease)
            writes = [
                self._entry_write(subject, entry, known.version),
                *_profile_writes(self._documents, subject, answer),
            ]
            try:
                self._documents.commit([*writes, *self._call_writes(subject, calls)])
            except PreconditionLost:
                known = self.read(subject)
                raise
            return newest

        return retry(attempt, within_s=ATTEMPTS_S)

    def save_failure(
        self, subject: Subject, leased: Remembered, calls: Sequence[ApiCall], now: datetime
    ) -> None:
        """Give the lease back, tell those who wait that there is no answer, and keep the calls.

        If somebody else has the lease by now, they will tell how it ended; only the calls are kept.
        """
        known, kept = leased, self._call_writes(subject, calls)

        def attempt() -> None:
            nonlocal known
            writes = list(kept)
            if _is_held(leased, known):
                entry = replace(known.entry, leased_until=None, failed_at=now)
                writes.append(self._entry_write(subject, entry, known.version))
            try:
                if writes:
                    self._documents.commit(writes)
            except PreconditionLost:
                known = self.read(subject)
                raise

        retry(attempt, within_s=ATTEMPTS_S)

    def _entry_write(self, subject: Subject, entry: LookupEntry, version: Any) -> DocumentWrite:
        fields = entry_fields(entry, self._retention.lookups)
        return DocumentWrite(path=subject.path, version=version, fields=fields)

    def _call_writes(self, subject: Subject, calls: Sequence[ApiCall]) -> list[DocumentWrite]:
        about = (subject.store_id, subject.kind, subject.identifier_hash)
        return [call_write(*about, call, self._retention.lookup_calls) for call in calls]


def profile_of(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the profile in a customer's document."""
    profile = fields.get("profile")
    return dict(profile) if profile else None


def _is_held(leased: Remembered, known: Remembered) -> bool:
    """Tell whether the lease is still there: each one ends later than the one before it."""
    return known.entry.leased_until == leased.entry.leased_until


def _profile_writes(documents: DocumentStore, subject: Subject, answer: Answer) -> list[DocumentWrite]:
    """Return the write of the profile, unless the customer's document has one that was asked for later.

    One customer has several identifiers, so their lookups may cross.
    """
    if answer.profile is None or answer.customer_id is None:
        return []
    path = customer_path(subject.store_id, answer.customer_id)
    [customer] = documents.read([path])
    known_at = customer.fields.get("profileAskedAt")
    if known_at is not None and known_at > answer.asked_at:
        return []
    write = DocumentWrite(path=path, version=customer.version)
    write.fields = {
        **CUSTOMERS.identity(of=answer.customer_id),
        "profile": dict(answer.profile),
        "profileAskedAt": answer.asked_at,
    }
    write.count_version()
    write.maximums["lastOrderAt"] = 0
    write.ensure(*CUSTOMERS.counters)
    return [write]
