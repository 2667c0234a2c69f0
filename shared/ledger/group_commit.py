"""Batch the changes that an instance handles at the same time: one read and one commit for each store."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from threading import Lock

from shared.documents.store import PreconditionLost
from shared.domain.changes import Change
from shared.errors import StoreContended, TillpulseError
from shared.ledger.in_flight import Arrivals
from shared.ledger.ledger import Ledger
from shared.ledger.outcome import Outcome

MOST_CHANGES = 100
"""Of one group."""

MOST_WAITING = 1_000
"""Changes of one store that may wait in an instance; more are left to Pub/Sub's backoff."""

MOST_RACES = 10
"""That a change may lose; then it is left to Pub/Sub's backoff, which spreads the writers better."""


Follow = Callable[[str, Sequence[Outcome]], Sequence[Outcome | Exception]]
"""Does what follows from a group's commit, before anybody is told of it.

It is given the store and the outcomes, and returns each outcome, or the error that leaves something undone.
"""


def nothing_follows(store_id: str, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:  # noqa: ARG001
    """Return the outcomes."""
    return outcomes


@dataclass(slots=True, eq=False)
class _Request:
    """A change, and where its thread is told what became of it.

    All requests of a thread have one queue, where it also finds the lanes whose next group it leads.
    """

    change: Change
    told: _Queue
    races: int = 0


@dataclass(frozen=True, slots=True)
class _Lane:
    """The requests of one store that wait for the commit under way; the first of them leads the next one."""

    store_id: str
    waiting: deque[_Request] = field(default_factory=deque)


class _Queue(SimpleQueue[tuple[_Request, Outcome | Exception | _Lane]]):
    """What a thread is told."""


class GroupCommit:
    """Batches concurrent changes of a store into one commit. Safe to share between threads.

    While a commit of a store is under way, the store's next changes gather; then one of the waiting threads
    applies them all. So an instance never competes with itself for a store's counters, groups grow with the
    load, and a change that is alone does not wait. A group waits up to `wait_s` seconds for requests that
    the instance has received already. A change that lost a race, or had no room, is in the next group.

    What follows from a group's commit is done while the next group is committed, and before the changes'
    threads are told.
    """

    def __init__(
        self, ledger: Ledger, arrivals: Arrivals, *, wait_s: float, follow: Follow = nothing_follows
    ) -> None:
        self._ledger = ledger
        self._arrivals = arrivals
        self._wait_s = wait_s
        self._follow = follow
        self._lanes: dict[str, _Lane] = {}
        self._lock = Lock()

    def apply(self, change: Change) -> Outcome:
        """Apply the change and return its outcome.

        A change that can't be applied does not affect the others of its group.

        Raises:
            PermanentError: the change can never be applied.
            TransientError: nothing was applied; the change may be tried again.
        """
        [result] = self.apply_each([change])
        if isinstance(result, Exception):
            raise result
        return result

    def apply_each(self, changes: Sequence[Change]) -> list[Outcome | Exception]:
        """Apply the changes, each in a group of its store; return the outcome of each, or its error.

        A change with a `TransientError` may be tried again. An error of one change affects no other change.
        """
        queue = _Queue()
        results: dict[_Request, Outcome | Exception] = {}
        requests = [_Request(change, queue) for change in changes]
        by_store: dict[str, list[_Request]] = {}
        for request in requests:
            try:
                self._ledger.check(request.change)
            except TillpulseError as error:
                results[request] = error
            else:
                by_store.setdefault(request.change.store_id, []).append(request)
        for store_id, joining in by_store.items():
            if not self._join(store_id, joining):
                late = StoreContended(f"{MOST_WAITING} changes of store {store_id!r} wait already")
                results.update(dict.fromkeys(joining, late))
        self._arrivals.join()
        while len(results) < len(requests):
            request, told = queue.get()
            if isinstance(told, _Lane):
                self._lead(told)
            else:
                results[request] = told
        return [results[request] for request in requests]

    def _join(self, store_id: str, requests: Sequence[_Request]) -> bool:
        """Have the requests wait in their store's lane, unless too many wait there already."""
        with self._lock:
            lane = self._lanes.get(store_id)
            if lane is None:
                lane = self._lanes[store_id] = _Lane(store_id)
                requests[0].told.put((requests[0], lane))
            elif len(lane.waiting) >= MOST_WAITING:
                return False
            lane.waiting.extend(requests)
        return True

    def _lead(self, lane: _Lane) -> None:
        self._arrivals.wait(self._wait_s)
        with self._lock:
            group = [lane.waiting.popleft() for _ in range(min(MOST_CHANGES, len(lane.waiting)))]
        results = dict(zip(group, self._attempt(group), strict=True))
        self._hand_over(lane, [request for request, result in results.items() if result is None])
        applied = {request: result for request, result in results.items() if isinstance(result, Outcome)}
        results.update(zip(applied, self._follow_up(lane.store_id, [*applied.values()]), strict=True))
        for request, result in results.items():
            if result is not None:
                request.told.put((request, result))

    def _follow_up(self, store_id: str, outcomes: Sequence[Outcome]) -> Sequence[Outcome | Exception]:
        try:
            return self._follow(store_id, outcomes)
        except Exception as error:  # noqa: BLE001 - raised where each change was asked for
            return [error] * len(outcomes)

    def _attempt(self, group: Sequence[_Request]) -> list[Outcome | Exception | None]:
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
                lane.waiting[0].told.put((lane.waiting[0], lane))
            else:
                del self._lanes[lane.store_id]


def _lost(request: _Request) -> StoreContended | None:
    """Note a lost race, and that the record is not new; return an error after too many races."""
    request.races += 1
    request.change = replace(request.change, creates=False)
    if request.races < MOST_RACES:
        return None
    return StoreContended(f"other writers were faster, {MOST_RACES} times")
