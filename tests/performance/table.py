"""The table that the benchmark prints, and what a reader has to know about it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.performance.rows import Row, Spread

_MET = {True: "[green]met[/]", False: "[red]missed[/]"}
_HONEST = (
    "Medians of rounds in which all took turns; lowest to highest round in brackets. A ratio is the median of"
    " the rounds' own ratios, so it need not be the quotient of the medians.",
    "Firestore and Pub/Sub are emulators, each one Java process on the same cores as everything else: ratios"
    " carry over to Google Cloud, figures do not. PostgreSQL runs durable as shipped (fsync on).",
)


def print_table(console: Console, rows: Sequence[Row], notes: Sequence[str]) -> None:
    """Print all rows in one table, then what limits them, then the notes."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("measured", "figure", "against", "ratio", "target"):
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(
            row.name,
            f"{number(row.value)} {row.unit}{_brackets(row.spread)}",
            "" if row.rival_value is None else f"{row.rival}: {number(row.rival_value)}",
            "" if row.ratio is None else f"{row.ratio:.2f}{_brackets(row.ratio_spread)}",
            "" if row.target is None else f"{row.target} {_MET[bool(row.met)]}",
        )
    console.print(table)
    console.print()
    bounds: dict[str, str] = {row.bound: row.name for row in reversed(rows) if row.bound}
    for bound, name in reversed(bounds.items()):
        console.print(f"What limits {name}, and rows like it: {bound}.", style="dim", soft_wrap=True)
    for note in (*_HONEST, *notes):
        console.print(note, style="dim", soft_wrap=True)


def machine() -> str:
    """Return what everything ran on, and how busy the machine was with anything at all."""
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{os.cpu_count()} cores; load averages over 1, 5 and 15 minutes at the end: {loads}."


def number(value: float) -> str:
    """Return the number with three significant digits, or all digits before the point."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _brackets(spread: Spread | None) -> str:
    return (
        ""
        if spread is None or spread[0] == spread[1]
        else f" [dim]({number(spread[0])} to {number(spread[1])})[/]"
    )
