"""The benchmark as pictures: for each unit every contender's median, on one logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from tests.performance.rows import Row
from tests.performance.table import number

_OURS, _RIVALS = "#1f4e9c", "#c9a0a8"
_BAR_INCHES, _FRAME_INCHES, _WIDTH_INCHES = 0.32, 1.2, 11
_ROOM = 1.6
"""Of the axis, for the figures beside the longest bars."""


def write_plot(rows: Sequence[Row], unit: str, file: Path) -> None:
    """Draw all rows of the unit in the form that the file's name ends with; none, no file."""
    bars = medians(rows, unit)
    if not bars:
        return
    names, values = [name for name, _, _ in bars], [value for _, value, _ in bars]
    figure = Figure(figsize=(_WIDTH_INCHES, _FRAME_INCHES + _BAR_INCHES * len(bars)), layout="constrained")
    axes = figure.subplots()
    drawn = axes.barh(names, values, color=[_OURS if ours else _RIVALS for _, _, ours in bars])
    axes.bar_label(drawn, labels=[number(value) for value in values], padding=3)
    axes.set_xscale("log")
    axes.set_xlim(min(values) / 2, max(values) * _ROOM)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    axes.legend(handles=[Patch(color=_OURS, label="Tillpulse"), Patch(color=_RIVALS, label="rivals")])
    figure.savefig(file)


def medians(rows: Sequence[Row], unit: str) -> list[tuple[str, float, bool]]:
    """Return (name, median, whether it is ours) of everything measured in the unit, the highest first."""
    found = {row.rival: (row.rival_value, False) for row in rows if row.unit == unit}
    found |= {row.name: (row.value, True) for row in rows if row.unit == unit}
    bars = [(name, value, ours) for name, (value, ours) in found.items() if name and value]
    return sorted(bars, key=lambda bar: bar[1], reverse=True)
