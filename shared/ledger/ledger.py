"""Apply events exactly once: one read, one atomic commit, no locks, no read of a shared document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from google.api_core.retry import if_exception_type

from shared.documents.retry import retry
from shared.documents.store import DocumentStore, PreconditionLost
from shared.domain.changes import Change
from shared.errors import StoreContended, TransientError
from shared.ledger.attempt import Attempt, Dependencies, Result, StoreTerms, has_currency
from shared.ledger.outcome import Outcome
from shared.ledger.remembered import RememberedRecords

_ATTEMPTS_S = 15.0
"""After this, Pub/Sub's backoff spreads the writers better."""


class Ledger:
    """Applies changes. Safe to share between threads.

    An order's first event costs one call. A later one costs a read and a commit, or a commit alone if this
    instance wrote the record within a minute; a repeat of that one costs nothing.
    """

    def __init__(self, documents: DocumentStore, stores: StoreTerms) -> None:
        self._with = Dependencies(documents=documents, stores=stores, remembered=RememberedRecords())

    def check(self, change: Change) -> None:
        """Raise the error that keeps the change from being applied whatever is on record.

        Raises:
            CurrencyMismatch: the order is not in its store's currency.
            TransientError: the store could not be read.
        """
        if has_currency(change):
            self._with.stores.terms(change)

    def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        """Apply all changes and return the outcome of each.

        Raises:
            PermanentError: a change can never be applied; the others are.
            TransientError: some changes are not applied; the whole list may be tried again.
        """
        outcomes = []
        for result in self.apply_each(changes):
            if isinstance(result, Exception):
                raise result
            outcomes.append(result)
        return outcomes

    def apply_each(self, changes: Sequence[Change], *, guess: bool = True) -> list[Outcome | Exception]:
        """Apply the changes in as few commits as possible; return the outcome of each, or its error.

        A change with a `TransientError` may be tried again. An error of one change affects no other change.

        Args:
            changes: any number, also several about one order.
            guess: whether a remembered record may be used without reading it.
        """
        changes = [*changes]
        results: list[Result] = [None] * len(changes)
        most = len(changes)

        def go_on() -> None:
            nonlocal most
            while left := [n for n, result in enumerate(results) if _is_open(result)][:most]:
                tried = self.attempt([changes[n] for n in left], guess=guess)
                # As many as a commit took the last time, or twice as many where it took all.
                taken = sum(result is not None for result in tried)
                most = taken if taken < len(left) else 2 * taken
                lost: PreconditionLost | None = None
                for n, result in zip(left, tried, strict=True):
                    results[n] = result
                    if isinstance(result, PreconditionLost):
                        lost, changes[n] = result, replace(changes[n], creates=False)
                if lost:
                    raise lost

        failure: TransientError = StoreContended("no attempt was made")
        try:
            retry(go_on, when=if_exception_type(PreconditionLost), within_s=_ATTEMPTS_S)
        except TransientError as error:
            failure = error
        return [failure if result is None or _is_open(result) else result for result in results]

    def attempt(self, changes: Sequence[Change], *, guess: bool = True) -> list[Result]:
        """Apply as many of the changes as possible in one commit, and return what became of each.

        Raises:
            TransientError: no change was applied; all may be tried again.
        """
        return Attempt(changes, self._with).run(guess=guess)


def _is_open(result: Result) -> bool:
    return result is None or isinstance(result, PreconditionLost)
