"""Let commits of hot stores defer their tallies, and wake the folder of what they deferred."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from threading import Lock
from typing import TYPE_CHECKING, Literal, Protocol
from uuid import uuid4

from cachetools import LRUCache

from shared.documents import retry
from shared.documents.deltas import defer, delta_id
from shared.documents.paths import Path, store_path
from shared.documents.store import Committed, Document, DocumentStore, DocumentWrite, Write
from shared.domain.order_times import OtherOrders, Owner
from shared.errors import StoreContended, TransientError
from shared.ledger.heat import Heat
from shared.ledger.looks import WAKES_APART_S

if TYPE_CHECKING:
    from shared.ledger.group_commit import Follow
    from shared.ledger.outcome import Outcome

Mode = Literal["auto", "always", "never"]

SLOW_S = 1.0
"""A commit that takes longer is strained: it waits for other writers, or ran into its deadline."""

NOTED_EACH_S = 300.0
"""How often an instance notes at a hot store that it defers."""

_MOST_STORES = 10_000


@dataclass(slots=True, eq=False)
class _Known:
    """What an instance knows of a store. Times are in seconds of the instance's own clock."""

    heat: Heat = field(default_factory=Heat)
    deferred_at: float = -inf
    woken_at: float = -inf
    noted_at: float = -inf
    waking: Lock = field(default_factory=Lock)


class Wake(Protocol):
    """Wakes the folder of a store, for deltas made since then, or since a quarter of an hour ago.

    Raises a `TransientError` if the folder may sleep.
    """

    def __call__(self, store_id: str, *, since: datetime | None = None) -> None: ...


class Deferral:
    """The document store for group commits: it moves the tallies of hot stores into deltas.

    A deferring commit costs one write in place of those of all tallies, and a further commit each five
    minutes. Safe to share between threads.

    Args:
        mode: "auto" defers for stores that this instance measured as hot, "always" for all, "never" for none.
    """

    def __init__(
        self,
        documents: DocumentStore,
        mode: Mode,
        *,
        wake: Wake,
        clock: Callable[[], datetime],
    ) -> None:
        self._documents = documents
        self._mode = mode
        self._wake = wake
        self._clock = clock
        self._stores: LRUCache[Path, _Known] = LRUCache(_MOST_STORES)
        self._lock = Lock()

    def read(self, paths: Sequence[Path]) -> list[Document]:
        """Return the document at each path: one call."""
        return self._documents.read(paths)

    def other_orders(self, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        """Return when the customer's other orders were created."""
        return self._documents.other_orders(owner, order_ids)

    def commit(self, writes: Sequence[Write]) -> Committed:
        """Write all or nothing, and note how that went."""
        stores = {write.path[:2]: self._of(write.path[:2]) for write in writes}
        began = retry.PACING.monotonic()
        hot = [path for path, known in stores.items() if self._defers(known, began)]
        is_strained = False
        try:
            committed = self._documents.commit(defer(writes, hot, delta_id(self._clock(), uuid4().hex)))
        except StoreContended:
            is_strained = True
            raise
        finally:
            now = retry.PACING.monotonic()
            for path, known in stores.items():
                if is_strained or now - began >= SLOW_S:
                    known.heat.strain(now)
                if path in hot:
                    # After any error too: the commit may have succeeded and its answer got lost.
                    known.deferred_at = now
        for path in hot:
            self._note(path, stores[path], now)
        return committed

    def wake(self, store_id: str, *, is_repeat: bool) -> None:
        """Wake the store's folder if it may have to fold what this instance committed.

        Call it after the commit and before the event is acknowledged: then the event is delivered again
        if the wake-up fails or the instance dies before it. That delivery finds a repeat, which always
        wakes. A wake-up also stands for what is deferred within `WAKES_APART_S` from then.

        Raises:
            TransientError: the folder may sleep; have the event delivered again.
        """
        known = self._of(store_path(store_id))
        with known.waking:
            now = retry.PACING.monotonic()
            deferred_at = now if is_repeat else known.deferred_at
            if deferred_at > known.woken_at + WAKES_APART_S:
                self._wake(store_id)
                known.woken_at = now

    def following(self, follow: Follow) -> Follow:
        """Return what wakes the folder of a group's store, and then does what follows from the commit."""

        def wake_and_follow(store_id: str, outcomes: Sequence[Outcome]) -> Sequence[Outcome | Exception]:
            self.wake(store_id, is_repeat=any(outcome.result == "duplicate" for outcome in outcomes))
            return follow(store_id, outcomes)

        return wake_and_follow

    def _of(self, store: Path) -> _Known:
        with self._lock:
            known = self._stores.get(store)
            if known is None:
                known = self._stores[store] = _Known()
            return known

    def _defers(self, known: _Known, now: float) -> bool:
        return self._mode == "always" or (self._mode == "auto" and known.heat.is_hot(now))

    def _note(self, store: Path, known: _Known, now: float) -> None:
        """Let people see that the store is hot."""
        if now >= known.noted_at + NOTED_EACH_S:
            known.noted_at = now
            with suppress(TransientError):
                self._documents.commit([DocumentWrite(path=store, timestamps={"deferredAt"})])
