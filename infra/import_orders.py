"""Import a shop's history from JSON Lines: `python -m infra.import_orders FILE --store s-1`.

Writes to the database of the environment, as the functions do: GOOGLE_CLOUD_PROJECT, FIRESTORE_DATABASE,
PSEUDONYM_SALT (no import brings back who was erased), DEFAULT_TIMEZONE (of a store never heard of),
UNPAID_STATUS_CODES, and VALKEY_URL or MEMORYSTORE_INSTANCE where the cache can be reached.
`python -m emulator import` does the same on the local stack.

Ends with 0 when all is counted, with 1 when lines were refused, with 3 when it ended before the file did.
"""

import signal
import sys
import time
import zoneinfo
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event

import click
from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from shared import runtime
from shared.customers.imported import ImportedStores
from shared.errors import SettingsError, TransientError
from shared.importing.batches import NoLines
from shared.importing.count import BatchCounter, Counted
from shared.importing.journal import ImportUnderWay, Journal
from shared.importing.run import import_lines

REFUSED, ENDED_EARLY = 1, 3
_AWAY = (TransientError, GoogleAPICallError, GoogleAuthError)
_WORDS = {
    "applied": "counted",
    "duplicate": "known already",
    "ignored": "steps that count nothing",
    "refused": "refused",
}


def import_file(path: Path, store_id: str | None, target: str = "") -> int:
    """Import the file, show how it goes, and return the exit status.

    Args:
        path: the file.
        store_id: the store of all its lines; None where each names its own.
        target: tells databases of the same name apart.

    Raises:
        ClickException: nothing could be done; the text says why.
    """
    console = Console(highlight=False, soft_wrap=True)
    try:
        settings = runtime.settings()
        place = f"project {settings.project}, database {settings.firestore_database}"
        console.print(f"Importing {path.name} into {place}.\n{_about_store(store_id)}", markup=False)
        with Journal(path, f"{place}, {store_id} {target}") as journal:
            return _import(journal, store_id, console)
    except (SettingsError, ImportUnderWay, NoLines, *_AWAY) as error:
        raise click.ClickException(str(error)) from error


def _import(journal: Journal, store_id: str | None, console: Console) -> int:
    settings, position, stopped = runtime.settings(), journal.position, Event()
    has_cache = bool(settings.valkey_url or settings.memorystore_instance)
    renew = runtime.cards().replace_outdated if has_cache else None
    counter = BatchCounter(runtime.ledger(), runtime.erasures().redirected, renew, stopped)
    imported = ImportedStores(runtime.documents(), partial(datetime.now, UTC))
    before, began, error, stale = position.lines, time.monotonic(), "", False
    if before:
        console.print(f"Going on after line {before:,}.")
    with _stops(stopped), _bar(console) as bar:
        task = bar.add_task("", total=journal.size, completed=position.offset, lines=before)

        def tell(counted: Counted) -> None:
            nonlocal stale
            stale = stale or not counted.cards_renewed
            bar.update(task, completed=position.offset, lines=position.lines)

        try:
            import_lines(
                journal,
                counter,
                store_id=store_id,
                unpaid_codes=settings.unpaid_status_codes,
                stopped=stopped,
                tell=tell,
                begin=imported.begin,
            )
            imported.end()
        except _AWAY as away:
            error = f": {away}"
    lines, seconds = position.lines - before, time.monotonic() - began
    console.print(f"{lines:,} lines in {seconds:.1f} s, {lines / seconds:,.0f} a second.")
    console.print(f"Of {position.lines:,} lines: {_outcomes(position.outcomes)}.")
    if stale:
        console.print("Customers' cards were not renewed: the function warm-cards does it within minutes.")
    if position.outcomes["refused"]:
        console.print(f"Mend and import what was refused: {journal.refused_path}", markup=False)
    if not journal.is_done:
        console.print(f"Ended after line {position.lines:,}{error}.\nThe same command goes on from there.")
        return ENDED_EARLY
    journal.finish()
    return REFUSED if position.outcomes["refused"] else 0


def _about_store(store_id: str | None) -> str:
    if store_id is None:
        return "Each line names its store."
    store = runtime.stores().find(store_id)
    if store is None:
        zone = runtime.settings().default_timezone
        return f"Store {store_id} is new: its days begin in {zone}, or in what DEFAULT_TIMEZONE says."
    return f"Store {store_id} counts in {store.timezone} and {store.currency or 'its first currency'}."


def _outcomes(outcomes: Counter[str]) -> str:
    return (
        ", ".join(f"{outcomes[name]:,} {said}" for name, said in _WORDS.items() if outcomes[name]) or "none"
    )


@contextmanager
def _stops(stopped: Event) -> Iterator[None]:
    """End after the lists under way at the first signal, at once at the second."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(number: int, _: object) -> None:
        stopped.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.fields[lines]:,} lines"),
        BarColumn(bar_width=36),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--store", help="The store of all lines. Default: each line names its own.")
def main(file: Path, store: str | None) -> None:
    """Import FILE, JSON Lines of a shop's history. The same command goes on with what ended early."""
    zoneinfo.reset_tzpath(to=())  # as in the functions: the locked tzdata decides, not this machine
    sys.exit(import_file(file, store or None))


if __name__ == "__main__":
    main(prog_name="python -m infra.import_orders")
