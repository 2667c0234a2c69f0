"""How much is measured: enough for steady medians, little enough to wait for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Amounts for each family.

    Attributes:
        rounds: how often each contender runs.
        orders: created and completed by each contender that writes one at a time, in each round.
        listed_orders: the same for those that write lists.
        burst: events of one burst through the pipeline.
        paced: events of one round at a steady pace, for latencies.
        months: the numbers of orders in a month that a dashboard is read with.
        reads: dashboards of each size in each round.
        requests: cards in each round.
        pushed: events after which a function's memory is read, and read again.
        baskets: baskets that are started.
        cold_starts: starts of each function.
        cold_functions: the functions that are started, `dashboard` among them; none means all.
    """

    rounds: int
    orders: int
    listed_orders: int
    burst: int
    paced: int
    months: tuple[int, ...]
    reads: int
    requests: int
    pushed: tuple[int, int]
    baskets: int
    cold_starts: int
    cold_functions: tuple[str, ...] = ()


FULL = Sizes(
    rounds=5, orders=150, listed_orders=1500, burst=500, paced=100, months=(1_000, 10_000, 100_000),
    reads=20, requests=100, pushed=(1_000, 40_000), baskets=60, cold_starts=2,
)  # fmt: skip
QUICK = Sizes(
    rounds=2, orders=20, listed_orders=100, burst=100, paced=20, months=(1_000, 2_000),
    reads=8, requests=40, pushed=(200, 1_000), baskets=8, cold_starts=1,
    cold_functions=("order-created", "dashboard"),
)  # fmt: skip
