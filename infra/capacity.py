"""What a store, an instance and a project sustain, where the first wall is, and what to turn.

`python -m infra.capacity` prints the tables of CAPACITY.md; with `--write` it also puts them there. They come
from counts of the real ledger, Google's published limits and a simulation of contention: the same each time.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from math import ceil, log
from pathlib import Path

from infra.contention import Result, Shape, simulate
from infra.cost import EVENT_S, ORDERS, count
from infra.limits import (
    CONCURRENCY,
    FIRST_WRITES_S,
    INSTANCES,
    RAMP,
    RAMP_MINUTES,
    Limit,
    limits,
)
from shared.ledger.fold import MOST_DELTAS, PACE_S
from shared.ledger.group_commit import MOST_CHANGES

DOCUMENT_WRITES = (1.0, 10.0)
"""A second: what Google promises for long, and what bursts are assumed to get."""

DEPLOYED = Shape(instances=2 * INSTANCES, concurrency=CONCURRENCY)
"""Two functions write to a store's tallies."""

FEW = 16
"""Places of an instance that is made for events that compute, not for ones that wait."""

TURNED: tuple[tuple[str, Shape], ...] = (
    (f"as deployed: 80 instances of {CONCURRENCY} places", DEPLOYED),
    (f"80 instances of {FEW} places", replace(DEPLOYED, concurrency=FEW)),
    (f"8 instances of {CONCURRENCY} places", replace(DEPLOYED, instances=8)),
    ("10,000 products that sell alike", replace(DEPLOYED, products=10_000, popularity=0.0)),
)
HOT_RATES = (20.0, 200.0, 1_000.0)
"""Events a second of one store."""

RATES = (10, 1_000, 100_000)
STORES = (1, 1_000)
WANTED = 10_000
"""Orders a second of all stores together, for which the page says what to raise."""


def contention() -> Iterator[str]:
    """Yield the lines that show what one store's documents take, and what holds them up."""
    yield "document   each event alone               events of an instance together"
    yield "writes/s   events/s  longest  waits for   events/s  longest  waits for"
    for writes in DOCUMENT_WRITES:
        shape = replace(DEPLOYED, document_writes=writes)
        alone, together = simulate(replace(shape, grouped=False)), simulate(shape)
        yield f"{writes:8.0f}   {_shown(alone)}  {_shown(together)}".rstrip()


def turned() -> Iterator[str]:
    """Yield the lines that show what helps a store whose commits write its tallies."""
    yield f"{'events/s, documents at':40}{'1/s':>9}{'10/s':>9}   orders/s at 1/s"
    for name, shape in TURNED:
        slow, fast = (simulate(replace(shape, document_writes=writes)) for writes in DOCUMENT_WRITES)
        orders = slow.events / _events()
        yield f"{name:40}{slow.events:9.0f}{fast.events:9.0f}{orders:18.0f}"


def hot() -> Iterator[str]:
    """Yield the lines that show what a hot store takes, and by how much its figures trail."""
    yield "events/s    longest   deltas/s   trail p95   pending"
    for offered in HOT_RATES:
        result = simulate(replace(DEPLOYED, hot=True, offered=offered))
        waits = f"{result.events:8,.0f} {result.longest_wait:9.2f}s {result.commits:10,.0f}"
        yield f"{waits} {result.p95_trail:10.1f}s {result.pending:9,}"


def steady() -> Iterator[str]:
    """Yield the lines that show how long a steady load waits, far from and near the wall."""
    yield "orders/s  instances   events/s  longest  waits for        p95   races/s"
    for orders, instances in ((0.1, 2), (1, 2), (1, 80), (10, 4)):
        result = simulate(replace(DEPLOYED, instances=instances, offered=orders * _events()))
        races = f"{result.p95_wait:6.1f}s {result.raced:9.2f}"
        yield f"{orders:8}{instances:11}   {_shown(result)}{races}"


def instance() -> Iterator[str]:
    """Yield the lines that say what one instance does, where documents hold nothing up."""
    result = simulate(replace(DEPLOYED, instances=1, document_writes=1_000.0))
    orders = result.events / _events()
    yield f"{result.events:8.1f}  events/s, {orders:.1f} orders/s: its processor, at {EVENT_S} s an event"
    yield f"{CONCURRENCY:8}  events at once: its places"
    yield f"{MOST_CHANGES:8}  events in one commit"


