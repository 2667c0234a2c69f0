"""Compare another system's counters with ours: `python -m infra.compare FILE --store s-1`.

Reads the database of the environment: GOOGLE_CLOUD_PROJECT and FIRESTORE_DATABASE. It writes nothing there.
`python -m emulator compare` does the same on the local stack.

Ends with 0 when all figures are equal, with 1 when some differ, with 2 when they can't be compared.
"""

import sys
import zoneinfo
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import click
from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError

from infra.compare.counters import CountersUnreadable
from infra.compare.run import Ledgers, Report, compare
from shared import runtime
from shared.errors import RecordUnreadable, SettingsError, TransientError

MOST_SHOWN = 20
_AWAY = (TransientError, GoogleAPICallError, GoogleAuthError)


class CannotCompare(click.ClickException):
    """The file or the database can't be read; the text says why."""

    exit_code = 2


def compare_file(path: Path, store_id: str | None, orders: Path | None, most: int = MOST_SHOWN) -> int:
    """Compare the file, print what differs, and return the exit status.

    Raises:
        CannotCompare: nothing was compared, or not all of it.
    """
    try:
        ledgers = Ledgers(
            find=runtime.stores().find,
            months=_months,
            snapshot=runtime.recount_dependencies().store_snapshot,
        )
        with orders.open("w", encoding="utf-8", newline="") if orders else nullcontext() as out:
            report = Report(say=click.echo, most=most, orders=out)
            found = compare(path.read_bytes(), store_id, ledgers, report)
    except CountersUnreadable as error:
        raise CannotCompare(f"{path.name}:\n{error}") from error
    except (SettingsError, RecordUnreadable, OSError, *_AWAY) as error:
        raise CannotCompare(str(error)) from error
    return 1 if found else 0


def _months(store_id: str) -> tuple[dict[str, int], datetime | None]:
    history, at = runtime.tallies().history(store_id)
    return {str(totals.month): totals.orders for totals in history}, at


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--store", help="The store of all rows. Default: each row names its own.")
@click.option(
    "--most", type=click.IntRange(min=1), default=MOST_SHOWN, show_default=True, help="Orders to print."
)
@click.option(
    "--orders",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every order behind a difference here.",
)
def main(file: Path, store: str | None, most: int, orders: Path | None) -> None:
    """Compare FILE, another system's counters by month as CSV or JSON, with the ledger."""
    zoneinfo.reset_tzpath(to=())  # as in the functions: the locked tzdata decides, not this machine
    sys.exit(compare_file(file, store or None, orders, most))


if __name__ == "__main__":
    main(prog_name="python -m infra.compare")
