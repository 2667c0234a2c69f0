"""Keep the plan of a commit, so that the deploy that somebody approves applies exactly what they read.

A plan is kept once: its name is the commit's, and what is there is never replaced.
"""

import sys
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import click
import google.auth
import requests
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession

STORAGE = "https://storage.googleapis.com"
_TIMEOUT_S = 60
_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"


class PlanError(Exception):
    """The plan can't be kept or had; the text says why and what to do."""


def keep(session: requests.Session, bucket: str, name: str, plan: Path, url: str = STORAGE) -> None:
    """Keep a plan under a name that has none.

    Raises:
        PlanError: there is one, or Cloud Storage did not take it.
    """
    answer = session.post(
        f"{url}/upload/storage/v1/b/{bucket}/o",
        params={"uploadType": "media", "name": name, "ifGenerationMatch": "0"},
        data=plan.read_bytes(),
        headers={"Content-Type": "application/octet-stream"},
        timeout=_TIMEOUT_S,
    )
    if answer.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise PlanError(
            f"gs://{bucket}/{name} is kept already, and is what can be approved. If it is stale, because"
            f" another deploy came in between: gcloud storage rm gs://{bucket}/{name}, and plan again"
        )
    _check(answer, bucket, name)


def fetch(session: requests.Session, bucket: str, name: str, plan: Path, url: str = STORAGE) -> None:
    """Write the plan that is kept under the name to a file.

    Raises:
        PlanError: there is none, or Cloud Storage did not give it.
    """
    place = f"{url}/storage/v1/b/{bucket}/o/{quote(name, safe='')}"
    answer = session.get(place, params={"alt": "media"}, timeout=_TIMEOUT_S)
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise PlanError(f"gs://{bucket}/{name} is not there: run the build that plans this commit first")
    _check(answer, bucket, name)
    plan.write_bytes(answer.content)


def _check(answer: requests.Response, bucket: str, name: str) -> None:
    if not answer.ok:
        raise PlanError(
            f"gs://{bucket}/{name}: Cloud Storage answered {answer.status_code}: {answer.text[:500]}"
        )


@click.command()
@click.argument("step", type=click.Choice(["keep", "fetch"]))
@click.argument("bucket")
@click.argument("name")
@click.argument("plan", type=click.Path(path_type=Path))
def main(step: str, bucket: str, name: str, plan: Path) -> None:
    """Keep PLAN as NAME in BUCKET, or fetch it from there."""
    try:
        credentials, _ = google.auth.default(scopes=[_SCOPE])
        session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
        (keep if step == "keep" else fetch)(session, bucket, name, plan)
    except (PlanError, GoogleAuthError, requests.RequestException) as error:
        sys.exit(f"The plan was not {'kept' if step == 'keep' else 'fetched'}: {error}")


if __name__ == "__main__":
    main()
