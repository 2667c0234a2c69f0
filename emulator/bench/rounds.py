"""The one way to time things here: in turns, so that whatever disturbs the machine disturbs all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from emulator.bench.rows import Row, Spread, Target

Contender = Callable[[int], float]
"""Runs its share of one round, which it is told the number of, and returns its figure."""

Told = Callable[[str], None]
"""Hears what is being measured, for a reader who waits."""


def silent(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One contender's figures, one a round."""

    values: Sequence[float]

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def spread(self) -> Spread:
        return min(self.values), max(self.values)

    def over(self, other: Sample) -> Sample:
        """Return the ratios to the other's figures, round by round."""
        return Sample([mine / theirs for mine, theirs in zip(self.values, other.values, strict=True)])


def take_turns(
    contenders: Mapping[str, Contender], rounds: int, *, warm_up: bool = True, tell: Told = silent
) -> dict[str, Sample]:
    """Run every contender once in each round and return its figures.

    Every other round goes backwards, so that none always follows the same one. A first round, numbered 0,
    warms up and is forgotten.
    """
    figures: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(0 if warm_up else 1, rounds + 1):
        for name in list(contenders) if number % 2 else reversed(contenders):
            tell(f"{name}, round {number} of {rounds}" if number else f"{name}, warming up")
            figure = contenders[name](number)
            if number:
                figures[name].append(figure)
    return {name: Sample(values) for name, values in figures.items()}


def compared(
    name: str,
    unit: str,
    mine: Sample,
    rival: tuple[str, Sample] | None = None,
    *,
    target: Target | None = None,
    bound: str = "",
) -> Row:
    """Return the row of one contender against another of the same rounds."""
    ratios = mine.over(rival[1]) if rival else None
    return Row(
        name=name, value=mine.median, unit=unit, spread=mine.spread,
        rival=rival[0] if rival else None,
        rival_value=rival[1].median if rival else None,
        ratio=ratios.median if ratios else None,
        ratio_spread=ratios.spread if ratios else None,
        target=target, bound=bound,
    )  # fmt: skip


def rate(events: int, run: Callable[[], object]) -> float:
    """Return how many events a second `run` handles that handles so many in all."""
    return events / timed(run)


def timed(run: Callable[[], object]) -> float:
    """Return the seconds that it took."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that so many percent of all do not exceed, between neighbours."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
