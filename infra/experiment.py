"""Settle what the capacity page assumes: sell at rising rates on a real project, and read what came of it.

Takes an hour, some dollars, and a project whose numbers nobody needs: it sells to stores of its own. The
figures come from the dashboard, the times from the functions' logs. With `--stack` it does the same to the
local stack, whose numbers settle nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import click

from emulator.state import read_state
from infra.cost import ORDERS, count, price, read_prices
from infra.trial import LogsUnread, Seen, Step, Trial, cloud_logs, local_logs

MILLION = 1_000_000

COLD, WARM, HOT, WALL, MANY = "cold", "warm", "hot", "wall", "many"
STEPS: Mapping[str, Step] = {
    COLD: Step(name="one store, cold", orders_s=1, seconds=600),
    WARM: Step(name="one store, more than its documents are promised for", orders_s=20, seconds=600),
    HOT: Step(name="one store, hot", orders_s=150, seconds=900),
    WALL: Step(name="one store, at its wall", orders_s=450, seconds=900),
    MANY: Step(name="a thousand stores", orders_s=450, seconds=600, stores=1_000),
}


@dataclass(frozen=True, slots=True)
class Assumption:
    """What the page assumes, in which step it shows, how much is assumed, and what was measured.

    `measure` returns None where the step shows nothing of it.
    """

    what: str
    step: str
    most: float
    unit: str
    measure: Callable[[Seen], float | None]

    def verdict(self, seen: Mapping[str, Seen]) -> str:
        found = self.measure(seen[self.step]) if self.step in seen else None
        if found is None:
            return f"not settled  {self.what}: nothing of it was seen"
        word = "holds" if found <= self.most else "IS WRONG"
        return f"{word:11}  {self.what}: {found:,.1f} {self.unit}, assumed at most {self.most:,.1f}"


ASSUMPTIONS = (
    Assumption("an event alone takes a commit of 30 ms and little else, p50", COLD, 100, "ms",
               lambda seen: _percentile(seen.handled, 50)),
    Assumption("a store at 20 orders/s turns hot by itself (0: yes)", WARM, 0, "",
               lambda seen: float(not seen.is_hot)),
    Assumption("figures of a hot store trail, p95", HOT, 3, "s", lambda seen: _percentile(seen.trails, 95)),
    Assumption("1,000 deltas a second are folded: figures trail, p95", WALL, 5, "s",
               lambda seen: _percentile(seen.trails, 95)),
    Assumption("a delta waits for its fold, p95", WALL, 3_000, "ms",
               lambda seen: _percentile(seen.waited, 95)),
    Assumption("stores do not hold each other up: figures trail, p95", MANY, 5, "s",
               lambda seen: _percentile(seen.trails, 95)),
    *(Assumption(f"every order is counted once ({step})", step, 0, "orders",
                 lambda seen: float(seen.wrong)) for step in STEPS),
)  # fmt: skip


def plan(steps: Mapping[str, Step]) -> Iterator[str]:
    """Yield the lines that say what will be done, how long it takes, and what it costs."""
    for step in steps.values():
        load = f"{step.orders_s:g} orders/s in {step.stores:,} store{'s' * (step.stores > 1)}"
        yield f"{step.seconds / 60:6.1f} min  {load}: {step.name}"
    orders = sum(step.orders for step in steps.values())
    dollars = sum(price(count(), ORDERS, read_prices()).values()) * orders / MILLION
    minutes = sum(step.seconds for step in steps.values()) / 60
    yield f"{minutes:6.1f} min  {orders:,} orders, about {dollars:,.0f} USD at list prices"
    yield from (f"settles: {one.what}" for one in ASSUMPTIONS if one.step in steps)


def _percentile(values: Sequence[float], percent: int) -> float | None:
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else None


@click.command()
@click.option("--project", default="", help="The project; its topics are published to.")
@click.option("--url", default="", help="The dashboard's address, as `make smoke` knows it.")
@click.option("--stack", type=click.Path(path_type=Path), help="stack.json of the local stack instead.")
@click.option("--orders-per-second", type=float, help="Of every step, instead of its own.")
@click.option("--seconds", type=float, help="Of every step, instead of its own.")
@click.option("--only", multiple=True, type=click.Choice([*STEPS]), help="One step; repeat it for more.")
@click.option("--dry-run", is_flag=True, help="Print the plan, and do nothing.")
def main(
    project: str, url: str, stack: Path | None, orders_per_second: float | None, seconds: float | None,
    only: Sequence[str], dry_run: bool,
) -> None:  # fmt: skip
    """Publish orders at rising rates to a project, and say which assumptions of the capacity page hold.

    TOKEN is a bearer token of an admin of all stores.
    """
    steps = {
        name: replace(step, orders_s=orders_per_second or step.orders_s, seconds=seconds or step.seconds)
        for name, step in STEPS.items()
        if name in only or not only
    }
    click.echo("\n".join(plan(steps)))
    if dry_run:
        return
    token, logs = os.environ.get("TOKEN", ""), cloud_logs(project)
    if stack:
        state = read_state(stack)
        os.environ["PUBSUB_EMULATOR_HOST"] = state.pubsub_host
        project, url, token = state.project_id, state.urls["dashboard"], state.token
        logs = local_logs(stack.parent / "logs")
    if missing := [
        name for name, value in (("PROJECT", project), ("URL", url), ("TOKEN", token)) if not value
    ]:
        sys.exit(f"{', '.join(missing)}: expected a value, got nothing. --dry-run prints the plan without.")
    trial, seen = Trial(project, url, token, logs), dict[str, Seen]()
    for name, step in steps.items():
        click.echo(f"{datetime.now(UTC):%H:%M:%S} {step.name}")
        try:
            seen[name] = trial.run(step)
        except LogsUnread as error:
            sys.exit(f"The logs could not be read: {error}")
    for assumption in ASSUMPTIONS:
        click.echo(assumption.verdict(seen))


if __name__ == "__main__":
    main()
