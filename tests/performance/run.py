"""The whole benchmark: every family in turn, then the table, `bench.json` and the plots."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from rich.console import Console

from emulator.options import StackOptions
from tests.performance.baskets import measure_baskets
from tests.performance.cards import measure_cards
from tests.performance.cold_start import measure_cold_starts
from tests.performance.costs import measure_costs
from tests.performance.dashboards import measure_dashboards
from tests.performance.memory import measure_memory
from tests.performance.pipeline import measure_pipeline
from tests.performance.place import Place, open_place
from tests.performance.plot import write_plot
from tests.performance.rows import Row
from tests.performance.sizes import Sizes
from tests.performance.table import machine, print_table
from tests.performance.writing import measure_writing

Measure = Callable[[Place], list[Row]]


COLD_STARTS = "cold starts"
"""Measured first, before there is a stack: these have a quiet one of their own."""

_ON_THE_STACK: Mapping[str, Measure] = MappingProxyType(
    {
        "apply": measure_writing,
        "pipeline": measure_pipeline,
        "cards": measure_cards,
        "baskets": measure_baskets,
        "costs": measure_costs,
        # Last: what they leave behind in the emulator slows down whatever follows.
        "memory": measure_memory,
        "dashboards": measure_dashboards,
    }
)
_WIDTH_IN_FILES = 140
FAMILIES = (COLD_STARTS, *_ON_THE_STACK)
PLOTTED = MappingProxyType({"events/s": "bench.svg", "ms": "bench-latency.svg"})


def run_bench(options: StackOptions, sizes: Sizes, output: Path, only: Sequence[str] = ()) -> list[Row]:
    """Measure on a stack of its own, print the table and write `bench.json` and the plots to `output`.

    Args:
        options: how the stack is started.
        sizes: how much is measured.
        output: the folder of the files.
        only: names of families; none means all.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_IN_FILES)
    began = time.monotonic()
    rows: list[Row] = []
    try:
        chosen = only or FAMILIES
        if COLD_STARTS in chosen:
            rows += _timed(console, COLD_STARTS, lambda: measure_cold_starts(sizes.cold_starts))
        with open_place(options, sizes) as place, console.status("measuring") as status:
            shown = replace(place, tell=status.update)
            for name, measure in _ON_THE_STACK.items():
                if name in chosen:
                    rows += _timed(console, name, partial(measure, shown))
    finally:  # a family that fails takes nothing of the others with it
        print_table(console, rows, [f"Took {time.monotonic() - began:.0f} s on {machine()}"])
        write_files(rows, output)
    files = ", ".join(str(output / file) for file in ("bench.json", *PLOTTED.values()))
    console.print(f"Written: {files}", soft_wrap=True)
    return rows


def _timed(console: Console, name: str, measure: Callable[[], list[Row]]) -> list[Row]:
    began = time.monotonic()
    rows = measure()
    console.print(f"measured {name:<12} in {time.monotonic() - began:5.0f} s", style="dim")
    return rows


def write_files(rows: Sequence[Row], output: Path) -> None:
    """Write what was measured for programs, and for eyes."""
    output.mkdir(parents=True, exist_ok=True)
    document = {"rows": [row.to_json() for row in rows]}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (output / "bench.json").write_text(text + "\n", encoding="utf-8")
    for unit, file in PLOTTED.items():
        write_plot(rows, unit, output / file)
