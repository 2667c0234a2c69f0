"""From publish to visible, through Pub/Sub, a function, Firestore and the cache; beside an empty function.

The empty one hangs on a subscription of its own that was made as ours are, in a server with our settings.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from shared.adapters.firestore.client import connect
from shared.adapters.pubsub import Publisher
from tests.performance.events import CHANGED, CREATED, PRICE_MINOR, Sale
from tests.performance.figures import read_figures
from tests.performance.handled import HandledEvents
from tests.performance.place import EMPTY_EVENT, Place
from tests.performance.pushes import CALLERS, Pushes
from tests.performance.rounds import FigureT, compared, percentiles, rate, take_turns
from tests.performance.rows import Row, Target

STORES = 100
PACE_S = 0.02
"""Between two messages where latency is measured: 50 a second, far below what any of them can."""

_COMPLETED, _REPEATED = 3, 10
"""Every so manyth order is completed, and event repeated, before the figures are compared."""

_HOT, _MANY, _EMPTY = "pipeline, one hot store", f"pipeline, {STORES} stores", "empty function"
_AT_ONCE = f", {CALLERS} pushed at a time"
_TWO_AT_ONCE = "the emulator pushes two messages of a subscription at a time: latency alone decides"
_ONE_PROCESS = "the function's one Python process; emulators and whoever pushes share its cores"


class Pipeline:
    """Publishes orders of its own stores and remembers them all."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._run = uuid4().hex[:8]
        self._publisher = Publisher(place.state.project_id)
        self.sales: list[Sale] = []

    def sales_of(self, stores: int, prefix: str, count: int) -> list[Sale]:
        """Return the creations of new orders, spread over so many stores."""
        made = [
            Sale(store_id=f"{self._run}-{stores}-{n % stores}", prefix=prefix, number=n // stores)
            for n in range(count)
        ]
        self.sales += made
        return made

    def burst(self, topic: str, sales: Sequence[Sale]) -> float:
        """Publish all at once; return how many a second were handled."""
        data = [sale.data() for sale in sales]

        def run() -> None:
            self._publisher.publish_all(topic, [(one, {}) for one in data])
            log.wait_for(len(data))

        log = HandledEvents(self._log(topic))
        return rate(len(data), run)

    def pushed(self, topic: str, sales: Sequence[Sale]) -> float:
        """Deliver all to the topic's function, many at a time; return how many a second were handled."""
        with Pushes(self._place, topic) as pushes:
            return rate(len(sales), lambda: pushes.push_all(sales))

    def paced(self, topic: str, sales: Sequence[Sale]) -> list[float]:
        """Publish one after the other; return how old each was when it was handled, in milliseconds."""
        log = HandledEvents(self._log(topic))
        due = time.perf_counter()
        for sale in sales:
            due += PACE_S
            time.sleep(max(0.0, due - time.perf_counter()))
            self._publisher.publish(topic, sale.data(), {})
        return log.wait_for(len(sales))

    def mistakes(self) -> int:
        """Complete some orders, repeat some events, and compare the dashboards of all stores.

        Returns:
            By how many orders, completions and sales they are wrong, all added up.
        """
        completions = [sale.completed() for sale in self.sales[::_COMPLETED]]
        self.burst(CREATED, self.sales[::_REPEATED])
        self.burst(CHANGED, completions + completions[::_REPEATED])
        orders = Counter(sale.store_id for sale in self.sales)
        completed = Counter(sale.store_id for sale in completions)
        client = connect(self._place.state.project_id, "(default)")
        wrong = 0
        for store_id in orders:
            summary = read_figures(client, store_id)["summary"]
            wrong += abs(orders[store_id] - summary["totalOrders"])
            wrong += abs(completed[store_id] - summary["totalCompletedOrders"])
            wrong += abs(completed[store_id] - round(summary["totalSales"] * 100 / PRICE_MINOR))
        client.close()  # type: ignore[no-untyped-call]
        return wrong

    def _log(self, topic: str) -> Path:
        return self._place.logs / f"{topic}.log"


def measure_pipeline(place: Place) -> list[Row]:
    """Return rates and latencies against the empty function, and whether every event counted once."""
    pipeline, rounds = Pipeline(place), place.sizes.rounds
    bursts = {name: _contender(pipeline, name, pipeline.burst, place.sizes.burst) for name in _WAYS}
    rates = take_turns(bursts, rounds, tell=place.tell)
    many = {name: _contender(pipeline, name, pipeline.pushed, place.sizes.burst) for name in _WAYS}
    pushed = take_turns(many, rounds, tell=place.tell)
    paced = {name: _contender(pipeline, name, pipeline.paced, place.sizes.paced) for name in _WAYS}
    ages = take_turns(paced, rounds, warm_up=False, tell=place.tell)
    place.tell("pipeline, comparing the figures")
    return [
        *rate_rows(rates, bound=_TWO_AT_ONCE),
        *rate_rows(pushed, _AT_ONCE, is_promised=False, bound=_ONE_PROCESS),
        *latency_rows(ages),
        Row(
            name=f"pipeline, counted wrong of {len(pipeline.sales)} orders",
            value=pipeline.mistakes(), unit="orders", target=Target(sense="<=", limit=0),
        ),
    ]  # fmt: skip


def rate_rows(
    rates: Mapping[str, Sequence[float]], way: str = "", *, is_promised: bool = True, bound: str = ""
) -> list[Row]:
    """Return events a second against the empty function, and of one hot store against many.

    Args:
        rates: {contender: events a second, round by round}.
        way: how the events came, after the names of the contenders; nothing for the stack's own way.
        is_promised: whether there are targets.
        bound: what bounds all of them.
    """
    empty, many = (_EMPTY + way, rates[_EMPTY]), (_MANY + way, rates[_MANY])
    of_empty, of_many = (Target(sense=">=", limit=n) if is_promised else None for n in (0.6, 0.9))
    return [
        compared(_HOT + way, "events/s", rates[_HOT], empty, target=of_empty, bound=bound),
        compared(_MANY + way, "events/s", rates[_MANY], empty, bound=bound),
        compared(_HOT + way, "events/s", rates[_HOT], many, target=of_many, bound=bound),
    ]


def latency_rows(ages: Mapping[str, Sequence[Sequence[float]]]) -> list[Row]:
    """Return percentiles from publish to visible, the empty function's beside them.

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


def _contender(
    pipeline: Pipeline, name: str, send: Callable[[str, Sequence[Sale]], FigureT], count: int
) -> Callable[[int], FigureT]:
    topic, stores = _WAYS[name]

    def run(number: int) -> FigureT:
        prefix = f"{send.__name__}-{number}"
        if topic == EMPTY_EVENT:
            return send(topic, [Sale(store_id="", prefix=prefix, number=n) for n in range(count)])
        return send(topic, pipeline.sales_of(stores, prefix, count))

    return run


_WAYS = {_HOT: (CREATED, 1), _MANY: (CREATED, STORES), _EMPTY: (EMPTY_EVENT, 1)}
"""{name: topic and number of stores}."""
