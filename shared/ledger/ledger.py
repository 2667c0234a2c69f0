"""Apply events exactly once: one read, one atomic commit, no locks, no read of a shared document."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Protocol

from cachetools import TTLCache

from shared.documents.entries import Record, read_record
from shared.documents.paths import Path, customer_path, record_path
from shared.documents.retry import retry
from shared.documents.store import Committed, Document, DocumentStore, PreconditionLost
from shared.domain.changes import Change, OrderChange
from shared.domain.customer import Registration
from shared.domain.customer_state import CustomerState
from shared.domain.instants import from_micros
from shared.domain.order import OrderFacts
from shared.domain.store import Terms
from shared.errors import ListRefused, StoreContended
from shared.ledger.decide import Decision, decide

_ATTEMPTS_S = 15.0
"""After this, Pub/Sub's backoff spreads the writers better."""

_MOST_BYTES = 8 * 2**20
"""Firestore's limit for a commit is 10 MiB."""

_REMEMBERED_ITEMS = 50_000
_REMEMBERED_S = 60.0


class StoreTerms(Protocol):
    """The tenants, as the ledger needs them."""

    def terms(self, change: Change) -> Terms:
        """Return how the change is counted; an unknown store is created. Raise CurrencyMismatch."""

    def contended(self, store_ids: Collection[str]) -> None:
        """Note that a commit to these stores was contended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one change: "applied", or "duplicate" where all its facts were known.

    `customers` are those of the change's order, with their state after the commit. A state is None where
    nothing was committed for the customer; read it if you need it.
    """

    result: str
    customers: Mapping[str, CustomerState | None]


class Ledger:
    """Applies changes. Safe to share between threads."""

    def __init__(self, documents: DocumentStore, stores: StoreTerms) -> None:
        self._documents = documents
        self._stores = stores
        # Facts only grow: what an outdated record knows is known, and a write that adds to it loses its
        # precondition. So a wrong guess never counts wrong.
        self._known: TTLCache[Path, Record] = TTLCache(
            _REMEMBERED_ITEMS, _REMEMBERED_S, getsizeof=lambda record: weight(record.facts)
        )
        self._lock = Lock()

    def check(self, change: Change) -> None:
        """Raise the error that would keep a list with this change in it from being applied.

        Raises:
            CurrencyMismatch: the order is not in its store's currency.
            TransientError: the store could not be read.
        """
        if _has_currency(change):
            self._stores.terms(change)

    def apply(
        self, changes: Sequence[Change], *, guess: bool = True, most_races: int | None = None
    ) -> list[Outcome]:
        """Apply all changes in one commit, and return the outcome of each.

        An order's first event costs one call. A later one costs a read and a commit, or a commit alone if
        this instance wrote the record within a minute; a repeat of that one costs nothing.

        Args:
            changes: any number, also several about one order. Their records are read in one call.
            guess: whether a remembered record may be used without reading it.
            most_races: how many lost races end the attempts, for callers that then split the list; None
                retries for 15 seconds.

        Raises:
            CurrencyMismatch: an order is not in its store's currency; nothing was applied.
            ListRefused: too many races were lost, or the list is too large for one commit; nothing was
                applied. Apply each change alone.
            TransientError: nothing was applied; the whole list may be tried again.
        """
        terms: dict[str, Terms] = {}
        for change in changes:
            # A store without orders is not remembered: for changes without a currency, ask for it once.
            if change.store_id not in terms or _has_currency(change):
                terms[change.store_id] = self._stores.terms(change)
        races = 0

        def attempt() -> list[Outcome]:
            nonlocal races
            # After a lost race, the remembered records may be the ones that lost it.
            records = self._records(changes, guess=guess and races == 0)
            try:
                return self._commit(changes, records, self._decide(changes, records, terms))
            except PreconditionLost as error:
                races += 1
                if most_races is not None and races > most_races:
                    raise ListRefused(f"other writers were faster, {races} times") from error
                raise
            except StoreContended:
                self._stores.contended(terms.keys())
                raise

        return retry(attempt, within_s=_ATTEMPTS_S)

    def _records(self, changes: Sequence[Change], *, guess: bool) -> dict[Path, Record]:
        subjects = {record_path(change): change for change in changes}
        records: dict[Path, Record] = {}
        if guess:
            records = {record_path(c): read_record(c, Document()) for c in changes if c.creates}
            with self._lock:
                records |= {path: self._known[path] for path in subjects if path in self._known}
        if unread := [path for path in subjects if path not in records]:
            for path, document in zip(unread, self._documents.read(unread), strict=True):
                records[path] = read_record(subjects[path], document)
        return records

    def _decide(
        self, changes: Sequence[Change], records: Mapping[Path, Record], terms: Mapping[str, Terms]
    ) -> Decision:
        decision = decide(changes, records, terms)
        if not decision.unknown:
            return decision
        listed = [change for change in changes if isinstance(change, OrderChange)]
        others = {
            owner: self._documents.other_orders(owner, {c.order_id for c in listed if c.store_id == owner[0]})
            for owner in decision.unknown
        }
        return decide(changes, records, terms, others)

    def _commit(
        self, changes: Sequence[Change], records: Mapping[Path, Record], decision: Decision
    ) -> list[Outcome]:
        after = dict(records)
        committed = Committed(versions={}, counters={})
        if len(changes) > 1 and _bytes(decision) > _MOST_BYTES:
            raise ListRefused(f"{len(changes)} changes are too much for one commit")
        if decision.writes:
            committed = self._documents.commit(list(decision.writes.values()))
        for path, record in decision.records.items():
            after[path] = replace(record, version=committed.versions[path])
        self._remember(after)
        return [
            Outcome(
                result="applied" if moved else "duplicate",
                customers={
                    customer_id: _state(customer_path(change.store_id, customer_id), decision, committed)
                    for customer_id in _customers(records, after, record_path(change))
                },
            )
            for change, moved in zip(changes, decision.moved, strict=True)
        ]

    def _remember(self, records: Mapping[Path, Record]) -> None:
        with self._lock:
            for path, record in records.items():
                # Increments by orders move a customer's version all the time: not worth remembering.
                if isinstance(record.facts, OrderFacts):
                    self._known[path] = record


def _customers(before: Mapping[Path, Record], after: Mapping[Path, Record], path: Path) -> set[str]:
    """Return the customers of the order at the path, the one that it leaves included."""
    snapshots = [r.facts.snapshot for r in (before[path], after[path]) if isinstance(r.facts, OrderFacts)]
    return {snapshot.customer_id for snapshot in snapshots if snapshot and snapshot.customer_id is not None}


def _state(path: Path, decision: Decision, committed: Committed) -> CustomerState | None:
    if path not in committed.versions:
        return None
    counters: dict[str, int | None] = dict(committed.counters[path])
    for name in decision.writes[path].fields.keys() & {"firstOrderAt", "lastOrderAt"}:
        counters[name] = decision.writes[path].fields[name]
    return CustomerState(counters=counters, updated_at=from_micros(committed.counters[path]["updatedAt"]))


def _has_currency(change: Change) -> bool:
    return isinstance(change, OrderChange) and change.facts.snapshot is not None


def weight(facts: OrderFacts | Registration) -> int:
    """Return 1 for the facts themselves, and 1 for each item of the order."""
    snapshot = facts.snapshot if isinstance(facts, OrderFacts) else None
    return 1 + len(snapshot.items if snapshot else ())


def _bytes(decision: Decision) -> int:
    """Return the estimated size of the commit; a message's size limit keeps items this small on average."""
    items = sum(weight(record.facts) for record in decision.records.values())
    return 700 * len(decision.writes) + 300 * items
