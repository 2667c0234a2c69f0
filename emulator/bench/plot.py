"""The benchmark as a picture: every contender's median, on one logarithmic axis a unit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pygal  # type: ignore[import-untyped]
from pygal.style import CleanStyle  # type: ignore[import-untyped]

from emulator.bench.rows import Row

_OURS, _RIVALS = "Tillpulse", "rivals"
_BAR_PX, _FRAME_PX = 34, 140


def write_plot(rows: Sequence[Row], unit: str, file: Path) -> None:
    """Draw all rows of the unit, fastest first, as SVG that needs no script and nothing from elsewhere."""
    bars = medians(rows, unit)
    chart = pygal.HorizontalBar(
        title=f"Tillpulse and its rivals, {unit}", x_title=f"{unit}, logarithmic", logarithmic=True,
        print_values=True, value_formatter=lambda value: f"{value:,.3g}", style=CleanStyle, js=(),
        height=_FRAME_PX + _BAR_PX * len(bars), width=1100, truncate_label=-1, legend_at_bottom=True,
    )  # fmt: skip
    chart.x_labels = [name for name, _, _ in reversed(bars)]
    chart.add(_OURS, [value if ours else None for _, value, ours in reversed(bars)])
    chart.add(_RIVALS, [None if ours else value for _, value, ours in reversed(bars)])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(chart.render())


def medians(rows: Sequence[Row], unit: str) -> list[tuple[str, float, bool]]:
    """Return (name, median, whether it is ours) of everything measured in the unit, the highest first."""
    found: dict[str, tuple[float, bool]] = {}
    for row in rows:
        if row.unit == unit:
            found[row.name] = (row.value, True)
    for row in rows:
        if row.unit == unit and row.rival and row.rival_value and row.rival not in found:
            found[row.rival] = (row.rival_value, False)
    bars = [(name, value, ours) for name, (value, ours) in found.items()]
    return sorted(bars, key=lambda bar: bar[1], reverse=True)
