"""Batch the changes that an instance handles at the same time: one read and one commit for each store."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from queue import SimpleQueue
from threading import Lock

from shared.documents.store import PreconditionLost
from shared.domain.changes import Change
from shared.errors import StoreContended
from shared.ledger.attempt import Result
from shared.ledger.in_flight import Arrivals
from shared.ledger.ledger import Ledger
from shared.ledger.outcome import Outcome

MOST_CHANGES = 100
"""Of one group."""

MOST_WAITING = 1_000
"""Changes of one store that may wait in an instance; more are left to Pub/Sub's backoff."""

MOST_RACES = 10
"""That a change may lose; then it is left to Pub/Sub's backoff, which spreads the writers better."""


class _Turn(Enum):
    LEAD = auto()


@dataclass(slots=True, eq=False)
class _Request:
    """A change, and what its thread is told: to lead the next group, or what became of the change."""

    change: Change
    races: int = 0
    told: SimpleQueue[Outcome | Exception | _Turn] = field(default_factory=SimpleQueue)


@dataclass(frozen=True, slots=True)
class _Lane:
    """The requests of one store that wait for the commit under way; the first of them leads the next one."""

    store_id: str
    waiting: deque[_Request] = field(default_factory=deque)


class GroupCommit:
    """Batches concurrent changes of a store into one commit. Safe to share between threads.

    While a commit of a store is under way, the store's next changes gather; then one of the waiting threads
    applies them all. So an instance never competes with itself for a store's counters, groups grow with the
    load, and a change that is alone does not wait. A group waits up to `wait_s` seconds for requests that
    the instance has received already. A change that lost a race, or had no room, is in the next group.
    """

    def __init__(self, ledger: Ledger, arrivals: Arrivals, *, wait_s: float) -> None:
        self._ledger = ledger
        self._arrivals = arrivals
        self._wait_s = wait_s
        self._lanes: dict[str, _Lane] = {}
        self._lock = Lock()

    def apply(self, change: Change) -> Outcome:
        """Apply the change and return its outcome.

        A change that can't be applied does not affect the others of its group.

        Raises:
            PermanentError: the change can never be applied.
            TransientError: nothing was applied; the change may be tried again.
        """
        self._ledger.check(change)
        request = _Request(change)
        lane = self._join(request)
        self._arrivals.join()
        while (told := request.told.get()) is _Turn.LEAD:
            self._lead(lane)
        if isinstance(told, Outcome):
            return told
        raise told

    def _join(self, request: _Request) -> _Lane:
        store_id = request.change.store_id
        with self._lock:
            lane = self._lanes.get(store_id)
            if lane is None:
                lane = self._lanes[store_id] = _Lane(store_id)
                request.told.put(_Turn.LEAD)
            elif len(lane.waiting) >= MOST_WAITING:
                raise StoreContended(f"{MOST_WAITING} changes of store {store_id!r} wait already")
            lane.waiting.append(request)
        return lane

    def _lead(self, lane: _Lane) -> None:
        self._arrivals.wait(self._wait_s)
        with self._lock:
            group = [lane.waiting.popleft() for _ in range(min(MOST_CHANGES, len(lane.waiting)))]
        results = [*zip(group, self._attempt(group), strict=True)]
        self._hand_over(lane, [request for request, result in results if result is None])
        for request, result in results:
            if result is not None:
                request.told.put(result)

    def _attempt(self, group: Sequence[_Request]) -> list[Result]:
        """Return what became of each request; None for one to try again."""
        try:
            results = self._ledger.attempt([request.change for request in group])
        except Exception as error:  # noqa: BLE001 - raised where each change was asked for
            return [error] * len(group)
        return [
            _lost(request) if isinstance(result, PreconditionLost) else result
            for request, result in zip(group, results, strict=True)
        ]

    def _hand_over(self, lane: _Lane, again: Sequence[_Request]) -> None:
        with self._lock:
            lane.waiting.extendleft(reversed(again))
            if lane.waiting:
                lane.waiting[0].told.put(_Turn.LEAD)
            else:
                del self._lanes[lane.store_id]


def _lost(request: _Request) -> StoreContended | None:
    """Note a lost race, and that the record is not new; return an error after too many races."""
    request.races += 1
    request.change = replace(request.change, creates=False)
    if request.races < MOST_RACES:
        return None
    return StoreContended(f"other writers were faster, {MOST_RACES} times")
