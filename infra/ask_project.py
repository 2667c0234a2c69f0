"""Ask gcloud about a project before the first deploy, and print what stands in the way: `make preflight`."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from infra.environment import defaults, read_inputs
from infra.preflight import ENVIRONMENTS, GET_GCLOUD
from infra.readiness import CONSTRAINTS, Instances, Said, Wanted, judge
from infra.run_gcloud import Answer, Refused, run_gcloud
from infra.stage import REPOSITORY

_SIGNS = {"stop": "stop  ", "look": "look  ", "good": "good  "}
_UNITS = {"Mi": 1024**2, "Gi": 1024**3}

Run = Callable[[Sequence[str]], Answer]


def read_wanted(environment: Path, settings: Path) -> Wanted:
    """Return what a deploy of the environment makes, from its configuration and the list of functions."""
    module = defaults(REPOSITORY / "infra" / "modules" / "tillpulse")
    inputs = module | read_inputs(environment, settings)
    listed = json.loads((REPOSITORY / "infra" / "topology.json").read_text(encoding="utf-8"))["functions"]
    return Wanted(
        project=inputs["project_id"],
        region=inputs["region"],
        functions=tuple(
            Instances(
                function=one["name"],
                count=inputs["max_instances"].get(one["name"], inputs["default_max_instances"]),
                milli_cpu=round(1000 * one["cpu"]),
                memory_bytes=_bytes(one["memory"]),
            )
            for one in listed
        ),
        has_public_functions=bool(inputs["public_functions"]),
        has_domain=bool(inputs["domain"]),
    )


def ask(project: str, run: Run) -> Said:
    """Ask gcloud everything that is judged, all of it at once: each command takes seconds."""
    of_project = f"--project={project}"
    questions = {
        "project": ["projects", "describe", project],
        "billing": ["billing", "projects", "describe", project],
        "roles": ["projects", "get-iam-policy", project],
        "services": ["services", "list", "--enabled", of_project],
        "quotas": ["beta", "quotas", "info", "list", "--service=run.googleapis.com", of_project],
        **{one: ["org-policies", "describe", one, "--effective", of_project] for one in CONSTRAINTS},
    }
    account = next((one["account"] for one in run(["auth", "list"]) if one["status"] == "ACTIVE"), None)
    with ThreadPoolExecutor() as threads:
        asked = run if account else _not_signed_in
        answers = dict(zip(questions, threads.map(asked, questions.values()), strict=True))
    policies = {constraint: answers.pop(constraint) for constraint in CONSTRAINTS}
    return Said(account=account, policies=policies, **answers)


def _not_signed_in(_: Sequence[str]) -> Answer:
    return Refused("nobody is signed in")


def _bytes(memory: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", memory).groups()  # type: ignore[union-attr]
    return int(number) * _UNITS[unit]


@click.command()
@click.argument("environment", type=click.Choice(sorted(path.name for path in ENVIRONMENTS.iterdir())))
def main(environment: str) -> None:
    """Say what stands in the way of a first deploy to ENVIRONMENT; end with 1 if it would fail."""
    folder = ENVIRONMENTS / environment
    settings = folder / "terraform.tfvars"
    if shutil.which("gcloud") is None:
        raise click.ClickException(f"gcloud is not on the PATH: {GET_GCLOUD}")
    if not settings.is_file():
        path = folder.relative_to(REPOSITORY)
        raise click.ClickException(
            f"no settings: cp {path}/terraform.tfvars.example {path}/terraform.tfvars, and fill it in"
        )
    wanted = read_wanted(folder, settings)
    findings = list(judge(wanted, ask(wanted.project, run_gcloud)))
    for finding in findings:
        click.echo(_SIGNS[finding.weight] + finding.text)
    sys.exit(any(finding.weight == "stop" for finding in findings))


if __name__ == "__main__":
    main()
