"""One line of the benchmark's table, as everything that measures hands it over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

Spread = tuple[float, float]
"""The lowest and the highest of the rounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a row is to reach: a limit on its ratio, or on its value where it has no rival."""

    sense: Literal["<=", ">="]
    limit: float

    def is_met_by(self, figure: float) -> bool:
        return figure <= self.limit if self.sense == "<=" else figure >= self.limit

    def __str__(self) -> str:
        return f"{self.sense} {self.limit:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure: a median over rounds, what it is measured against in the same rounds, and its target.

    Attributes:
        name: what was measured, starting with its family: "apply, lists of 100".
        value: the median, in `unit`.
        unit: "events/s", "ms", "MiB"...
        spread: lowest and highest round of `value`; None for what is counted and not timed.
        rival: what it is compared with; None for a figure that stands alone.
        rival_value: the rival's median, in the same unit.
        ratio: the median of the rounds' ratios to the rival; above 1 is better for rates, worse for times.
        ratio_spread: the lowest and the highest of them.
        target: None where nothing is promised.
        bound: what keeps the figure from being better, in a few words.
    """

    name: str
    value: float
    unit: str
    spread: Spread | None = None
    rival: str | None = None
    rival_value: float | None = None
    ratio: float | None = None
    ratio_spread: Spread | None = None
    target: Target | None = None
    bound: str = ""

    def against(self, rival: str, value: float, ratio: float, spread: Spread | None = None) -> Row:
        """Return the row with what it is compared with."""
        return replace(self, rival=rival, rival_value=value, ratio=ratio, ratio_spread=spread)

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.target.is_met_by(self.value if self.ratio is None else self.ratio)

    def to_json(self) -> dict[str, Any]:
        """Return the row as it stands in `bench.json`."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "rival": self.rival,
            "ratio": self.ratio,
            "target": None if self.target is None else str(self.target),
            "met": self.met,
            "rivalValue": self.rival_value,
            "spread": self.spread,
            "ratioSpread": self.ratio_spread,
            "bound": self.bound or None,
        }
