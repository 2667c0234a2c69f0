"""Deploy without Terraform: `python -m infra.gcloud --project …` runs gcloud; `--dry-run` prints a script.

A project that grows needs the Terraform: this makes no archive, no alerts and no load balancer, and changes
nothing that exists but functions, grants and indexes.
"""

import re
import shlex

import click

from infra.gcloud_commands import LEFT_OUT, REQUIRED, Command, Commands, Wanted
from infra.run_gcloud import Refused, call_gcloud
from infra.stage import REPOSITORY, stage

_EXISTS = re.compile(r"already exists|ALREADY_EXISTS|already own it", re.IGNORECASE)
_AGAIN = (
    "Nothing is lost: run the same command again. New accounts and APIs take a minute to be known everywhere."
)
_FILLED_IN = re.compile(r"\$NUMBER|\$\(uri ([a-z-]+)\)")


def script(wanted: Wanted, commands: list[Command]) -> str:
    """Return the commands as a shell script."""
    describe = "gcloud functions describe \"$1\" --format='value(serviceConfig.uri)'"
    where = f"--project={wanted.project} --region={wanted.region}"
    lines = [
        "#!/bin/sh",
        *(f"# Not made: {one}." for one in LEFT_OUT),
        "# Made from infra/topology.json and infra/firestore.indexes.json. `make stage` first.",
        f"uri() {{ {describe} {where}; }}",
        f"NUMBER=$(gcloud projects describe {wanted.project} --format='value(projectNumber)')",
        *(shlex.join(["gcloud"]) + "".join(f" {_quote(part)}" for part in command) for command in commands),
    ]
    return "\n".join(lines) + "\n"


def _quote(part: str) -> str:
    if _FILLED_IN.search(part):
        return '"' + re.sub(r'(["\\`])', r"\\\1", part) + '"'
    return shlex.quote(part)


class Runner:
    """Runs commands, and fills in what only the project knows."""

    def __init__(self, wanted: Wanted) -> None:
        """Ask for nothing yet."""
        self._wanted = wanted
        self._known: dict[str, str] = {}

    def run(self, command: Command) -> None:
        """Run a command; what it makes may exist already.

        Raises:
            ClickException: gcloud refused; the text is its own.
        """
        arguments = [
            _FILLED_IN.sub(lambda found: self._fill_in(found[0], found[1]), part) for part in command
        ]
        answer = call_gcloud(arguments)
        if isinstance(answer, Refused) and not _EXISTS.search(answer.words):
            raise click.ClickException(f"gcloud {shlex.join(arguments)}\n{answer.words}\n{_AGAIN}")

    def _fill_in(self, placeholder: str, function: str | None) -> str:
        if placeholder not in self._known:
            ask = ["projects", "describe", self._wanted.project, "--format=value(projectNumber)"]
            if function:
                where = [f"--project={self._wanted.project}", f"--region={self._wanted.region}"]
                ask = ["functions", "describe", function, *where, "--format=value(serviceConfig.uri)"]
            answer = call_gcloud(ask)
            if isinstance(answer, Refused) or not answer.strip():
                words = answer.words if isinstance(answer, Refused) else "It printed nothing."
                raise click.ClickException(f"gcloud {shlex.join(ask)}\n{words}")
            self._known[placeholder] = answer.strip()
        return self._known[placeholder]


def _values(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    if wrong := [one for one in given if "=" not in one]:
        raise click.BadParameter(f"expected NAME=VALUE, got {wrong[0]!r}", param=option)
    return dict(one.split("=", 1) for one in given)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--project", required=True, help="The project; it must exist and have billing.")
@click.option("--region", required=True, help="Of functions, topics' subscriptions and schedules.")
@click.option("--firestore-location", required=True, help="Of the database; it can't be changed later.")
@click.option("--timezone", default="UTC", help="Of the schedules.")
@click.option("--connector", default="", help="Serverless VPC Access connector in the cache's network.")
@click.option("--max-instances", default=5, help="Of functions that need no bound of their own.")
@click.option("--private", multiple=True, help="An HTTP function that not everybody may call.")
@click.option(
    "--set", "variables", multiple=True, callback=_values, help="NAME=VALUE of a function's variable."
)
@click.option(
    "--secret", "versions", multiple=True, callback=_values, help="NAME=VERSION of a secret that has one."
)
@click.option("--dry-run", is_flag=True, help="Print the commands.")
def main(
    project: str, region: str, firestore_location: str, timezone: str, connector: str, max_instances: int,
    private: tuple[str, ...], variables: dict[str, str], versions: dict[str, str], dry_run: bool,
) -> None:  # fmt: skip
    """Make APIs, accounts, topics, functions, push subscriptions, schedules, indexes and TTL with gcloud."""
    if missing := [name for name in REQUIRED if not variables.get(name)]:
        raise click.UsageError(
            f"nothing works without these: {', '.join(f'--set {one}=…' for one in missing)}"
        )
    if not connector:
        raise click.UsageError("functions can't reach the cache: name a connector with --connector")
    wanted = Wanted(
        project=project, region=region, firestore_location=firestore_location, timezone=timezone,
        connector=connector, max_instances=max_instances, variables=variables, secret_versions=versions,
        public=frozenset({"dashboard", "graphql", "payments"}) - set(private),
    )  # fmt: skip
    commands = list(Commands(REPOSITORY / "infra", wanted).all())
    if dry_run:
        click.echo(script(wanted, commands), nl=False)
        return
    for one in LEFT_OUT:
        click.echo(f"Not made: {one}.")
    stage(REPOSITORY, REPOSITORY / "dist")
    runner = Runner(wanted)
    for number, command in enumerate(commands, start=1):
        click.echo(f"[{number} of {len(commands)}] gcloud {shlex.join(command)}")
        runner.run(command)


if __name__ == "__main__":
    main(prog_name="python -m infra.gcloud")
