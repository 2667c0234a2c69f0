"""One store's events, instances that commit them, and documents that take only so many writes a second.

A discrete-event simulation, seeded: the same shape always gives the same result. Simpler than Firestore,
and stricter: a document takes its writes one by one, evenly, and a commit waits for all of its documents.

Each order is paid a moment after its creation, at an instance of another function. A commit that waits for
its documents loses if an order in it moved meanwhile, and has used its turn. The instance then commits the
events of the other orders at once, and the rest with its next ones, as `shared.ledger` does.

A commit of a hot store waits for no document and makes a delta. One folder looks once a second, as fast as it
may, and folds as many of the oldest deltas as fit into its commit. What races it is not simulated: the loser
finds the deltas gone and looks again.
"""

from __future__ import annotations

import heapq
from bisect import bisect
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from random import Random

from infra.cost import EVENT_S
from shared.ledger.fold import MOST_DELTAS, PACE_S

SECONDS = 100.0
WARM_UP_S = 20.0
COMMIT_S = 0.03
"""A commit that waits for nobody. Assumed, as Firestore's latency depends on the region."""

PATIENCE_S = 5.0
"""A commit that would wait longer fails as contended, and is tried again. Assumed."""

PAUSE_S = 1.0
COUPON_SHARE = 0.1
"""Of events: one in five orders has a coupon, and it moves with the sale."""

COUPONS = 5
PAID_AFTER_S = 2.0
"""Many customers pay as they order; the second event then meets the first one in its commit. Assumed."""

FOLD_S = 0.06
"""A query, and a commit with few deltas. Assumed, as above."""

FOLDED_DELTA_S = 0.0005
"""How much longer each delta makes it. Assumed: with `MOST_DELTAS` it takes over half a second."""

SEED = 20261120

Document = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A store's load, and what is there to take it.

    `offered` is in events a second, None for as many as fit. `popularity` is Zipf's exponent: with 1 the best
    of 1,000 products is in every eighth line, with 0 all sell alike.
    """

    instances: int
    grouped: bool = True
    concurrency: int = 64
    document_writes: float = 1.0
    offered: float | None = None
    products: int = 1_000
    popularity: float = 1.0
    hot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of it, once it was warm: rates a second, times in seconds.

    `hottest` is the kind of document that commits waited for most, "" where none had to; `raced` counts
    commits that lost a race. `p95_trail` is how long after its commit a delta was folded, and `pending` how
    many deltas were not, at the end.
    """

    events: float
    commits: float
    longest_wait: float
    p95_wait: float
    contended: float
    raced: float
    hottest: str
    p95_trail: float
    pending: int


@dataclass(slots=True, eq=False)
class _Order:
    """An order; `version` counts the events of it that were committed."""

    documents: tuple[Document, ...]
    version: int = 0


@dataclass(slots=True, eq=False)
class _Event:
    """The creation or the payment of an order; `seen` is the order's version as it was read."""

    came: float
    order: _Order
    pays: bool
    seen: int = 0


@dataclass(slots=True)
class _Instance:
    free: int
    busy_until: float = 0.0
    in_flight: int = 0
    ready: list[_Event] = field(default_factory=list)


