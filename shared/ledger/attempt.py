"""One attempt at a list of changes: apply as many of them as possible in one commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, islice
from typing import NamedTuple, Protocol

from google.api_core.retry import if_exception_type

from shared.documents.entries import Record, read_record
from shared.documents.paths import Path, record_path
from shared.documents.retry import retry, time_limit
from shared.documents.store import Committed, Document, DocumentStore, PreconditionLost, Write
from shared.domain.changes import Change, OrderChange
from shared.domain.order import OrderFacts
from shared.domain.store import Terms
from shared.errors import (
    OrderAwaited,
    PaymentMismatch,
    PermanentError,
    RecordUnreadable,
    StoreContended,
    StoreExhausted,
    TransientError,
)
from shared.ledger.check_paid import check_paid
from shared.ledger.decide import Decision, decide
from shared.ledger.outcome import Outcome, outcomes
from shared.ledger.remembered import RememberedRecords, record_weight, weight

_CONTENDED_S = 15.0
"""After this, Pub/Sub's backoff spreads the writers better."""

_ATTEMPT_S = 15.0
"""No commit begins later than this: a store may have moved to another time zone since the attempt began."""

MOST_WEIGHT = 4_000
"""Of the orders in one commit; see `weight`. It bounds the memory of a commit that is not measured yet."""

Result = Outcome | Exception | None
"""What became of a change in an attempt.

The outcome of a change that was applied. `PreconditionLost` where another writer was faster: try again, and
don't guess that the record is new. Any other error where the change can't be applied. None where the commit
had no room for the change: try again.
"""


class StoreTerms(Protocol):
    """The tenants, as the ledger needs them."""

    def terms(self, change: Change) -> Terms:
        """Return how the change is counted; an unknown store is created. Raise CurrencyMismatch."""


class Dependencies(NamedTuple):
    """What attempts of one instance share."""

    documents: DocumentStore
    stores: StoreTerms
    remembered: RememberedRecords


