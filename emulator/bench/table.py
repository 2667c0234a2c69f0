"""The table that the benchmark prints, and what a reader has to know about it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from emulator.bench.rows import Row, Spread

_MET = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}
_HONEST = (
    "Medians of rounds in which all took turns; lowest to highest round in brackets. A ratio is the median of"
    " the rounds' own, so it need not be the quotient of the medians.",
    "Firestore and Pub/Sub are emulators, each one Java process on the same cores as everything else: ratios"
    " carry over to Google Cloud, figures do not. PostgreSQL runs durable as shipped (fsync on).",
)


def print_table(console: Console, rows: Sequence[Row], notes: Sequence[str]) -> None:
    """Print all rows in one table, and the notes under it."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("measured", overflow="fold")
    for title in ("value", "spread"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("against", overflow="fold")
    for title in ("rival", "ratio", "spread", "target"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("bound by", style="dim", overflow="fold")
    for row in rows:
        table.add_row(
            row.name, f"{number(row.value)} {row.unit}", _brackets(row.spread), row.rival or "",
            "" if row.rival_value is None else number(row.rival_value),
            "" if row.ratio is None else f"{row.ratio:.2f}", _brackets(row.ratio_spread),
            str(row.target or ""), _MET[row.met], row.bound,
        )  # fmt: skip
    console.print(table)
    console.print()
    for note in (*_HONEST, *notes):
        console.print(note, style="dim", soft_wrap=True)


def machine() -> str:
    """Return what everything ran on, and how busy it was with anything at all."""
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{os.cpu_count()} cores; load averages over 1, 5 and 15 minutes at the end: {loads}."


def number(value: float) -> str:
    """Return the number with three digits that matter, or all before the point."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _brackets(spread: Spread | None) -> str:
    return "" if spread is None else f"[dim]({number(spread[0])}-{number(spread[1])})[/]"
