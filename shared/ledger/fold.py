"""Fold the pending deltas of hot stores into their tallies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from logging import Logger
from math import inf
from threading import Lock
from typing import Protocol

from cachetools import LRUCache

from shared.documents import retry
from shared.documents.deltas import EVER, Delta, total
from shared.documents.paths import store_path
from shared.documents.store import DocumentDelete, DocumentStore
from shared.errors import CommitRefused, StoreContended, StoreExhausted, StoreUnavailable, TransientError
from shared.ledger.deferral import Wake
from shared.ledger.looks import LATE, NO_LOOK, Look, earliest_look

PACE_S = 1.0
"""From one query of a store to the next: Firestore sustains about one write of a tally in that time."""

BUDGET_S = 10.0
"""Of a wake-up. Then the folder wakes itself again, well before Pub/Sub gives up waiting for it."""

MOST_DELTAS = 1_000
"""Of one commit. A store's commits get half as many after one that was too large or too slow."""

MOST_CHARACTERS = 600_000
"""Of the deltas of one commit, but for the last one: about two thousand tallies."""

_ATTEMPTS_S = 15.0
_MOST_STORES = 10_000


class Deltas(Protocol):
    """Finds pending deltas. Its errors are `TransientError`s."""

    def pending(self, store_id: str, since: datetime, most: int) -> Iterable[Delta]:
        """Yield up to so many deltas that were made since then, the oldest first."""


@dataclass(slots=True)
class Folded:
    """How many deltas were folded, and the greatest age that one of them had reached, in seconds."""

    deltas: int = 0
    oldest_s: float = 0.0

    def shown(self) -> dict[str, object]:
        """Return it as a log line shows it."""
        return {"deltas": self.deltas, "oldestDeltaMs": round(self.oldest_s * 1000)}


@dataclass(slots=True, eq=False)
class _Known:
    """What an instance knows of a store; the thread that folds the store holds `at_work`."""

    at_work: Lock = field(default_factory=Lock)
    look: Look = NO_LOOK
    queried_at: float = -inf
    most: int = MOST_DELTAS

    def answers(self, since: datetime, earliest: float) -> bool:
        """Whether a wake-up needs no look of its own."""
        return self.look.covers(since, earliest) and self.look.is_fresh(retry.PACING.monotonic())

    def wait(self, until: float) -> None:
        """Wait until then, or longer to keep the pace; a query follows."""
        until = max(until, self.queried_at + PACE_S)
        retry.PACING.sleep(max(0.0, until - retry.PACING.monotonic()))
        self.queried_at = retry.PACING.monotonic()


class Folder:
    """Adds up pending deltas and moves them into the tallies. Safe to share between threads.

    One commit adds the sum of many deltas and deletes each of them at the version that was read. So a delta
    counts once, whatever happens: a second folder, or a repeat after a lost answer, loses the precondition
    and reads again. There is no lease.

    In an instance, one look at a store answers all wake-ups that wait for it, and those that arrive later
    though they were asked for earlier: `shared.ledger.looks` says why that leaves no delta asleep.
    """

    def __init__(
        self, deltas: Deltas, documents: DocumentStore, *, wake: Wake, clock: Callable[[], datetime]
    ) -> None:
        self._deltas = deltas
        self._documents = documents
        self._wake = wake
        self._clock = clock
        self._stores: LRUCache[str, _Known] = LRUCache(_MOST_STORES)
        self._lock = Lock()

    def fold(self, store_id: str, since: datetime, asked_at: datetime) -> Folded:
        """Answer a wake-up: return once all that it stands for is folded.

        Costs nothing if a look covers it already. Otherwise a query and a commit for each `MOST_DELTAS`
        deltas, at most one of each a second.

        Args:
            store_id: the store.
            since: look for no older deltas: Firestore would read past all that were folded since then.
            asked_at: when the wake-up was asked for, by the clock of whoever did.

        Raises:
            TransientError: something is left; fold again.
        """
        now = retry.PACING.monotonic()
        age_s = (self._clock() - asked_at).total_seconds()
        return self._fold(store_id, since, earliest_look(now, age_s))

    def sweep(self, store_id: str) -> Folded:
        """Fold what is pending now, whatever its age. Costs and errors are those of `fold`."""
        return self._fold(store_id, EVER, retry.PACING.monotonic())

    def _fold(self, store_id: str, since: datetime, earliest: float) -> Folded:
        with self._lock:
            known = self._stores.setdefault(store_id, _Known())
        if known.answers(since, earliest):
            return Folded()
        is_late = retry.time_limit(BUDGET_S)
        with known.at_work:
            if known.answers(since, earliest):
                return Folded()
            if is_late():
                raise StoreContended(f"store {store_id!r} was being folded all the time")
            return self._look(store_id, known, since, earliest)

    def _look(self, store_id: str, known: _Known, since: datetime, earliest: float) -> Folded:
        folded = Folded()
        known.wait(until=earliest)
        is_late = retry.time_limit(BUDGET_S)
        at, began = self._clock(), known.queried_at
        page_since = first = known.look.next_since(since)
        while True:
            deltas, is_last = self._fold_page(store_id, known, page_since)
            folded.deltas += len(deltas)
            if deltas:
                folded.oldest_s = max(folded.oldest_s, (self._clock() - deltas[0].made_at).total_seconds())
            if is_last:
                look = Look(since=first, at=at, began=began, found=folded.deltas > 0)
                known.look = known.look.then(look)
                return folded
            page_since = deltas[-1].made_at - LATE
            if is_late():
                self._wake(store_id, since=page_since)
                return folded
            known.wait(until=-inf)

    def _fold_page(self, store_id: str, known: _Known, since: datetime) -> tuple[list[Delta], bool]:
        """Fold as many of the oldest deltas as fit into a commit; return them, and whether these were all."""
        while True:
            most = known.most
            try:
                found = retry.retry(partial(self._fold_some, store_id, known, since), within_s=_ATTEMPTS_S)
            except (CommitRefused, StoreExhausted):
                if most == 1:
                    raise
            else:
                known.most = min(MOST_DELTAS, most * 2)
                return found

    def _fold_some(self, store_id: str, known: _Known, since: datetime) -> tuple[list[Delta], bool]:
        most = known.most
        found = iter(self._deltas.pending(store_id, since, most))
        deltas = [*_fitting(found)]
        if deltas:
            writes = total(store_path(store_id), (delta.text for delta in deltas))
            deletes = [DocumentDelete(path=delta.path, version=delta.version) for delta in deltas]
            try:
                self._documents.commit([*writes.values(), *deletes])
            except (CommitRefused, StoreUnavailable):
                known.most = max(1, len(deltas) // 2)
                raise
        return deltas, len(deltas) < most and next(found, None) is None


def _fitting(deltas: Iterator[Delta]) -> Iterator[Delta]:
    characters = 0
    while characters <= MOST_CHARACTERS and (delta := next(deltas, None)):
        characters += len(delta.text)
        yield delta


def fold_all(store_ids: Iterable[str], folder: Folder, log: Logger) -> Folded:
    """Fold what no wake-up led to, whatever its age: a query for each store. A store that fails is logged."""
    swept = Folded()
    for store_id in store_ids:
        try:
            folded = folder.sweep(store_id)
        except (TransientError, CommitRefused):
            log.exception("not folded", extra={"storeId": store_id})
            continue
        swept.deltas += folded.deltas
        swept.oldest_s = max(swept.oldest_s, folded.oldest_s)
    return swept
