"""The commands of the pages do what the pages say, on a running stack."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from emulator.customer_api.customers import CUSTOMERS
from emulator.stack import LocalStack
from shared.messages.events import EVENTS
from tests import pages
from tests.patience import wait_for
from tests.played_api import PlayedApi

ANYTHING = "…"


def here(stack: LocalStack, folder: Path, text: str) -> str:
    """Return the commands of a page, turned to this stack instead of the one of `make up`."""
    stack.state.write(folder / "stack.json")
    changes = {
        "make up ": "true ",
        "$(.venv/bin/python -m emulator token)": stack.state.token,
        "-m emulator publish": f"-m emulator publish --state-dir {folder}",
        "-m emulator webhook": f"-m emulator webhook --state-dir {folder}",
        ".venv/bin/python": sys.executable,
        "http://127.0.0.1:8080": stack.state.urls["dashboard"],
        "http://127.0.0.1:8082": stack.state.urls["graphql"],
        "http://127.0.0.1:8084": stack.state.urls["externalApi"],
    }
    for before, after in changes.items():
        text = text.replace(before, after)
    return text


def run(script: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=pages.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def gives(script: str, shown: Any) -> bool:
    """Tell whether the script's last command prints a JSON document with all that is shown."""
    return is_in(shown, json.loads(run(script).splitlines()[-1]))


def is_in(shown: Any, answer: Any) -> bool:
    """Tell whether the answer has everything that the page shows of it."""
    match shown:
        case dict():
            return isinstance(answer, dict) and all(
                key in answer and is_in(value, answer[key]) for key, value in shown.items()
            )
        case list():
            return isinstance(answer, list) and len(shown) == len(answer) and all(map(is_in, shown, answer))
    return shown in (ANYTHING, answer)


def commands_of(page: str) -> tuple[str, list[tuple[pages.Block, pages.Block]]]:
    """Return what all commands of a page need, and each command with the block that follows it."""
    setup, *blocks = pages.blocks(page)
    return setup.text, [pair for pair in pairwise([*blocks, setup]) if pair[0].language == "bash"]


def test_every_command_about_events_gives_the_answer_that_is_shown(stack: LocalStack, tmp_path: Path) -> None:
    setup, commands = commands_of("docs/EVENTS.md")
    assert len(commands) > len(EVENTS)
    for command, following in commands:
        script = here(stack, tmp_path, setup + command.text)
        if following.language == "json":
            wait_for(partial(gives, script, json.loads(following.text)))
        else:
            assert run(script).startswith("Published 1 message to ")


def test_every_command_about_lookups_gives_the_answer_that_is_shown(
    stack: LocalStack, tmp_path: Path
) -> None:
    setup, commands = commands_of("docs/LOOKUP_TEST.md")
    found = {json.dumps(customer["customerId"]) for customer in CUSTOMERS}
    assert all(any(one in following.text for _, following in commands) for one in found)
    try:
        for command, following in commands:
            script = here(stack, tmp_path, setup + command.text)
            wait_for(partial(gives, script, json.loads(following.text)))
    finally:
        PlayedApi(stack.state.urls["externalApi"]).behave()