class Attempt:
    """Applies changes in at most one commit, and keeps apart those that can't be part of it."""

    def __init__(self, changes: Sequence[Change], dependencies: Dependencies) -> None:
        self._documents, self._stores, self._remembered = dependencies
        self._left = dict(enumerate(changes))
        self._set_aside: dict[int, Change] = {}
        self._results: list[Result] = [None] * len(changes)

    def run(self, *, guess: bool) -> list[Result]:
        """Return the result of each change; at least one is not None.

        Args:
            guess: whether a remembered record may be used without reading it.

        Raises:
            TransientError: no change was applied; all may be tried again.
        """
        terms = self._terms()
        records = self._records(guess=guess)
        self._refuse_wrong_payments(records)
        self._leave_out_what_is_too_heavy(records)
        is_late = time_limit(_ATTEMPT_S)
        while self._left and not is_late():
            tried = len(self._left)
            try:
                decision, committed = self._commit(records, terms)
            except PreconditionLost as error:
                self._settle_moved(records, error)
                if len(self._left) == tried:
                    self._halve(error)
            except Exception as error:
                is_outage = isinstance(error, TransientError) and not isinstance(error, StoreExhausted)
                if is_outage:
                    raise
                self._halve(error)
            else:
                self._settle_committed(records, decision, committed)
                break
            if not self._left:
                self._left, self._set_aside = self._set_aside, {}
        if self._left and not any(self._results):
            raise StoreContended(f"other writers kept winning for {_ATTEMPT_S} s")
        return self._results

    def _settle(self, results: Mapping[int, Outcome | Exception]) -> None:
        for n, result in results.items():
            self._results[n] = result
            del self._left[n]

    def _settle_records(self, results: Mapping[Path, Exception]) -> None:
        """Settle the changes of these records."""
        places = {n: record_path(change) for n, change in self._left.items()}
        self._settle({n: results[path] for n, path in places.items() if path in results})

    def _halve(self, error: Exception) -> None:
        """Set the second half of the changes aside; a change that fails alone is settled."""
        if len(self._left) > 1:
            left, half = [*self._left.items()], len(self._left) // 2
            self._left, self._set_aside = dict(left[:half]), dict(left[half:]) | self._set_aside
        elif isinstance(error, TransientError):
            raise error
        else:
            self._settle(dict.fromkeys(self._left, error))

    def _terms(self) -> dict[str, Terms]:
        terms: dict[str, Terms] = {}
        refused: dict[int, Exception] = {}
        for n, change in self._left.items():
            try:
                # A store without orders is not remembered: for changes without a currency, ask for it once.
                if change.store_id not in terms or has_currency(change):
                    terms[change.store_id] = self._stores.terms(change)
            except PermanentError as error:
                refused[n] = error
        self._settle(refused)
        return terms

    def _records(self, *, guess: bool) -> dict[Path, Record]:
        subjects = {record_path(change): change for change in self._left.values()}
        records: dict[Path, Record] = {}
        if guess:
            changes = self._left.values()
            records = {record_path(c): read_record(c, Document()) for c in changes if c.creates}
            records |= self._remembered.find(subjects)
            for change in changes:
                if isinstance(change, OrderChange) and change.paid:
                    # The price is read: another instance may have amended it.
                    records.pop(record_path(change), None)
        if unread := {path: change for path, change in subjects.items() if path not in records}:
            records |= self._read(unread)
        return records

    def _read(self, subjects: Mapping[Path, Change]) -> dict[Path, Record]:
        """Return the records of the changes, and settle changes whose records can't be read."""
        records: dict[Path, Record] = {}
        unreadable: dict[Path, Exception] = {}
        documents = self._documents.read([*subjects])
        for (path, change), document in zip(subjects.items(), documents, strict=True):
            try:
                records[path] = read_record(change, document)
            except RecordUnreadable as error:
                unreadable[path] = error
        self._settle_records(unreadable)
        self._remembered.keep(records)
        return records

    def _refuse_wrong_payments(self, records: Mapping[Path, Record]) -> None:
        refused: dict[int, Exception] = {}
        for n, change in self._left.items():
            known = records[record_path(change)].facts
            if isinstance(change, OrderChange) and change.paid and isinstance(known, OrderFacts):
                try:
                    check_paid(known, change.facts, change.paid)
                except (OrderAwaited, PaymentMismatch) as error:
                    refused[n] = error
        self._settle(refused)

    def _leave_out_what_is_too_heavy(self, records: Mapping[Path, Record]) -> None:
        weights = (
            max(weight(change.facts), record_weight(records[record_path(change)]))
            for change in self._left.values()
        )
        fit = sum(total <= MOST_WEIGHT for total in accumulate(weights))
        self._left = dict(islice(self._left.items(), max(1, fit)))

    def _settle_moved(self, records: Mapping[Path, Record], error: PreconditionLost) -> None:
        """Settle the changes whose records other writers have moved."""
        now = self._read({record_path(change): change for change in self._left.values()})
        moved = {path: error for path, record in now.items() if record.version != records[path].version}
        self._settle_records(moved)

    def _commit(
        self, records: Mapping[Path, Record], terms: Mapping[str, Terms]
    ) -> tuple[Decision, Committed]:
        decision = self._decide([*self._left.values()], records, terms)
        if not decision.writes:
            return decision, Committed(versions={}, counters={})
        return decision, self._send([*decision.writes.values()])

    def _settle_committed(
        self, records: Mapping[Path, Record], decision: Decision, committed: Committed
    ) -> None:
        self._remembered.keep(
            {
                path: replace(record, version=committed.versions[path])
                for path, record in decision.records.items()
            }
        )
        applied = outcomes([*self._left.values()], records, decision, committed)
        self._settle(dict(zip(self._left, applied, strict=True)))

    def _decide(
        self, changes: Sequence[Change], records: Mapping[Path, Record], terms: Mapping[str, Terms]
    ) -> Decision:
        decision = decide(changes, records, terms)
        if not decision.unknown:
            return decision
        written = [
            change
            for change in changes
            if isinstance(change, OrderChange) and record_path(change) in decision.records
        ]
        others = {
            owner: self._documents.other_orders(
                owner, {c.order_id for c in written if c.store_id == owner[0]}
            )
            for owner in decision.unknown
        }
        return decide(changes, records, terms, others)

    def _send(self, writes: Sequence[Write]) -> Committed:
        return retry(
            lambda: self._documents.commit(writes),
            when=if_exception_type(StoreContended),
            within_s=_CONTENDED_S,
        )


def has_currency(change: Change) -> bool:
    """Whether the change names a currency, which must be its store's."""
    return isinstance(change, OrderChange) and bool(change.facts.currencies)
