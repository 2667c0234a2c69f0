"""A function in an interpreter of its own, asked once: what it answered and which modules that took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Set
from typing import NamedTuple

from tests.functions.conftest import ROOT

HEAVY = frozenset(
    {
        "authlib",
        "google.cloud.firestore",
        "google.cloud.memorystore_v1",
        "google.cloud.pubsub_v1",
        "google.pubsub_v1",
        "graphql",
        "iso4217",
        "jwt",
        "phonenumbers",
        "pydantic",
        "valkey",
    }
)
"""Each costs a cold start 5 to 200 ms."""

_INSTANCE = """
import json, sys
import functions_framework

target, folder, path, body, headers, watched = json.loads(sys.argv[1])
app = functions_framework.create_app(target, f"functions/{folder}/main.py")
at_start = sorted(set(watched) & sys.modules.keys())
method = "GET" if body is None else "POST"
ask = app.test_client().open
answer = ask(path, method=method, data=body, content_type="application/json", headers=headers)
assert answer.status_code < 400, answer.get_data(as_text=True)
print(json.dumps([at_start, sorted(set(watched) & sys.modules.keys())]))
"""


class Loaded(NamedTuple):
    """Which watched modules were there before the first request, and which after it."""

    at_start: Set[str]
    after_answer: Set[str]


def ask_cold(
    target: str,
    folder: str,
    path: str = "/",
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    watched: Set[str] = HEAVY,
) -> Loaded:
    """Start the function, ask it once (without a body: GET), and return what it loaded; it must succeed."""
    asked = json.dumps([target, folder, path, body, dict(headers or {}), sorted(watched)])
    ended = subprocess.run(
        [sys.executable, "-c", _INSTANCE, asked],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert '"outcome": "dead_letter"' not in ended.stdout, ended.stdout
    at_start, after_answer = json.loads(ended.stdout.splitlines()[-1])
    return Loaded(at_start=set(at_start), after_answer=set(after_answer))
