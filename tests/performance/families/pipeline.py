"""From publish to visible: Pub/Sub, a function, Firestore and the cache, against an empty function.

The empty function has a subscription of its own, made as ours are, and a server with our settings.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from uuid import uuid4

import psutil

from infra.typical_orders import CHANGED, CREATED, PRICE_MINOR, OrderEvent
from shared.adapters.firestore.client import connect
from shared.adapters.pubsub import Publisher
from tests.performance.ledgers import read_figures
from tests.performance.load import in_lists
from tests.performance.messages import CALLERS, HandledEvents, Pushes
from tests.performance.place import EMPTY_EVENT, Place
from tests.performance.rounds import Contender, FigureT, compared, percentiles, rate, take_turns
from tests.performance.rows import Row, Target

STORES = 100
PACE_S = 0.02
"""Between two messages where latency is measured: 50 a second, far below what any of them can do."""

_COMPLETED, _REPEATED = 3, 10
"""Before the figures are compared, every third order is completed and every tenth event repeated."""

_HOT, _MANY, _EMPTY = "pipeline, one hot store", f"pipeline, {STORES} stores", "empty function"
LISTED = 100
_LISTS = f"pipeline, one hot store, messages of {LISTED} events"
_WAYS = {_HOT: (CREATED, 1), _MANY: (CREATED, STORES), _EMPTY: (EMPTY_EVENT, 1)}
"""{name: topic and number of stores}."""

_AT_ONCE = f", {CALLERS} pushed at a time"
_TWO_AT_ONCE = "the emulator pushes two messages of a subscription at a time: latency alone decides"
_OF_EMPTY = 0.315
"""Nine tenths of 0.35, by estimate the most that the emulators leave: a commit takes theirs 3.5 ms."""
_ONE_PROCESS = "the function's one Python process; the emulators and the pushing threads share its cores"


class Pipeline:
    """Sends new orders in one of three ways and remembers those that our functions were given."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._run = uuid4().hex[:8]
        self._publisher = Publisher(place.state.project_id)
        self.created: list[OrderEvent] = []

    def new_orders(self, topic: str, stores: int, prefix: str, count: int) -> list[OrderEvent]:
        """Return the creations of new orders, spread over so many stores."""
        events = [
            OrderEvent(store_id=f"{self._run}-{stores}-{n % stores}", prefix=prefix, number=n // stores)
            for n in range(count)
        ]
        self.created += events if topic == CREATED else []
        return events

    def burst(self, topic: str, events: Sequence[OrderEvent]) -> float:
        """Publish all at once; return how many a second were handled."""
        messages = [(event.data(), dict[str, str]()) for event in events]
        log = self._follow(topic)

        def run() -> None:
            self._publisher.publish_all(topic, messages)
            log.wait_for(len(messages))

        return rate(len(messages), run)

    def lists(self, topic: str, events: Sequence[OrderEvent]) -> float:
        """Publish all at once in messages of `LISTED` events; return events handled a second."""
        texts = [[event.wire() for event in some] for some in in_lists(events, LISTED)]
        messages = [(json.dumps(text).encode(), dict[str, str]()) for text in texts]
        log = self._follow(topic)

        def run() -> None:
            self._publisher.publish_all(topic, messages)
            log.wait_for(len(messages))

        return rate(len(events), run)

    def processor(self, topic: str, events: Sequence[OrderEvent]) -> float:
        """Deliver all as `pushed` does; return the milliseconds of a processor that each took."""
        server = psutil.Process(self._place.stack.processes[topic].pid)
        processes = [server, *server.children(recursive=True)]
        before = sum(map(_processor_s, processes))
        self.pushed(topic, events)
        return (sum(map(_processor_s, processes)) - before) * 1000 / len(events)

    def pushed(self, topic: str, events: Sequence[OrderEvent]) -> float:
        """Deliver all to the topic's function, many at a time; return how many a second were handled."""
        with Pushes(self._place, topic) as pushes:
            return rate(len(events), lambda: pushes.push_all(events))

    def paced(self, topic: str, events: Sequence[OrderEvent]) -> list[float]:
        """Publish one after the other; return how old each was when it was handled, in milliseconds."""
        log = self._follow(topic)
        due = time.perf_counter()
        for event in events:
            due += PACE_S
            time.sleep(max(0.0, due - time.perf_counter()))
            self._publisher.publish(topic, event.data(), {})
        return log.wait_for(len(events))

    def mistakes(self) -> int:
        """Complete some orders, repeat some events, and compare the dashboards of all stores.

        Returns:
            By how many orders, completions and sales the dashboards are wrong, added up.
        """
        completions = [event.completed() for event in self.created[::_COMPLETED]]
        self.burst(CREATED, self.created[::_REPEATED])
        self.burst(CHANGED, completions + completions[::_REPEATED])
        orders = Counter(event.store_id for event in self.created)
        completed = Counter(event.store_id for event in completions)
        wrong = 0
        with closing(connect(self._place.state.project_id, "(default)")) as client:
            for store_id in orders:
                summary = read_figures(client, store_id)["summary"]
                wrong += abs(orders[store_id] - summary["totalOrders"])
                wrong += abs(completed[store_id] - summary["totalCompletedOrders"])
                wrong += abs(completed[store_id] - round(summary["totalSales"] * 100 / PRICE_MINOR))
        return wrong

    def _follow(self, topic: str) -> HandledEvents:
        return HandledEvents(self._place.logs / f"{topic}.log")


def measure_pipeline(place: Place) -> list[Row]:
    """Return rates and latencies against the empty function, and whether every event counted once."""
    pipeline, sizes = Pipeline(place), place.sizes

    def turns(
        send: Callable[[str, Sequence[OrderEvent]], FigureT], count: int, *, warm_up: bool = True
    ) -> dict[str, list[FigureT]]:
        def contender(topic: str, stores: int) -> Contender[FigureT]:
            return lambda number: send(
                topic, pipeline.new_orders(topic, stores, f"{send.__name__}-{number}", count)
            )

        contenders = {name: contender(*way) for name, way in _WAYS.items()}
        return take_turns(contenders, sizes.rounds, warm_up=warm_up, tell=place.tell)

    lists: dict[str, Contender[float]] = {
        _LISTS: lambda number: pipeline.lists(
            CREATED, pipeline.new_orders(CREATED, 1, f"lists-{number}", sizes.burst)
        ),
        _EMPTY: lambda number: pipeline.burst(
            EMPTY_EVENT, pipeline.new_orders(EMPTY_EVENT, 1, f"lists-{number}", sizes.burst)
        ),
    }
    listed = take_turns(lists, sizes.rounds, tell=place.tell)
    processor = turns(pipeline.processor, sizes.burst)
    # All are warm by now.
    rates, pushed, ages = (
        turns(pipeline.burst, sizes.burst, warm_up=False),
        turns(pipeline.pushed, sizes.burst, warm_up=False),
        turns(pipeline.paced, sizes.paced, warm_up=False),
    )
    place.tell("pipeline, comparing the figures")
    return [
        *rate_rows(rates, bound=_TWO_AT_ONCE),
        *rate_rows(pushed, _AT_ONCE, is_promised=False, bound=_ONE_PROCESS),
        *latency_rows(ages),
        compared(
            _LISTS, "events/s", listed[_LISTS], (f"{_EMPTY}, messages of one", listed[_EMPTY]),
            target=Target(sense=">=", limit=1),
        ),
        compared(
            f"{_HOT}, processor time of an event", "ms", processor[_HOT], (_EMPTY, processor[_EMPTY]),
            bound=_ONE_PROCESS,
        ),
        Row(
            name=f"pipeline, counted wrong of {len(pipeline.created)} orders",
            value=pipeline.mistakes(), unit="orders", target=Target(sense="<=", limit=0),
        ),
    ]  # fmt: skip


def _processor_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def rate_rows(
    rates: Mapping[str, Sequence[float]], way: str = "", *, is_promised: bool = True, bound: str = ""
) -> list[Row]:
    """Return events a second against the empty function, and of one hot store against many.

    Args:
        rates: {contender: events a second, round by round}.
        way: how the events came, after the names of the contenders; nothing for the stack's own way.
        is_promised: whether there are targets.
        bound: what limits all of them.
    """
    empty, many = (_EMPTY + way, rates[_EMPTY]), (_MANY + way, rates[_MANY])
    of_empty, of_many = (Target(sense=">=", limit=n) if is_promised else None for n in (_OF_EMPTY, 0.9))
    return [
        compared(_HOT + way, "events/s", rates[_HOT], empty, target=of_empty, bound=bound),
        compared(_MANY + way, "events/s", rates[_MANY], empty, bound=bound),
        compared(_HOT + way, "events/s", rates[_HOT], many, target=of_many, bound=bound),
    ]


def latency_rows(ages: Mapping[str, Sequence[Sequence[float]]]) -> list[Row]:
    """Return percentiles from publish to visible, against the empty function's.

    `ages` are {contender: a list of milliseconds for each round}.
    """
    return [
        compared(
            f"{name}, publish to visible, p{percent}", "ms", percentiles(ages[name], percent),
            (_EMPTY, percentiles(ages[_EMPTY], percent)), bound=f"at {1 / PACE_S:.0f} events/s",
        )
        for name in (_HOT, _MANY)
        for percent in (50, 95, 99)
    ]  # fmt: skip
