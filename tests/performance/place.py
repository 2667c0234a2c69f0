"""Where everything is measured: one stack, with functions beside ours that do nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from google.cloud.firestore import Client

from emulator.display import show_start
from emulator.options import StackOptions
from emulator.stack import LocalStack
from emulator.state import StackState
from shared.adapters.firestore.client import connect
from tests.performance.rounds import Told, silent
from tests.performance.sizes import Sizes

EMPTY_EVENT, EMPTY_HTTP = "empty-event", "empty-http"
PROJECT = "demo-bench"
"""Of what is written past the functions: emulators keep projects apart."""

_MEASURED = {
    "basket-started", "dashboard", "dead-letter-received", "graphql", "order-created", "order-status-changed",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A running stack, how much to measure on it, and who is told of the progress.

    `client` writes to a database that the stack's functions do not see.
    """

    stack: LocalStack
    client: Client
    logs: Path
    sizes: Sizes
    tell: Told = silent

    @property
    def state(self) -> StackState:
        return self.stack.state


@contextmanager
def open_place(options: StackOptions, sizes: Sizes) -> Iterator[Place]:
    """Start the stack, and end it in the end.

    Meanwhile the emulators' addresses are in this process's environment: clients read them from nowhere else.
    """
    options.state_dir.mkdir(parents=True, exist_ok=True)
    topology = options.state_dir / "topology.json"
    topology.write_text(json.dumps(with_empty_functions(json.loads(options.topology.read_text("utf-8")))))
    with show_start() as report:
        stack = LocalStack.start(replace(options, topology=topology), report)
    environment = dict(os.environ)
    with stack:
        os.environ["FIRESTORE_EMULATOR_HOST"] = stack.state.firestore_host
        os.environ["PUBSUB_EMULATOR_HOST"] = stack.state.pubsub_host
        client = connect(PROJECT, "(default)")
        try:
            yield Place(stack=stack, client=client, logs=options.state_dir / "logs", sizes=sizes)
        finally:
            client.close()  # type: ignore[no-untyped-call]
            os.environ.clear()
            os.environ.update(environment)


def with_empty_functions(topology: Mapping[str, Any]) -> dict[str, Any]:
    """Return the topology of what is measured, and two rivals with all settings but the code of ours."""
    functions = {function["name"]: function for function in topology["functions"]}
    empty = {"source": "tests/performance/empty", "publishes": [], "environment": [], "secrets": []}
    rivals = [
        functions["order-created"]
        | empty
        | {"name": EMPTY_EVENT, "entryPoint": "empty_event", "trigger": {"topic": EMPTY_EVENT}},
        functions["dashboard"] | empty | {"name": EMPTY_HTTP, "entryPoint": "empty_http"},
    ]
    measured = [function for name, function in functions.items() if name in _MEASURED]
    return {**topology, "functions": [*measured, *rivals]}
