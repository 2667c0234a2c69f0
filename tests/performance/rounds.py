"""The one way to time things here: in turns, so that whatever disturbs the machine disturbs all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles
from typing import TypeVar

from tests.performance.rows import Row, Target

FigureT = TypeVar("FigureT")

Told = Callable[[str], None]
"""Hears what is being measured, for a reader who waits."""


def silent(_: str) -> None:
    """Tell nobody."""


def take_turns(
    contenders: Mapping[str, Callable[[int], FigureT]],
    rounds: int,
    *,
    warm_up: bool = True,
    tell: Told = silent,
) -> dict[str, list[FigureT]]:
    """Run every contender once in each round and return what each found, round by round.

    Every other round goes backwards, so that none always follows the same one. A first round warms up and
    is forgotten.

    Args:
        contenders: {name: does its share of a round, whose number it is given, and returns its figures}.
        rounds: how many count; they are numbered from 1, the one that warms up is 0.
        warm_up: leave it out for contenders that are warm.
        tell: hears what is next.
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
    """Return how many events a second `run` handles that handles so many in all."""
    return events / timed(run)


def timed(run: Callable[[], object]) -> float:
    """Return the seconds that it took."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def timed_each(run: Callable[[], object], count: int) -> list[float]:
    """Run it so often and return the milliseconds that each took."""
    return [timed(run) * 1000 for _ in range(count)]


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that so many percent of all do not exceed, between neighbours."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def percentiles(rounds: Sequence[Sequence[float]], percent: int) -> list[float]:
    """Return the percentile of each round."""
    return [percentile(values, percent) for values in rounds]
