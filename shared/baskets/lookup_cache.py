"""What is remembered of lookups: who may ask the API now, and the newest answer with all that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.baskets.calls import ApiCall, Subject, call_write
from shared.baskets.records import entry_fields, read_entry
from shared.documents.paths import Path, customer_path
from shared.documents.profiles import profile_fields
from shared.documents.retry import retry
from shared.documents.store import Document, DocumentStore, DocumentWrite, PreconditionLost
from shared.domain.call_outcome import CallOutcome
from shared.domain.lookup import Answer, LookupEntry
from shared.domain.retention import Retention
from shared.domain.tallies import CUSTOMERS

ATTEMPTS_S = 5.0
"""For a write that loses to others; after that Pub/Sub's backoff spreads the writers better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the API was asked about an identifier for a basket, and the calls that this took."""

    subject: Subject
    basket_id: str
    calls: Sequence[ApiCall]

    @property
    def is_refused(self) -> bool:
        return bool(self.calls) and self.calls[-1].outcome is CallOutcome.REFUSED


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
        entry = replace(known.entry, leased_until=until, failed_at=None, refused_at=None)
        try:
            committed = self._documents.commit([self._entry_write(subject, entry, known.version)])
        except PreconditionLost:
            return None
        return Remembered(entry=entry, version=committed.versions[subject.path])

    def save_answer(
        self,
        asked: Asked,
        leased: Remembered,
        answer: Answer,
        others: Sequence[Subject],
        search_tokens: Sequence[str],
    ) -> Answer:
        """Keep the answer, its customer's profile and the calls, in one commit; return the newest answer.

        That is another one where somebody asked later, after the lease had run out, and was faster. `others`
        are the customer's other identifiers, which the answer is good for too; `search_tokens` are what the
        customer is searched by from now on.
        """
        known, subject = leased, asked.subject

        def attempt() -> Answer:
            nonlocal known
            stands = known.entry.answer
            newest = stands if stands and stands.asked_at > answer.asked_at else answer
            others_lease = None if _is_held(leased, known) else known.entry.leased_until
            entry = LookupEntry(answer=newest, leased_until=others_lease)
            writes = [
                self._entry_write(subject, entry, known.version),
                *self._customer_writes(subject.store_id, answer, others, search_tokens),
            ]
            try:
                self._documents.commit([*writes, *self._call_writes(asked)])
            except PreconditionLost:
                known = self.read(subject)
                raise
            return newest

        return retry(attempt, within_s=ATTEMPTS_S)

    def save_failure(self, asked: Asked, leased: Remembered, now: datetime) -> None:
        """Give the lease back, tell those who wait that there is no answer, and keep the calls.

        If somebody else has the lease by now, they will tell how it ended; only the calls are kept.
        """
        known, kept, subject = leased, self._call_writes(asked), asked.subject

        def attempt() -> None:
            nonlocal known
            writes = list(kept)
            if _is_held(leased, known):
                refused_at = now if asked.is_refused else None
                entry = replace(known.entry, leased_until=None, failed_at=now, refused_at=refused_at)
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

    def _call_writes(self, asked: Asked) -> list[DocumentWrite]:
        kept_for = self._retention.lookup_calls
        return [call_write(asked.subject, asked.basket_id, call, kept_for) for call in asked.calls]

    def _customer_writes(
        self, store_id: str, answer: Answer, others: Sequence[Subject], search_tokens: Sequence[str]
    ) -> list[DocumentWrite]:
        """Return the writes of the customer's profile, and of what is remembered of the other identifiers."""
        if answer.customer_id is None:
            return []
        path = customer_path(store_id, answer.customer_id)
        customer, *entries = self._documents.read([path, *(other.path for other in others)])
        writes = _profile_writes(path, customer, answer, search_tokens)
        for other, document in zip(others, entries, strict=True):
            before = remembered(document)
            after = before.entry.with_answer_for(answer)
            if after != before.entry:
                writes.append(self._entry_write(other, after, before.version))
        return writes


def _is_held(leased: Remembered, known: Remembered) -> bool:
    """Tell whether the lease is still there: each one ends later than the one before it."""
    return known.entry.leased_until == leased.entry.leased_until


def _profile_writes(
    path: Path, customer: Document, answer: Answer, search_tokens: Sequence[str]
) -> list[DocumentWrite]:
    """Return the write of the profile, unless the customer's document has one that was asked for later.

    One customer has several identifiers, so their lookups may cross.
    """
    known_at = customer.fields.get("profileAskedAt")
    if known_at is not None and known_at > answer.asked_at:
        return []
    write = DocumentWrite(path=path, version=customer.version)
    write.fields = {
        **CUSTOMERS.identity(of=str(answer.customer_id)),
        "profile": profile_fields(answer.profile),
        "profileAskedAt": answer.asked_at,
        # A map and no list: a query asks for several tokens at once, each by its own index entries.
        "searchTokens": dict.fromkeys(search_tokens, True),
    }
    write.count_version()
    write.maximums["lastOrderAt"] = 0
    write.ensure(*CUSTOMERS.counters)
    return [write]
