"""The benchmark: speed, cost and memory against rivals, in one run on one machine.

`python -m tests.performance [--quick] [--only FAMILY]`, or `make bench ARGS=…`. docs/SPEED.md explains it.
"""

from pathlib import Path

import click

from emulator.download_bar import download_with_bar
from emulator.jars import FIRESTORE, PUBSUB, find_jar
from emulator.options import REPOSITORY, StackOptions
from emulator.supervisor import leave_on_signals
from tests.performance.run import FAMILIES, run_bench
from tests.performance.sizes import FULL, QUICK


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Less of everything: a first impression in a few minutes.")
@click.option("--only", "families", multiple=True, type=click.Choice(FAMILIES), help="A family; repeat it.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=REPOSITORY / ".local",
    show_default=".local",
    help="Folder of bench.json and the plots.",
)
def main(output: Path, *, quick: bool, families: tuple[str, ...]) -> None:
    """Measure speed and cost against rivals, on a stack beside any other; a missed target is no error."""
    leave_on_signals()
    options = StackOptions(state_dir=output / "bench", ports={})
    for emulator in (FIRESTORE, PUBSUB):  # while no other progress is shown
        find_jar(emulator, options.environ, download_with_bar)
    run_bench(options, QUICK if quick else FULL, output, families)


if __name__ == "__main__":
    main()
