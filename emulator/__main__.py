"""The command line of the local stack: `python -m emulator`."""

import json
import sys
import time
import zoneinfo
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click

from emulator.countdown import wait_visibly
from emulator.display import print_state, show_start
from emulator.download_bar import download_with_bar
from emulator.errors import StackError
from emulator.issuer import TokenIssuer
from emulator.jars import FIRESTORE, PUBSUB, find_jar
from emulator.messages import split_messages
from emulator.options import REPOSITORY, StackOptions
from emulator.state import StateFolder, read_state

LINES_SHOWN = 40
MESSAGES_PER_CALL = 100

with_folder = click.option(
    "--state-dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
    callback=lambda _context, _parameter, path: StateFolder(path),
    default=REPOSITORY / ".local",
    show_default=".local",
    help="Folder of the stack; another folder is another stack.",
)


def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what describes a stack; hidden options point it at other functions than this repository's."""

    @wraps(command)
    def run(*, folder: StateFolder, root: Path, topology: Path | None, **rest: Any) -> Any:
        topology = topology or root / "infra" / "topology.json"
        options = StackOptions(root=root, state_dir=folder.path, topology=topology)
        return command(folder=folder, options=options, **rest)

    is_file, is_folder = (
        click.Path(path_type=Path, dir_okay=False),
        click.Path(path_type=Path, file_okay=False),
    )
    root = click.option("--root", type=is_folder, default=REPOSITORY, hidden=True)
    return root(click.option("--topology", type=is_file, default=None, hidden=True)(with_folder(run)))


class Cli(click.Group):
    """Prints what is wrong and how to fix it, instead of a stack trace."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(context)
        except StackError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run Tillpulse on this machine: real emulators, a Valkey server and every function."""
    zoneinfo.reset_tzpath(to=())  # as in the functions: the locked tzdata decides, not this machine


@main.command()
@with_options
@click.option(
    "--reload",
    is_flag=True,
    help="Restart functions when their sources change. Without it a function keeps the code it started with.",
)
def up(folder: StateFolder, options: StackOptions, *, reload: bool) -> None:
    """Start the stack in the background; returns once every function answers.

    The emulators and Valkey keep their data in memory: it is gone after `down`.
    """
    from emulator.supervisor import leave_on_signals, start_in_background

    leave_on_signals()
    if (holder := folder.find_holder()) is not None:
        if not folder.stack_file.exists():
            raise StackError(f"process {holder} is starting or ending a stack: wait a moment, or run down")
        click.echo("The stack is already up.")
    else:
        _fetch_jars(options)
        with show_start() as report:
            start_in_background(replace(options, reload=reload), report)
    state = read_state(folder.stack_file)
    print_state(state, folder)
    if (link := state.sign_in_link) is not None:
        click.echo(f"\nThe dashboard, signed in as an admin of all stores:\n{link}")


@main.command()
@with_folder
def down(folder: StateFolder) -> None:
    """End the stack and wait until all of it is gone, its data included."""
    from emulator.supervisor import stop_in_background

    began = time.monotonic()
    if not stop_in_background(folder):
        click.echo("Nothing is running.")
        return
    click.echo(
        f"Ended in {time.monotonic() - began:.1f} s. "
        "The stack's emulators and Valkey kept their data in memory, so it is gone."
    )


@main.command()
@with_folder
@click.option(
    "--store", "stores", multiple=True, help="A store the token is good for; repeat it. Default: all."
)
@click.option("--role", type=click.Choice(["till", "viewer", "admin"]), default="admin", show_default=True)
def token(folder: StateFolder, stores: tuple[str, ...], role: str) -> None:
    """Print a bearer token for the running stack."""
    state = read_state(folder.stack_file)
    issuer = TokenIssuer(
        issuer=state.issuer, audience=state.audience, private_key=folder.key_file.read_bytes()
    )
    click.echo(issuer.sign(stores or "*", [role]))


@main.command()
@with_folder
@click.argument("topic")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
def publish(folder: StateFolder, topic: str, file: TextIO) -> None:
    """Publish FILE (default: standard input) to TOPIC: one JSON document, or JSON Lines."""
    from emulator import subscriptions

    state = read_state(folder.stack_file)
    messages = split_messages(file.read())
    ids: list[str] = []
    for start in range(0, len(messages), MESSAGES_PER_CALL):
        part = messages[start : start + MESSAGES_PER_CALL]
        ids += subscriptions.publish(state.pubsub_host, state.project_id, topic, part)
    noun = "message" if len(ids) == 1 else "messages"
    click.echo(f"Published {len(ids)} {noun} to {topic}: {', '.join(ids[:5])}{', …' if len(ids) > 5 else ''}")


@main.command()
@with_folder
@click.argument("provider")
@click.argument("file", type=click.File("rb"), default="-")
def webhook(folder: StateFolder, provider: str, file: BinaryIO) -> None:
    """Sign FILE (default: standard input) as PROVIDER does, and send it to the payment webhook."""
    from emulator.webhook import send_webhook

    click.echo(send_webhook(read_state(folder.stack_file), provider, file.read()))


