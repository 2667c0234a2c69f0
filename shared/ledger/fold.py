"""Fold the pending deltas of hot stores into their tallies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from logging import Logger
from math import inf
from threading import Lock
from typing import Protocol

from cachetools import LRUCache

from shared.documents import retry
from shared.documents.deltas import Delta, total
from shared.documents.paths import store_path
from shared.documents.store import DocumentDelete, DocumentStore
from shared.errors import CommitRefused, StoreExhausted, StoreUnavailable, TransientError
from shared.ledger.deferral import WAKES_APART_S, Wake

PACE_S = 1.0
"""From one look at a store to the next: Firestore sustains about one write of a tally in that time."""

BUDGET_S = 30.0
"""Then the folder wakes itself again, well before Pub/Sub gives up waiting for it."""

MOST_DELTAS = 400
"""Of one commit. A store's commits get half as many after one that was too large or too slow."""

MOST_CHARACTERS = 300_000
"""Of the deltas of one commit, but for the last one: about a thousand tallies."""

_SINCE_LOOK = timedelta(minutes=1)
"""How much older than a look a delta may be that it did not find: by a commit, and by two clocks."""

_ATTEMPTS_S = 15.0
_MOST_STORES = 10_000


class Deltas(Protocol):
    """Finds pending deltas. Its errors are `TransientError`s."""

    def pending(self, store_id: str, since: datetime | None, most: int) -> Iterable[Delta]:
        """Yield up to so many deltas that were made since then, or ever, the oldest first."""


@dataclass(slots=True)
class Folded:
    """How many deltas were folded, and the greatest age that one of them had reached, in seconds."""

    deltas: int = 0
    oldest_s: float = 0.0

    def shown(self) -> dict[str, object]:
        """Return it as a log line shows it."""
        return {"deltas": self.deltas, "oldestDeltaMs": round(self.oldest_s * 1000)}


@dataclass(slots=True, eq=False)
class _Work:
    """A store that is being folded: how far back the next look goes, and when to stay until."""

    since: datetime | None
    stay_until: float

    def begin_at(self, since: datetime | None) -> None:
        """Have the next look begin no later than at `since`; None is the beginning of time."""
        self.since = min(self.since, since) if self.since and since else None


class Folder:
    """Adds up pending deltas and moves them into the tallies. Safe to share between threads.

    One commit adds the sum of many deltas and deletes each of them at the version that was read. So a delta
    counts once, whatever happens: a second folder, or a repeat after a lost answer, loses the precondition
    and reads again. There is no lease.
    """

    def __init__(
        self, deltas: Deltas, documents: DocumentStore, *, wake: Wake, clock: Callable[[], datetime]
    ) -> None:
        self._deltas = deltas
        self._documents = documents
        self._wake = wake
        self._clock = clock
        self._at_work: dict[str, _Work] = {}
        self._looked_at: LRUCache[str, float] = LRUCache(_MOST_STORES)
        self._most: LRUCache[str, int] = LRUCache(_MOST_STORES)
        self._lock = Lock()

    def fold(self, store_id: str, since: datetime | None, *, more: bool = False) -> Folded:
        """Fold what is pending.

        Costs a query and a commit for each `MOST_DELTAS` deltas, at most one of each a second. If another
        thread of the instance folds the store already, that one does it: its own wake-up is not acknowledged
        yet.

        Args:
            store_id: the store.
            since: look for no older deltas. Firestore reads past all that were folded since then, so only a
                sweep looks for all of them, with None.
            more: whether to stay for what is deferred within `WAKES_APART_S` from now.

        Raises:
            TransientError: something is left; fold again.
        """
        with self._lock:
            now = retry.PACING.monotonic()
            if work := self._at_work.get(store_id):
                work.begin_at(since)
                work.stay_until = max(work.stay_until, now + WAKES_APART_S * more)
                return Folded()
            work = self._at_work[store_id] = _Work(since, now + WAKES_APART_S if more else -inf)
        try:
            return self._run(store_id, work)
        finally:
            with self._lock:
                self._leave(store_id, work)

    def _run(self, store_id: str, work: _Work) -> Folded:
        folded = Folded()
        is_late = retry.time_limit(BUDGET_S)
        while True:
            self._keep_pace(store_id)
            began, at = retry.PACING.monotonic(), self._clock()
            with self._lock:
                self._looked_at[store_id] = began
                since, work.since = work.since, at - _SINCE_LOOK
            deltas, is_last = self._fold_page(store_id, since)
            folded.deltas += len(deltas)
            for oldest in deltas[:1]:
                folded.oldest_s = max(folded.oldest_s, (at - oldest.made_at).total_seconds())
            with self._lock:
                if deltas:
                    work.begin_at(deltas[-1].made_at - _SINCE_LOOK)
                is_done = is_last and began > work.stay_until
                if is_done or is_late():
                    # Under the lock: whoever asks from now on folds by itself.
                    self._leave(store_id, work)
                    break
        if not is_done:
            self._wake(store_id, more=True)
        return folded

    def _keep_pace(self, store_id: str) -> None:
        with self._lock:
            next_look = self._looked_at.get(store_id, -inf) + PACE_S
        retry.PACING.sleep(max(0.0, next_look - retry.PACING.monotonic()))

    def _leave(self, store_id: str, work: _Work) -> None:
        if self._at_work.get(store_id) is work:
            del self._at_work[store_id]

    def _fold_page(self, store_id: str, since: datetime | None) -> tuple[list[Delta], bool]:
        """Fold as many of the oldest deltas as fit into a commit; return them, and whether these were all."""
        while True:
            most = self._most.get(store_id, MOST_DELTAS)
            try:
                found = retry.retry(partial(self._fold_some, store_id, since, most), within_s=_ATTEMPTS_S)
            except (CommitRefused, StoreExhausted):
                if most == 1:
                    raise
            else:
                self._most[store_id] = min(MOST_DELTAS, most * 2)
                return found

    def _fold_some(self, store_id: str, since: datetime | None, most: int) -> tuple[list[Delta], bool]:
        found = iter(self._deltas.pending(store_id, since, most))
        deltas = [*_fitting(found)]
        if deltas:
            writes = total(store_path(store_id), (delta.text for delta in deltas))
            deletes = [DocumentDelete(path=delta.path, version=delta.version) for delta in deltas]
            try:
                self._documents.commit([*writes.values(), *deletes])
            except (CommitRefused, StoreUnavailable):
                self._most[store_id] = max(1, len(deltas) // 2)
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
            folded = folder.fold(store_id, None)
        except (TransientError, CommitRefused):
            log.exception("not folded", extra={"storeId": store_id})
            continue
        swept.deltas += folded.deltas
        swept.oldest_s = max(swept.oldest_s, folded.oldest_s)
    return swept