@cache
def known_limits() -> list[Limit]:
    return limits(_counts(), ORDERS, MOST_DELTAS / PACE_S)


def listed() -> Iterator[str]:
    """Yield the lines that name the limits, the lowest first."""
    yield f"{'limit':30}{'orders/s':>9}  of       turn"
    for limit in sorted(known_limits(), key=lambda limit: limit.orders):
        scope = "a store" if limit.of_store else "all"
        yield f"{limit.what:30}{limit.orders:9,.0f}  {scope:8} {limit.turn}"
    yield ""
    for limit in known_limits():
        yield f"{limit.what:30}{limit.published}"


def raised() -> Iterator[str]:
    """Yield the lines that say what to raise for `WANTED` orders a second, and the first wall after that."""
    yield f"{'limit':30}{'now':>10}{'needed':>10}  of"
    below = [limit for limit in known_limits() if not limit.of_store and limit.orders < WANTED]
    for limit in sorted(below, key=lambda limit: limit.orders):
        needed = ceil(limit.amount * WANTED / limit.orders)
        yield f"{limit.what:30}{limit.amount:10,.0f}{needed:10,}  {limit.unit}"
    left = min(
        (one for one in known_limits() if one not in below and not one.of_store), key=lambda one: one.orders
    )
    yield f"then the first wall is at {left.orders:,.0f} orders/s: {left.what}"


def walls() -> Iterator[str]:
    """Yield the lines that say which limits a load is beyond, the lowest first, and how long to warm up."""
    yield f"{'orders/s':>8}  {'stores':>6}  {'ramp, min':>9}  {'walls at':>8}  of"
    for rate in RATES:
        for stores in STORES:
            beyond = [f"{fits:8,.0f}  {limit.what}" for fits, limit in beyond_limits(rate, stores)]
            shown = f"\n{'':29}".join(beyond or ["          none"])
            yield f"{rate:8,}  {stores:6,}  {ramp_minutes(rate):9}  {shown}"


def beyond_limits(rate: float, stores: int) -> list[tuple[float, Limit]]:
    """Return (orders a second that fit, limit) of those that the load is beyond, the lowest first."""
    fitting = [(limit.orders * (stores if limit.of_store else 1), limit) for limit in known_limits()]
    return sorted(((fits, limit) for fits, limit in fitting if fits < rate), key=lambda found: found[0])


def ramp_minutes(rate: float) -> int:
    """Return how long Firestore wants to get used to it: 500 writes/s first, half more each 5 minutes."""
    writes = rate * _counts()["writes"] / ORDERS
    return max(0, ceil(log(writes / FIRST_WRITES_S, RAMP))) * RAMP_MINUTES


TABLES: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
    ("One store: as many events as fit", contention),
    ("One store: what helps", turned),
    ("One store: a steady load", steady),
    ("One store: hot", hot),
    ("One instance", instance),
    ("Limits", listed),
    ("Walls", walls),
    ("All stores: 10,000 orders a second", raised),
)


def tables() -> dict[str, str]:
    """Return {title: table}, as CAPACITY.md shows them."""
    return {title: "\n".join(lines()) for title, lines in TABLES}


@cache
def _counts() -> Counter[str]:
    return count()


def _events() -> float:
    return _counts()["events"] / ORDERS


def _shown(result: Result) -> str:
    return f"{result.events:8.1f} {result.longest_wait:7.1f}s  {result.hottest:10}"


def rewrite(page: str) -> str:
    """Return the page with its tables as they are now, in the same order."""
    fresh = iter(tables().values())
    return re.sub(r"(?<=```text\n).*?(?=\n```)", lambda _: next(fresh), page, flags=re.DOTALL)


def main(arguments: Sequence[str]) -> None:
    if "--write" in arguments:
        page = Path(__file__).parent / "CAPACITY.md"
        page.write_text(rewrite(page.read_text(encoding="utf-8")), encoding="utf-8")
    for title, table in tables().items():
        sys.stdout.write(f"{title}\n\n{table}\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
