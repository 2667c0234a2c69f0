"""Asks each deployed HTTP function something that only our code answers; reads the outputs of Terraform.

Not `/healthz`: on Google Cloud's own addresses the front end keeps some paths that end in z for itself.
"""

import json
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import requests

PROBLEM = "application/problem+json"
QUESTIONS: Mapping[str, tuple[str, str, HTTPStatus]] = {
    "dashboard": ("GET", "/store/dashboard?storeId=smoke", HTTPStatus.UNAUTHORIZED),
    "graphql": ("POST", "/", HTTPStatus.UNAUTHORIZED),
    "payments": ("POST", "/webhooks/payments/nobody", HTTPStatus.NOT_FOUND),
}
"""A stranger is turned away: by our code, so the function runs and read its settings."""

PRIVATE = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_TRIES = 5
_TIMEOUT_S = 30


def check(urls: Mapping[str, str], pause_s: float = 3.0) -> list[str]:
    """Return what is wrong, a line for each function; a new revision may take some tries."""
    problems = []
    for name, url in sorted(urls.items()):
        for attempt in range(_TRIES):
            problem = _ask(name, url)
            if problem is None:
                break
            time.sleep(pause_s if attempt < _TRIES - 1 else 0)
        if problem:
            problems.append(problem)
    return problems


def _ask(name: str, url: str) -> str | None:
    method, path, status = QUESTIONS.get(name, ("POST", "/", None))
    try:
        answer = requests.request(method, f"{url.rstrip('/')}{path}", json={}, timeout=_TIMEOUT_S)
    except requests.RequestException as error:
        return f"{name}: {error}"
    if status is None:
        return (
            None if answer.status_code in PRIVATE else f"{name}: not private, answered {answer.status_code}"
        )
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code == status and kind.startswith(PROBLEM):
        return None
    return f"{name}: expected {status.value} as {PROBLEM}, got {answer.status_code} as {kind}"


def main() -> int:
    outputs: dict[str, Any] = json.load(sys.stdin)
    problems = check(outputs["urls"])
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    sys.stdout.write(f"{len(outputs['urls']) - len(problems)} of {len(outputs['urls'])} functions answer.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
