"""Paired rounds: contenders take turns, so that whatever disturbs the machine disturbs all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles
from typing import TypeVar

from tests.performance.rows import Row, Target

FigureT = TypeVar("FigureT")
Contender = Callable[[int], FigureT]
"""Does its share of a round, given the round's number, and returns its figures."""

Tell = Callable[[str], None]
"""Shows what is being measured."""


def take_turns(
    contenders: Mapping[str, Contender[FigureT]],
    rounds: int,
    *,
    warm_up: bool = True,
    tell: Tell = lambda _: None,
) -> dict[str, list[FigureT]]:
    """Run every contender once in each round; return {name: its figures, round by round}.

    Every other round runs backwards, so that no contender always follows the same one. Rounds are numbered
    from 1. Round 0 warms up and is discarded; leave it out with `warm_up=False` if all are warm.
    """
    figures: dict[str, list[FigureT]] = {name: [] for name in contenders}
    order = list(contenders)
    for number in range(0 if warm_up else 1, rounds + 1):
        for name in order if number % 2 else reversed(order):
            tell(f"{name}, round {number} of {rounds}" if number else f"{name}, warming up")
            figure = contenders[name](number)
            if number:
                figures[name].append(figure)
    return figures


def compared(
    name: str,
    unit: str,
    mine: Sequence[float],
    rival: tuple[str, Sequence[float]] | None = None,
    *,
    target: Target | None = None,
    bound: str = "",
) -> Row:
    """Return the row of one contender against another of the same rounds; figures come round by round."""
    row = Row(
        name=name, value=median(mine), unit=unit, spread=(min(mine), max(mine)), target=target, bound=bound
    )
    if rival is None:
        return row
    ratios = [own / other for own, other in zip(mine, rival[1], strict=True)]
    return row.against(rival[0], median(rival[1]), median(ratios), (min(ratios), max(ratios)))


def rate(events: int, run: Callable[[], object]) -> float:
    """Return events a second, where `run` handles that many."""
    return events / timed(run)


def timed(run: Callable[[], object]) -> float:
    """Return the seconds that `run` takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def timed_each(run: Callable[[], object], count: int) -> Contender[list[float]]:
    """Return a contender that runs it so often and returns the milliseconds of each run."""
    return lambda _: [timed(run) * 1000 for _ in range(count)]


def percentiles(rounds: Sequence[Sequence[float]], percent: int) -> list[float]:
    """Return the percentile of each round, interpolated between neighbours."""
    return [quantiles(values, n=100, method="inclusive")[percent - 1] for values in rounds]
