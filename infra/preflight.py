"""Check what a deploy needs on this machine, before Terraform fails without it."""

import re
import shutil
import sys
from collections.abc import Iterator

import click
import google.auth
from google.auth.exceptions import DefaultCredentialsError

from infra.stage import REPOSITORY

ENVIRONMENTS = REPOSITORY / "infra" / "environments"
GET_TERRAFORM = (
    "install Terraform 1.9 or newer (brew install hashicorp/tap/terraform, or HashiCorp's apt repository)"
)
GET_GCLOUD = (
    "install gcloud (brew install --cask google-cloud-sdk, or google-cloud-cli of Google's apt repository)"
)
_GIVES_UP = re.compile(r"^\s*protect\s*=\s*false\b", re.MULTILINE)


def find_missing(step: str, environment: str, state_bucket: str) -> Iterator[str]:
    """Yield what is missing and how to get it, a line each.

    Args:
        step: `plan` and `destroy`, which connect to the state, or `smoke`, which reads it through the same
            connection.
        environment: a folder of `infra/environments`.
        state_bucket: the bucket that keeps the state; needed for `plan` and `destroy`.
    """
    folder = ENVIRONMENTS / environment
    known = sorted(path.name for path in ENVIRONMENTS.iterdir() if path.is_dir())
    if environment not in known:
        yield f"there is no environment {environment!r}: choose ENVIRONMENT= of {', '.join(known)}"
        return
    if shutil.which("terraform") is None:
        yield f"terraform is not on the PATH: {GET_TERRAFORM}"
    if step == "smoke" and not (folder / ".terraform").is_dir():
        yield (
            f"this checkout is not connected to Terraform's state of {environment}, which has the addresses: "
            f"run make deploy ENVIRONMENT={environment} STATE_BUCKET=… first, or make plan if it is deployed"
        )
    if step == "destroy" and not _GIVES_UP.search((folder / "main.tf").read_text(encoding="utf-8")):
        yield (
            f"{environment} is protected: its data would be gone. If you mean it, set protect = false in its"
            " main.tf, deploy that, and ask again"
        )
    if step in {"plan", "destroy"} and not state_bucket:
        yield "no bucket for Terraform's state: name it with STATE_BUCKET=… (infra/DEPLOY.md creates it)"
    if step == "plan" and not (folder / "terraform.tfvars").is_file():
        path = folder.relative_to(REPOSITORY)
        yield f"no settings: cp {path}/terraform.tfvars.example {path}/terraform.tfvars, and fill it in"
    if step == "plan" and not (folder / ".terraform.lock.hcl").is_file():
        path = folder.relative_to(REPOSITORY)
        yield (
            f"the providers' versions are not locked: terraform -chdir={path} init -backend=false, then the"
            " line after it in infra/DEPLOY.md, and commit .terraform.lock.hcl"
        )
    try:
        google.auth.default()
    except DefaultCredentialsError:
        first = "" if shutil.which("gcloud") else f"{GET_GCLOUD}, then "
        yield f"no Google Cloud credentials: {first}gcloud auth application-default login"


@click.command()
@click.argument("step", type=click.Choice(["plan", "smoke", "destroy"]))
@click.argument("environment")
@click.argument("state_bucket", default="")
def main(step: str, environment: str, state_bucket: str) -> None:
    """Say what is missing for STEP, all of it at once, and end with 1 if anything is."""
    missing = list(find_missing(step, environment, state_bucket))
    for line in missing:
        click.echo(f"make {step}: {line}", err=True)
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
