"""Apply events exactly once: one read, one atomic commit, no lock, never a read of a shared document."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Protocol

from cachetools import TTLCache
from google.api_core.exceptions import RetryError
from google.api_core.retry import Retry, if_exception_type

from shared.documents.entries import ABSENT, Record
from shared.documents.paths import Path, customer_path, record_path
from shared.documents.store import Committed, Documents, PreconditionLost
from shared.domain.changes import Change, OrderChange
from shared.domain.customer import Registration
from shared.domain.customer_state import CustomerState
from shared.domain.order import OrderFacts
from shared.domain.store import Terms
from shared.errors import ListRefused, StoreContended
from shared.ledger.decide import Decision, decide

_ATTEMPTS_S = 15.0
"""Seconds of attempts before Pub/Sub's own backoff spreads the writers better."""

_MOST_BYTES = 8 * 2**20
"""Firestore takes commits of 10 MiB."""

_REMEMBERED_ITEMS = 50_000
_REMEMBERED_S = 60.0


class StoreTerms(Protocol):
    """The tenants, as the ledger needs them."""

    def terms(self, change: Change) -> Terms:
        """Return how the change's store is counted; it is created if it is new. Raise CurrencyMismatch."""

    def contended(self, store_ids: Collection[str]) -> None:
        """Note that a commit to these stores met too many other writers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one change: "applied", or "duplicate" when everything in it was known.

    `customers` are those that the change concerns: their state after the commit, or None where nothing
    was committed, so that whoever needs it has to read it.
    """

    result: str
    customers: Mapping[str, CustomerState | None]


class Ledger:
    """Applies changes. Safe to share between threads."""

    def __init__(self, documents: Documents, stores: StoreTerms) -> None:
        self._documents = documents
        self._stores = stores
        # Facts only ever grow, so an outdated guess is caught by its precondition and never counts wrong.
        self._known: TTLCache[Path, Record] = TTLCache(
            _REMEMBERED_ITEMS, _REMEMBERED_S, getsizeof=lambda record: weight(record.facts)
        )
        self._lock = Lock()

    def check(self, change: Change) -> None:
        """Raise what would keep the change, and whatever is in one list with it, from being applied.

        Raises:
            CurrencyMismatch: the order is not in its store's currency.
            TransientError: the store can't be read.
        """
        if _has_currency(change):
            self._stores.terms(change)

    def apply(
        self, changes: Sequence[Change], *, guess: bool = True, most_races: int | None = None
    ) -> list[Outcome]:
        """Apply all changes in one commit, and return the outcome of each.

        An order's first event costs one call; another one costs a read and a commit, or a commit alone
        if this instance wrote the record within a minute; a repeat of that costs nothing.

        Args:
            changes: any number; what is on record of each is read at once.
            guess: whether what this instance remembers of a record may stand for reading it.
            most_races: how many races for a record may be lost, where the caller can do better than to try
                on with the whole list; None tries for 15 seconds.

        Raises:
            CurrencyMismatch: an order is not in its store's currency; nothing was applied.
            ListRefused: more races were lost, or it would be too much for one commit; nothing was applied.
            TransientError: nothing was applied; the whole list may be tried again.
        """
        terms: dict[str, Terms] = {}
        for change in changes:
            # A store without orders is read anew each time: once for the list is enough, but for currencies.
            if change.store_id not in terms or _has_currency(change):
                terms[change.store_id] = self._stores.terms(change)
        retry = Retry(
            predicate=if_exception_type(PreconditionLost, StoreContended),
            initial=0.02, maximum=1.0, multiplier=2.0, timeout=_ATTEMPTS_S,
        )  # fmt: skip
        races = 0

        def attempt() -> list[Outcome]:
            nonlocal races
            # A guess that was wrong is no race yet.
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

        try:
            return retry(attempt)()
        except RetryError as error:
            raise StoreContended(f"other writers kept winning for {_ATTEMPTS_S} s") from error

    def _records(self, changes: Sequence[Change], *, guess: bool) -> dict[Path, Record]:
        blank = {record_path(change): _blank(change) for change in changes}
        records: dict[Path, Record] = {}
        if guess:
            first = {record_path(change) for change in changes if change.creates}
            with self._lock:
                known = {path: self._known[path] for path in blank if path in self._known}
            records = {path: blank[path] for path in first} | known
        if unread := blank.keys() - records.keys():
            found = self._documents.read(unread)
            records |= {path: found.get(path, blank[path]) for path in unread}
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
                # Blind increments move a customer's version all the time: not worth remembering.
                if isinstance(record.facts, OrderFacts):
                    self._known[path] = record


def _customers(before: Mapping[Path, Record], after: Mapping[Path, Record], path: Path) -> set[str]:
    """Return the customers of the order at the path, the one it left included."""
    snapshots = [r.facts.snapshot for r in (before[path], after[path]) if isinstance(r.facts, OrderFacts)]
    return {snapshot.customer_id for snapshot in snapshots if snapshot and snapshot.customer_id is not None}


def _state(path: Path, decision: Decision, committed: Committed) -> CustomerState | None:
    if path not in committed.versions:
        return None
    counters: dict[str, int | None] = dict(committed.counters[path])
    for name in decision.writes[path].fields.keys() & {"firstOrderAt", "lastOrderAt"}:
        counters[name] = decision.writes[path].fields[name]
    return CustomerState(counters=counters, updated_at=committed.versions[path])


def _has_currency(change: Change) -> bool:
    return isinstance(change, OrderChange) and change.facts.snapshot is not None


def _blank(change: Change) -> Record:
    facts = OrderFacts() if isinstance(change, OrderChange) else Registration()
    return Record(facts=facts, timezone="UTC", version=ABSENT)


def weight(facts: OrderFacts | Registration) -> int:
    """Return how many things the facts speak of: themselves, and each item of the order."""
    snapshot = facts.snapshot if isinstance(facts, OrderFacts) else None
    return 1 + len(snapshot.items if snapshot else ())


def _bytes(decision: Decision) -> int:
    """Return about how large the commit will be; a message's limit keeps items this small on average."""
    items = sum(weight(record.facts) for record in decision.records.values())
    return 700 * len(decision.writes) + 300 * items