@main.command()
@with_folder
@click.argument("name", required=False)
def logs(folder: StateFolder, name: str | None) -> None:
    """Print the end of a process's log, or name the logs there are."""
    known = sorted(path.stem for path in folder.logs.glob("*.log"))
    if name not in known:
        raise StackError(f"name one of these logs: {', '.join(known) or '(none yet: run up)'}")
    lines = (folder.logs / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
    click.echo("\n".join(lines[-LINES_SHOWN:]))


@main.command()
@with_options
@click.option("--once", is_flag=True, help="End after the comparison instead of waiting for Ctrl-C.")
@click.option("--orders", type=click.IntRange(min=1), default=2000, show_default=True, help="Sample orders.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed sends other orders.")
def demo(folder: StateFolder, options: StackOptions, *, once: bool, orders: int, seed: int) -> None:
    """Start a stack, or use the running one, and send it sample orders."""
    from emulator.demo import run_demo
    from emulator.stack import LocalStack
    from emulator.supervisor import leave_on_signals

    if folder.find_holder() is not None:
        # It belongs to `up` and stays with it, so there is nothing to wait for afterwards.
        sys.exit(run_demo(read_state(folder.stack_file), once=True, orders=orders, seed=seed))
    leave_on_signals()
    with show_start() as report:
        stack = LocalStack.start(options, report)
    with stack:
        sys.exit(run_demo(stack.state, once=once, orders=orders, seed=seed))


@main.command()
@with_folder
@click.argument("store")
@click.argument("month")
@click.option("--repair", is_flag=True, help="Correct what is wrong.")
def reconcile(folder: StateFolder, store: str, month: str, *, repair: bool) -> None:
    """Compare the tallies of STORE in MONTH (2026-11) with its orders; ends with 1 if any stays wrong."""
    from emulator import ask

    report = ask.reconcile(read_state(folder.stack_file), store, month, repair=repair)
    click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    sys.exit(1 if report["driftCount"] and not report["repaired"] else 0)


@main.command("import")
@with_folder
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("store", default="")
def import_(folder: StateFolder, file: Path, store: str) -> None:
    """Import FILE, JSON Lines of the history of STORE; without STORE each line names its own."""
    from emulator.import_orders import import_into

    sys.exit(import_into(read_state(folder.stack_file), file, store or None))


@main.command()
@with_folder
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("store", default="")
@click.option(
    "--orders",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every order behind a difference to this file, as CSV.",
)
def compare(folder: StateFolder, file: Path, store: str, orders: Path | None) -> None:
    """Compare FILE, old counters as CSV or JSON, with the orders of STORE; ends with 1 if any differ."""
    from emulator.import_orders import compare_with

    sys.exit(compare_with(read_state(folder.stack_file), file, store or None, orders))


@main.command()
@with_options
@click.argument("name", default="")
def trigger(folder: StateFolder, options: StackOptions, name: str) -> None:
    """Run the scheduled function NAME now and print its answer."""
    from emulator import ask
    from emulator.topology import read_topology

    click.echo(ask.trigger(read_state(folder.stack_file), read_topology(options.topology), name))


@main.command()
@with_folder
@click.argument("store")
@click.argument("zone")
def timezone(folder: StateFolder, store: str, zone: str) -> None:
    """Count STORE by the days of ZONE (Europe/Lisbon), also what was counted before; takes two minutes."""
    from emulator import ask

    moved, began = 0, time.monotonic()
    click.echo(f"Moving store {store} to {zone}; a large store takes minutes.")
    for progress in ask.move_to_zone(read_state(folder.stack_file), store, zone):
        moved += progress["moved"]
        click.echo(f"{moved:,} orders and customers of store {store} moved to {zone}.")
        if pause_s := progress["askAgainAfterSeconds"]:
            click.echo(
                "Functions remember a store's zone for a minute: events may still count by the former one.\n"
                f"Moving those too in {pause_s} s. After Ctrl-C the same command continues."
            )
            wait_visibly(pause_s)
    click.echo(f"Done in {time.monotonic() - began:.0f} s: store {store} counts by the days of {zone}.")


@main.command(hidden=True)
@with_options
@click.option("--reload", is_flag=True)
def supervise(folder: StateFolder, options: StackOptions, *, reload: bool) -> None:  # noqa: ARG001
    """Be the background process of `up`."""
    from emulator.supervisor import supervise as run

    run(replace(options, reload=reload))


def _fetch_jars(options: StackOptions) -> None:
    """Download what is missing while there is a terminal to show it on."""
    for emulator in (FIRESTORE, PUBSUB):
        if not options.environ.get(emulator.host_variable):
            find_jar(emulator, options.environ, download_with_bar)


if __name__ == "__main__":
    main(prog_name="python -m emulator")
