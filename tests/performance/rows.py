"""One row of the benchmark's table."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Spread = tuple[float, float]
"""The lowest and the highest round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A limit on a row's ratio, or on its value if it has no rival."""

    sense: Literal["<=", ">="]
    limit: float

    def is_met_by(self, figure: float) -> bool:
        return figure <= self.limit if self.sense == "<=" else figure >= self.limit

    def __str__(self) -> str:
        return f"{self.sense} {self.limit:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, and the rival's figure from the same rounds.

    Attributes:
        name: what was measured, its family first: "apply, lists of 100".
        value: the median of the rounds, in `unit`.
        unit: "events/s", "ms", "MiB"...
        spread: of `value`; None for what is counted and not timed.
        rival: what it is compared with; None for a figure that stands alone.
        rival_value: the rival's median, in the same unit.
        ratio: the median of the rounds' ratios to the rival; above 1 is better for rates, worse for times.
        ratio_spread: of `ratio`.
        target: None where nothing is promised.
        bound: what limits the figure, in a few words.
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

    def against(
        self, rival: str, value: float, ratio: float | None = None, spread: Spread | None = None
    ) -> Row:
        """Return the row compared with a rival; `ratio` defaults to that of the two values."""
        ratio = self.value / value if ratio is None else ratio
        return replace(self, rival=rival, rival_value=value, ratio=ratio, ratio_spread=spread)

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.target.is_met_by(self.value if self.ratio is None else self.ratio)

    def to_json(self) -> dict[str, Any]:
        """Return the row as `bench.json` holds it, the target as text and with its verdict."""
        return asdict(self) | {"target": str(self.target) if self.target else None, "met": self.met}