class _Simulation:
    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.random = Random(SEED)  # noqa: S311 - no secret; the same numbers each time
        self.instances = [_Instance(shape.concurrency) for _ in range(shape.instances)]
        # Creations go to one function, payments to the other.
        self.functions = (self.instances[::2], self.instances[1::2] or self.instances)
        self.backlogs: tuple[deque[_Event], deque[_Event]] = (deque(), deque())
        self.next_write: dict[Document, float] = {}
        self.agenda: list[tuple[float, int, str, _Instance | None, list[_Event]]] = []
        self.commits = self.contended = self.raced = self.entries = 0
        self.waits: list[float] = []
        self.deltas: deque[float] = deque()
        self.trails: list[float] = []
        self.waited_for = Counter[str]()
        self.products = list(accumulate(1 / rank**shape.popularity for rank in range(1, shape.products + 1)))
        self.coupons = list(accumulate(1 / rank for rank in range(1, COUPONS + 1)))

    def run(self) -> Result:
        self._come(0.0)
        if self.shape.hot:
            self._plan(PACE_S, "looks", None, [])
        while self.agenda[0][0] < SECONDS:
            now, _, what, instance, events = heapq.heappop(self.agenda)
            if what == "looks":
                self._fold(now)
            elif what == "pays":
                self.backlogs[True].extend(events)
            elif instance is None:
                self._create(now)
                self._come(now)
            elif what == "computed":
                instance.ready += events
                self._commit_ready(now, instance)
            elif what == "again":
                self._commit(now, instance, events)
            else:
                self._finish(now, instance, events)
            self._hand_out(now)
        span = SECONDS - WARM_UP_S
        # What still waits for a place has waited until now.
        waits = [*self.waits, *(SECONDS - event.came for backlog in self.backlogs for event in backlog)]
        return Result(
            events=len(self.waits) / span,
            commits=self.commits / span,
            longest_wait=max(waits, default=0.0),
            p95_wait=_p95(waits),
            contended=self.contended / span,
            raced=self.raced / span,
            hottest=max(self.waited_for, key=self.waited_for.__getitem__, default=""),
            p95_trail=_p95(self.trails),
            pending=len(self.deltas),
        )

    def _come(self, now: float) -> None:
        """Plan the next order; with no rate given, there is always one for a free place."""
        pause = self.random.expovariate(self.shape.offered / 2) if self.shape.offered else COMMIT_S
        self._plan(now + pause, "came", None, [])

    def _create(self, now: float) -> None:
        order = _Order(self._documents())
        self.backlogs[False].append(_Event(now, order, pays=False))
        self._plan(now + PAID_AFTER_S, "pays", None, [_Event(now + PAID_AFTER_S, order, pays=True)])

    def _hand_out(self, now: float) -> None:
        for backlog, instances in zip(self.backlogs, self.functions, strict=True):
            while places := [one for one in instances if one.free]:
                if self.shape.offered is None and not backlog and backlog is self.backlogs[False]:
                    self._create(now)
                if not backlog:
                    break
                instance = self.random.choice(places)
                instance.free -= 1
                instance.busy_until = max(now, instance.busy_until) + EVENT_S
                self._plan(instance.busy_until, "computed", instance, [backlog.popleft()])

    def _documents(self) -> tuple[Document, ...]:
        lines = [("product", self._pick(self.products)) for _ in range(2)]
        coupon = [("coupon", self._pick(self.coupons))] if self.random.random() < COUPON_SHARE else []
        return (*lines, *coupon)

    def _pick(self, cumulative: Sequence[float]) -> int:
        return bisect(cumulative, self.random.random() * cumulative[-1], 0, len(cumulative) - 1)

    def _commit_ready(self, now: float, instance: _Instance) -> None:
        if not self.shape.grouped:
            groups = [[event] for event in instance.ready]
        else:
            groups = [instance.ready] if instance.ready and not instance.in_flight else []
        if groups:
            instance.ready = []
        for group in groups:
            instance.in_flight += 1
            self._read_and_commit(now, instance, group)

    def _read_and_commit(self, now: float, instance: _Instance, events: list[_Event]) -> None:
        for event in events:
            event.seen = event.order.version
        self._commit(now, instance, events)

    def _commit(self, now: float, instance: _Instance, events: list[_Event]) -> None:
        if self.shape.hot:
            self._plan(now + COMMIT_S, "committed", instance, events)
            return
        named = [document for event in events for document in event.order.documents]
        documents = dict.fromkeys([("month", 0), *named])  # in order, unlike a set
        taken_until = [self.next_write.get(document, 0.0) for document in documents]
        start = max(now, *taken_until)
        if start > now:
            self.waited_for[list(documents)[taken_until.index(start)][0]] += 1
        if start - now > PATIENCE_S:
            self.contended += now >= WARM_UP_S
            self._plan(now + PATIENCE_S + self.random.uniform(0, PAUSE_S), "again", instance, events)
            return
        for document in documents:
            self.next_write[document] = start + 1 / self.shape.document_writes
        self._plan(start + COMMIT_S, "committed", instance, events)

    def _finish(self, now: float, instance: _Instance, events: list[_Event]) -> None:
        if moved := [event for event in events if event.seen != event.order.version]:
            self.raced += now >= WARM_UP_S
            instance.ready[:0] = moved
            if others := [event for event in events if event not in moved]:
                self._read_and_commit(now, instance, others)
                return
            events = []
        else:
            self.deltas += [now] if self.shape.hot else []
            if now >= WARM_UP_S:
                self.commits += 1
                self.waits += [now - event.came for event in events]
        for event in events:
            event.order.version += 1
        instance.in_flight -= 1
        instance.free += len(events)
        self._commit_ready(now, instance)

    def _fold(self, now: float) -> None:
        folded = [self.deltas.popleft() for _ in range(min(MOST_DELTAS, len(self.deltas)))]
        takes_s = FOLD_S + FOLDED_DELTA_S * len(folded)
        if now >= WARM_UP_S:
            self.trails += [now + takes_s - made for made in folded]
        self._plan(now + max(PACE_S, takes_s), "looks", None, [])

    def _plan(self, at: float, what: str, instance: _Instance | None, events: list[_Event]) -> None:
        self.entries += 1
        heapq.heappush(self.agenda, (at, self.entries, what, instance, events))


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(0.95 * len(times))] if times else 0.0


@cache
def simulate(shape: Shape) -> Result:
    """Return what becomes of the load in 100 seconds, of which the first 20 are not counted."""
    return _Simulation(shape).run()
