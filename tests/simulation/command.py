"""Run histories from the command line, and say what they did."""

from __future__ import annotations

import argparse
import faulthandler
import gc
import os
import time
from dataclasses import dataclass

from tests.simulation import planted
from tests.simulation.bugs import BUGS
from tests.simulation.history import History, Result
from tests.simulation.network import KINDS
from tests.simulation.scheduler import Stuck

STEPS = 150
_SHOWN_LINES = 40
_LONGEST_S = 1200
_SHRINKS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What decides a history."""

    seed: int
    steps: int = STEPS
    without: frozenset[str] = frozenset()

    def command(self) -> str:
        without = f" --without {','.join(sorted(self.without))}" if self.without else ""
        return f"python -m tests.simulation --seed {self.seed} --steps {self.steps}{without}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A history in which an invariant does not hold, and the end of its trace."""

    plan: Plan
    invariant: str
    text: str
    lines: list[str]
    digest: str

    def shown(self) -> str:
        return "\n".join(
            (
                f"Seed {self.plan.seed} violates an invariant. The end of what its history says about it:",
                *self.lines,
                f"VIOLATION  {self.text}",
                f"Run it again: {self.plan.command()}",
            )
        )


def live(plan: Plan) -> Result | Failure:
    """Live through a history, and return what it did or how it failed."""
    faulthandler.dump_traceback_later(_LONGEST_S, exit=True)  # a real lock of the code would wait for ever
    gc.collect()
    gc.disable()  # its pauses would be a third of the time
    history = History(plan.seed, plan.steps, plan.without)
    try:
        return history.run()
    except Exception as error:  # noqa: BLE001 - whatever a history raises is a violation
        ended = isinstance(error, Stuck)
        otherwise = "every operation ends" if ended else "no unexpected error"
        text = str(error) if hasattr(error, "invariant") else f"{otherwise}: {type(error).__name__}: {error}"
        return Failure(
            plan=plan,
            invariant=getattr(error, "invariant", otherwise),
            text=text,
            lines=history.world.trace.shown(getattr(error, "about", ()), _SHOWN_LINES),
            digest=history.world.trace.digest(),
        )
    finally:
        gc.enable()
        faulthandler.cancel_dump_traceback_later()


def shrink(failure: Failure) -> Failure:
    """Return a shorter history, or one with fewer kinds of faults, that violates the same invariant."""
    attempts = 0

    def try_plan(plan: Plan) -> bool:
        nonlocal failure, attempts
        attempts += 1
        found = live(plan) if attempts <= _SHRINKS else None
        if not isinstance(found, Failure) or found.invariant != failure.invariant:
            return False
        failure = found
        return True

    for part in (4, 2, 1.5, 1.2, 1.1):
        plan = failure.plan
        while plan.steps > 1 and try_plan(
            Plan(seed=plan.seed, steps=int(plan.steps / part), without=plan.without)
        ):
            plan = failure.plan
    for kind in KINDS:
        plan = failure.plan
        try_plan(Plan(seed=plan.seed, steps=plan.steps, without=plan.without | {kind}))
    return failure


def main(arguments: list[str]) -> int:
    """Run the seeds that are asked for; return the exit code: 1 where an invariant is violated."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first seed; else 1, or a fresh one with --seconds")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, one after the other")
    parser.add_argument("--seconds", type=float, default=0.0, help="go on with further seeds for so long")
    parser.add_argument("--steps", type=int, default=STEPS, help="how much happens in each history")
    parser.add_argument("--without", default="", help=f"faults that do not happen, of {','.join(KINDS)}")
    parser.add_argument("--digest", action="store_true", help="print each history's digest")
    parser.add_argument("--no-shrink", action="store_true", help="show a failing history as it is")
    parser.add_argument("--plant", choices=BUGS, help="run with this bug in the code")
    parser.add_argument("--planted", action="store_true", help="plant each bug and show when it is found")
    asked = parser.parse_args(arguments)
    if asked.planted:
        return planted.find_all(asked.seeds if asked.seeds > 1 else planted.MOST_SEEDS)
    if asked.seed is None:
        asked.seed = int.from_bytes(os.urandom(3)) if asked.seconds else 1
    without = frozenset(filter(None, asked.without.split(",")))
    return _run(asked, without)


def _run(asked: argparse.Namespace, without: frozenset[str]) -> int:
    began, seed = time.monotonic(), asked.seed
    results: list[Result] = []
    failure: Failure | None = None
    while seed < asked.seed + asked.seeds or time.monotonic() - began < asked.seconds:
        outcome = live(Plan(seed=seed, steps=asked.steps, without=without))
        if asked.digest:
            print(f"seed {seed}: {outcome.digest}", flush=True)
        if isinstance(outcome, Failure):
            failure = outcome
            break
        results.append(outcome)
        seed += 1
    print(_summary(results, time.monotonic() - began, 1 if failure else 0), flush=True)
    if failure is None:
        return 0
    if asked.no_shrink:
        print(failure.shown())
    else:
        print(f"Seed {failure.plan.seed} violates an invariant; looking for a shorter history...", flush=True)
        print(shrink(failure).shown())
    return 1


def _summary(results: list[Result], took_s: float, violations: int) -> str:
    events, faults = sum(one.events for one in results), sum(one.faults for one in results)
    calls, hours = sum(one.calls for one in results), sum(one.virtual_hours for one in results)
    a_minute = 60 / took_s if took_s else 0.0
    seeds = f"seeds {results[0].seed} to {results[-1].seed}" if results else "no seed"
    return (
        f"{len(results)} histories ({seeds}) in {took_s:.0f} s: {events:,} events, {faults:,} faults, "
        f"{calls:,} calls of services, {hours:,.0f} virtual hours, {violations} violations; "
        f"{events * a_minute:,.0f} events and {faults * a_minute:,.0f} faults a minute"
    )
