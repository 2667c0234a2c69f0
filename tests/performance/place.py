"""Where everything is measured: a local stack with empty functions beside ours."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from emulator.display import show_start
from emulator.options import REPOSITORY, StackOptions
from emulator.stack import LocalStack
from emulator.state import StackState
from shared.adapters.firestore.client import Client, connect
from tests.performance.rounds import Tell
from tests.performance.sizes import Sizes

EMPTY_EVENT, EMPTY_HTTP = "empty-event", "empty-http"
RIVALS = Path(__file__).parent / "rivals"
PROJECT = "demo-bench"
"""For what no function writes: the emulators keep projects apart."""

_MEASURED = {
    "basket-started", "dashboard", "dead-letter-received", "graphql", "order-created", "order-status-changed",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A running stack, and how much to measure on it.

    `client` writes to `PROJECT`, which the stack's functions do not see.
    """

    stack: LocalStack
    client: Client
    logs: Path
    sizes: Sizes
    tell: Tell = field(default=lambda _: None)

    @property
    def state(self) -> StackState:
        return self.stack.state


@contextmanager
def open_place(options: StackOptions, sizes: Sizes) -> Iterator[Place]:
    """Run the stack for the duration of the block.

    The emulators' addresses are in this process's environment, where the client libraries look for them.
    Baskets are started, and ranges read, faster than anybody would.
    """
    options = replace(
        options,
        environ={
            **options.environ,
            "SUBJECT_BASKETS_PER_MINUTE": "100000",
            "STORE_BASKETS_PER_MINUTE": "100000",
            "SUBJECT_RANGE_MONTHS_PER_MINUTE": "100000",
            "STORE_RANGE_MONTHS_PER_MINUTE": "100000",
        },
    )
    with show_start() as report:
        stack = LocalStack.start(with_functions(options, _MEASURED, empty=True), report)
    with stack:
        state = stack.state
        hosts = {"FIRESTORE_EMULATOR_HOST": state.firestore_host, "PUBSUB_EMULATOR_HOST": state.pubsub_host}
        with patch.dict(os.environ, hosts), closing(connect(PROJECT, "(default)")) as client:
            yield Place(stack=stack, client=client, logs=options.state_dir / "logs", sizes=sizes)


def with_functions(options: StackOptions, names: Collection[str], *, empty: bool = False) -> StackOptions:
    """Return options of a stack with these functions only, and with the two `empty` ones if asked for.

    The empty functions have the settings of order-created and dashboard. No names mean all functions.
    """
    topology = json.loads(options.topology.read_text("utf-8"))
    functions = {function["name"]: function for function in topology["functions"]}
    chosen = [function for name, function in functions.items() if name in names or not names]
    if empty:
        source = str((RIVALS / "empty").relative_to(REPOSITORY))
        nothing = {"source": source, "publishes": [], "environment": [], "secrets": []}
        event = {"name": EMPTY_EVENT, "entryPoint": "empty_event", "trigger": {"topic": EMPTY_EVENT}}
        http = {"name": EMPTY_HTTP, "entryPoint": "empty_http"}
        chosen += [functions["order-created"] | nothing | event, functions["dashboard"] | nothing | http]
    options.state_dir.mkdir(parents=True, exist_ok=True)
    file = options.state_dir / "topology.json"
    file.write_text(json.dumps({**topology, "functions": chosen, "samples": []}), encoding="utf-8")
    return replace(options, topology=file)
