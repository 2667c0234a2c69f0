"""Show what `up` starts: each part as it becomes ready, then all addresses."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

from emulator.progress import Progress, Report
from emulator.state import StackState, StateFolder


@contextmanager
def show_start() -> Iterator[Report]:
    """Print a line for each part that is ready, and show which parts are still starting."""
    console = Console(highlight=False)
    awaited: set[str] = set()
    last_s = 0.0
    with console.status("starting") as status:

        def report(progress: Progress) -> None:
            nonlocal last_s
            last_s = progress.seconds
            if progress.state == "starting":
                awaited.add(progress.name)
            else:
                awaited.discard(progress.name)
                console.print(
                    f"[green]✓[/] {progress.name:<24} {progress.detail:<18} {progress.seconds:5.1f} s"
                )
            status.update(f"starting {', '.join(sorted(awaited))}")

        yield report
    console.print(f"Everything is up after {last_s:.1f} s.")


def print_state(state: StackState, folder: StateFolder) -> None:
    """Print the addresses of the stack."""
    table = Table(box=None, show_header=False)
    for name, url in state.urls.items():
        table.add_row(name, url)
    table.add_row("Firestore", state.firestore_host)
    table.add_row("Pub/Sub", state.pubsub_host)
    table.add_row("Valkey", state.valkey_url)
    table.add_row("logs", str(folder.logs))
    Console(highlight=False, soft_wrap=True).print(table)
