"""Asks each deployed HTTP function something that only our code answers, and lets one sale come and go.

Reads the outputs of Terraform. The sale is looked for in Firestore; or on the dashboard, where `TOKEN` is a
bearer token of an admin of the store "smoke".
`/health`, not `/healthz`: on Google Cloud's own addresses the front end keeps paths that end in z for itself.
"""

import json
import os
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests

from infra.ledger_reader import LedgerReader
from infra.probe import Dashboard, ProbeFailed, Reads, probe
from shared.adapters.pubsub import Publisher
from shared.errors import PublishFailed

_TRIES = 5
_TIMEOUT_S = 30
_SALT = "PSEUDONYM_SALT"

PROBLEM = "application/problem+json"
"""How our code answers errors, and Google does not."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request, and what our code answers; an answer of Google's front end has another content type."""

    method: str
    path: str
    status: HTTPStatus
    kind: str = PROBLEM


HEALTH = Question("GET", "/health", HTTPStatus.OK, "application/json")
QUESTIONS: Mapping[str, tuple[Question, ...]] = {
    "dashboard": (HEALTH, Question("GET", "/store/dashboard?storeId=smoke", HTTPStatus.UNAUTHORIZED)),
    "graphql": (Question("POST", "/graphql", HTTPStatus.UNAUTHORIZED),),
    "payments": (Question("POST", "/webhooks/payments/nobody", HTTPStatus.NOT_FOUND),),
}
"""Of public functions: our code turns a stranger away, so it read its settings. From others, Google does."""

PRIVATE = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def check(urls: Mapping[str, str], public: Collection[str], pause_s: float = 3.0) -> list[str]:
    """Return what is wrong, a line for each function; a new revision may take some tries.

    Args:
        urls: {function: address}.
        public: the functions that anybody may call.
        pause_s: the time between tries.
    """
    problems = []
    for name, url in sorted(urls.items()):
        for attempt in range(_TRIES):
            problem = _ask(name, url.rstrip("/"), is_public=name in public)
            if problem is None:
                break
            time.sleep(pause_s if attempt < _TRIES - 1 else 0)
        if problem:
            problems.append(f"{name}: {problem}")
    return problems


def _ask(name: str, url: str, *, is_public: bool) -> str | None:
    try:
        if not is_public:
            answer = requests.post(f"{url}/", json={}, timeout=_TIMEOUT_S, allow_redirects=False)
            return None if _is_turned_away(answer) else f"not private, answered {answer.status_code}"
        for question in QUESTIONS[name]:
            # The front end refuses a GET that has a body.
            body: dict[str, Any] | None = {} if question.method == "POST" else None
            answer = requests.request(question.method, url + question.path, json=body, timeout=_TIMEOUT_S)
            status, kind = answer.status_code, answer.headers.get("Content-Type", "")
            if status != question.status or not kind.startswith(question.kind):
                expected = f"{question.status.value} as {question.kind}"
                return f"{question.path} expected {expected}, got {status} as {kind}"
    except requests.RequestException as error:
        return str(error)
    return None


def _is_turned_away(answer: requests.Response) -> bool:
    """Tell whether Google let nobody in: Cloud Run says so, Identity-Aware Proxy may lead to its sign-in."""
    if answer.headers.get("Content-Type", "").startswith(PROBLEM):
        return False
    host = urlsplit(answer.headers.get("Location", "")).netloc
    return answer.status_code in PRIVATE or (
        answer.is_redirect and host not in {"", urlsplit(answer.url).netloc}
    )


def main() -> int:
    text = sys.stdin.read()
    if not text.strip():
        sys.stderr.write("Terraform has no addresses (its message is above). Deploy first: make deploy\n")
        return 1
    outputs: dict[str, Any] = json.loads(text)
    problems = check(outputs["urls"], outputs["public_functions"])
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    sys.stdout.write(f"{len(outputs['urls']) - len(problems)} of {len(outputs['urls'])} functions answer.\n")
    return 1 if problems else _sell(outputs, os.environ.get("TOKEN", ""))


def _sell(outputs: Mapping[str, Any], token: str) -> int:
    if _SALT in outputs["secrets_missing"]:
        sys.stdout.write(f"No order was published: orders wait until {_SALT} has a version.\n")
        return 0
    project = outputs["topics"]["order-created"].split("/")[1]
    reads: Reads
    if token:
        reads, seen = Dashboard(outputs["urls"]["dashboard"], token), "on the dashboard"
    else:
        reads, seen = LedgerReader(project, outputs["firestore_database"]), "in the ledger"
    publisher = Publisher(project)
    try:
        took_s = probe(reads, lambda topic, data: publisher.publish(topic, data, {}))
    except (ProbeFailed, PublishFailed, requests.RequestException) as error:
        sys.stderr.write(f"A published order was not seen {seen}: {error}\n")
        return 1
    sys.stdout.write(f"A published order was {seen} after {took_s:.1f} s, and was taken back.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
