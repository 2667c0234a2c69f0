"""Run the families in turn, then print the table and write `bench.json` and the plots."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from rich.console import Console

from emulator.options import StackOptions
from tests.performance.families.apply import measure_apply
from tests.performance.families.baskets import measure_baskets
from tests.performance.families.cards import measure_cards
from tests.performance.families.cold_starts import measure_cold_starts
from tests.performance.families.costs import measure_costs
from tests.performance.families.dashboards import measure_dashboards
from tests.performance.families.memory import measure_memory
from tests.performance.families.pipeline import measure_pipeline
from tests.performance.place import Place, open_place
from tests.performance.plot import write_plot
from tests.performance.rows import Row
from tests.performance.sizes import Sizes
from tests.performance.table import machine, print_table

COLD_STARTS = "cold starts"
"""Measured first, on a quiet stack of its own."""

ON_THE_STACK: Mapping[str, Callable[[Place], list[Row]]] = MappingProxyType(
    {
        "apply": measure_apply,
        "pipeline": measure_pipeline,
        "cards": measure_cards,
        "baskets": measure_baskets,
        "costs": measure_costs,
        # Last: what they leave behind in the emulator slows down whatever follows.
        "dashboards": measure_dashboards,
        "memory": measure_memory,
    }
)
FAMILIES = (COLD_STARTS, *ON_THE_STACK)
PLOTTED = MappingProxyType({"events/s": "bench.svg", "ms": "bench-latency.svg"})
_WIDTH_IN_FILES = 180


def run_bench(options: StackOptions, sizes: Sizes, output: Path, only: Sequence[str] = ()) -> list[Row]:
    """Measure on stacks of its own and return all rows; a missed target is no error.

    Args:
        options: how the stacks are started.
        sizes: how much is measured.
        output: the folder of the files.
        only: names of families; none means all.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_IN_FILES)
    began = time.monotonic()
    chosen = [name for name in FAMILIES if name in only or not only]
    rows: list[Row] = []

    def run(name: str, measure: Callable[[], list[Row]]) -> None:
        started = time.monotonic()
        rows.extend(measure())
        console.print(f"measured {name:<12} in {time.monotonic() - started:5.0f} s", style="dim")

    try:
        if COLD_STARTS in chosen:
            with console.status("starting a quiet stack") as status:
                run(COLD_STARTS, partial(measure_cold_starts, options, sizes, status.update))
        if rest := [name for name in chosen if name != COLD_STARTS]:
            with open_place(options, sizes) as place, console.status("measuring") as status:
                # No function holds as much as the stack and this program: none of it is searched for garbage.
                gc.freeze()
                told = replace(place, tell=status.update)
                for name in rest:
                    run(name, partial(ON_THE_STACK[name], told))
    finally:  # a family that fails does not lose the rows of the others
        print_table(console, rows, [f"Took {time.monotonic() - began:.0f} s on {machine()}"])
        write_files(rows, output)
    files = ", ".join(str(output / file) for file in ("bench.json", *PLOTTED.values()))
    console.print(f"Written: {files}", soft_wrap=True)
    return rows


def write_files(rows: Sequence[Row], output: Path) -> None:
    """Write the rows as JSON, and the plots."""
    output.mkdir(parents=True, exist_ok=True)
    document = {"rows": [row.to_json() for row in rows]}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (output / "bench.json").write_text(text + "\n", encoding="utf-8")
    for unit, file in PLOTTED.items():
        write_plot(rows, unit, output / file)
