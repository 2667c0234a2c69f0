"""Fold the pending deltas of hot stores into their tallies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from logging import Logger
from math import inf
from threading import Lock
from typing import Protocol

from shared.documents import retry
from shared.documents.deltas import Delta, total
from shared.documents.paths import store_path
from shared.documents.store import DocumentDelete, DocumentStore
from shared.errors import CommitRefused, StoreExhausted, TransientError
from shared.ledger.deferral import WAKES_APART_S

PACE_S = 1.0
"""From one commit to the next: what Firestore sustains for each tally. Longer than `WAKES_APART_S`."""

BUDGET_S = 30.0
"""Then the folder wakes itself again, well before Pub/Sub gives up waiting for it."""

MOST_DELTAS = 400
"""Of one commit."""

_SINCE_LOOK = timedelta(minutes=1)
"""How much older than a look a delta may be that it did not find: by a commit, and by two clocks."""

_ATTEMPTS_S = 15.0


class Deltas(Protocol):
    """Finds pending deltas. Its errors are `TransientError`s."""

    def pending(self, store_id: str, since: datetime | None, most: int) -> Sequence[Delta]:
        """Return up to so many deltas that were made since then, or ever, the oldest first."""


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
    """A store that is being folded: where the next look begins, and when somebody last asked for one."""

    since: datetime | None
    asked_at: float

    def begin_at(self, since: datetime | None) -> None:
        """Have the next look begin no later than at `since`; None is the beginning of time."""
        self.since = min(self.since, since) if self.since and since else None


class Folder:
    """Adds up pending deltas and moves them into the tallies. Safe to share between threads.

    One commit adds the sum of many deltas and deletes each of them at the version that was read. So a delta
    counts once, whatever happens: a second folder, or a repeat after a lost answer, loses the precondition
    and reads again. There is no lease.

    Args:
        wake: wakes a folder of a store by its id, or raises a `TransientError`.
    """

    def __init__(
        self,
        deltas: Deltas,
        documents: DocumentStore,
        *,
        wake: Callable[[str], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._deltas = deltas
        self._documents = documents
        self._wake = wake
        self._clock = clock
        self._at_work: dict[str, _Work] = {}
        self._lock = Lock()

    def fold(self, store_id: str, since: datetime | None) -> Folded:
        """Fold what is pending, and what is deferred within `WAKES_APART_S` from now.

        Costs a query and a commit for each `MOST_DELTAS` deltas, about one of each a second, and a last query
        that finds nothing. If another thread of the instance folds the store already, that one does it: its
        own wake-up is not acknowledged yet.

        Args:
            store_id: the store.
            since: look for no older deltas. Firestore reads past all that were folded since then, so only a
                sweep looks for all of them, with None; it does not wait for later ones.

        Raises:
            TransientError: something is left; fold again.
        """
        with self._lock:
            now = retry.PACING.monotonic()
            if work := self._at_work.get(store_id):
                work.begin_at(since)
                work.asked_at = now
                return Folded()
            work = self._at_work[store_id] = _Work(since, now if since else -inf)
        try:
            return self._run(store_id, work)
        finally:
            with self._lock:
                self._leave(store_id, work)

    def _run(self, store_id: str, work: _Work) -> Folded:
        folded = Folded()
        is_late = retry.time_limit(BUDGET_S)
        while True:
            began, at = retry.PACING.monotonic(), self._clock()
            with self._lock:
                since, work.since = work.since, at - _SINCE_LOOK
            deltas = self._fold_page(store_id, since)
            folded.deltas += len(deltas)
            folded.oldest_s = max([folded.oldest_s, *((at - d.made_at).total_seconds() for d in deltas[:1])])
            with self._lock:
                if deltas:
                    work.begin_at(deltas[-1].made_at - _SINCE_LOOK)
                is_done = not deltas and began >= work.asked_at + WAKES_APART_S
                if is_done or is_late():
                    # In this order: whoever asks from now on folds by itself.
                    self._leave(store_id, work)
                    break
            retry.PACING.sleep(max(0.0, began + PACE_S - retry.PACING.monotonic()))
        if not is_done:
            self._wake(store_id)
        return folded

    def _leave(self, store_id: str, work: _Work) -> None:
        if self._at_work.get(store_id) is work:
            del self._at_work[store_id]

    def _fold_page(self, store_id: str, since: datetime | None) -> Sequence[Delta]:
        """Fold as many of the oldest deltas as fit into a commit, and return them."""
        most = MOST_DELTAS
        while True:
            try:
                return retry.retry(partial(self._fold_some, store_id, since, most), within_s=_ATTEMPTS_S)
            except (CommitRefused, StoreExhausted):
                if most == 1:
                    raise
                most //= 2

    def _fold_some(self, store_id: str, since: datetime | None, most: int) -> Sequence[Delta]:
        deltas = self._deltas.pending(store_id, since, most)
        if deltas:
            writes = total(store_path(store_id), (delta.text for delta in deltas))
            deletes = [DocumentDelete(path=delta.path, version=delta.version) for delta in deltas]
            self._documents.commit([*writes.values(), *deletes])
        return deltas


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
