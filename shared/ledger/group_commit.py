"""Batch the changes that an instance handles at the same time: one read and one commit for each store."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Lock

from shared.domain.changes import Change
from shared.errors import ListRefused, StoreContended, TransientError
from shared.ledger.in_flight import Arrivals
from shared.ledger.ledger import Ledger, Outcome, weight

MOST_CHANGES = 100
MOST_WEIGHT = 4_000
"""Of one group; see `weight`. That many make a commit of about 2 MB; Firestore takes 10."""

MOST_WAITING = 1_000
"""Changes of one store that may wait in an instance; more are left to Pub/Sub's backoff."""


class _Turn(Enum):
    LEAD = auto()
    ALONE = auto()


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    change: Change
    answer: Future[Outcome | _Turn] = field(default_factory=Future)


@dataclass(slots=True)
class _Lane:
    """The requests of one store that wait for the commit under way; the first of them leads the next one."""

    waiting: deque[_Request] = field(default_factory=deque)

    def take(self) -> list[_Request]:
        group = [self.waiting.popleft()]
        room = MOST_WEIGHT - weight(group[0].change.facts)
        while self.waiting and len(group) < MOST_CHANGES:
            room -= weight(self.waiting[0].change.facts)
            if room < 0:
                break
            group.append(self.waiting.popleft())
        return group


class GroupCommit:
    """Batches concurrent changes of a store into one commit. Safe to share between threads.

    While a commit of a store is under way, the store's next changes gather; then one of the waiting threads
    applies them all. So an instance never competes with itself for a store's counters, groups grow with the
    load, and a change that is alone does not wait. A group waits up to `wait_s` seconds for requests that
    the instance has received already.
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
            CurrencyMismatch: the order is not in its store's currency; nothing was applied.
            TransientError: nothing was applied; the change may be tried again.
        """
        self._ledger.check(change)
        request = _Request(change)
        lane = self._join(request)
        self._arrivals.join()
        answer = request.answer.result()
        if answer is _Turn.LEAD:
            answer = self._lead(lane, request)
        if isinstance(answer, Outcome):
            return answer
        return self._ledger.apply([change])[0]

    def _join(self, request: _Request) -> _Lane:
        store_id = request.change.store_id
        with self._lock:
            lane = self._lanes.get(store_id)
            if lane is None:
                lane = self._lanes[store_id] = _Lane()
                request.answer.set_result(_Turn.LEAD)
            elif len(lane.waiting) >= MOST_WAITING:
                raise StoreContended(f"{MOST_WAITING} changes of store {store_id!r} wait already")
            lane.waiting.append(request)
        return lane

    def _lead(self, lane: _Lane, leader: _Request) -> Outcome | _Turn:
        self._arrivals.wait(self._wait_s)
        with self._lock:
            group = lane.take()
        answers: Sequence[Outcome | _Turn] = [_Turn.ALONE] * len(group)
        failure: TransientError | None = None
        try:
            answers = self._commit(group)
        except TransientError as error:
            failure = error
            raise
        finally:
            self._hand_over(lane, leader.change.store_id)
            for request, answer in zip(group[1:], answers[1:], strict=True):
                if failure is None:
                    request.answer.set_result(answer)
                else:
                    request.answer.set_exception(failure)
        return answers[0]

    def _commit(self, group: Sequence[_Request]) -> Sequence[Outcome | _Turn]:
        changes = [request.change for request in group]
        if len(group) == 1:
            return self._ledger.apply(changes)
        try:
            return self._ledger.apply(changes, most_races=1)
        except TransientError as error:
            if not isinstance(error, ListRefused):
                raise
        except Exception:  # noqa: BLE001, S110 - raised again where its change is applied alone
            pass
        return [_Turn.ALONE] * len(group)

    def _hand_over(self, lane: _Lane, store_id: str) -> None:
        with self._lock:
            if lane.waiting:
                lane.waiting[0].answer.set_result(_Turn.LEAD)
            else:
                del self._lanes[store_id]
