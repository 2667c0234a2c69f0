"""The services of docs/PUBLISH.md publish a day that is counted, the same one in Python and in TypeScript."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from shared.messages.decode import read_event
from tests import pages
from tests.functions.dashboard_client import Crowd
from tests.functions.messages import Message, PubSub, push
from tests.missing import unavailable

PAGE = "docs/PUBLISH.md"
NODE = pages.ROOT / "tests" / "node"
TOPICS = ("order-created", "order-status-changed", "customer-registered", "email-confirmed")
STRICT = (
    "--strict",
    "--noUncheckedIndexedAccess",
    "--module",
    "nodenext",
    "--types",
    "node",
    "--skipLibCheck",
)


def write_files(folder: Path, suffix: str) -> list[str]:
    """Write each block of the page to the file that its heading names, and return the names."""
    names = []
    for block in pages.blocks(PAGE):
        if (name := block.heading.strip("`")).endswith(suffix):
            (folder / name).write_text(block.text, encoding="utf-8")
            names.append(name)
    return names


def run(command: Sequence[str], folder: Path) -> None:
    # The environment names the emulator and the project, as it does for a shop.
    done = subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def topics(pubsub: PubSub) -> PubSub:
    """Return the project's Pub/Sub, with the topics that the services publish to."""
    for topic in TOPICS:
        pubsub.open(topic)
    return pubsub


@pytest.fixture
def python(tmp_path: Path) -> list[str]:
    """Write the Python of the page; return the command that runs its example."""
    assert len(write_files(tmp_path, ".py")) == 6
    return [sys.executable, "example.py"]


@pytest.fixture
def typescript(tmp_path: Path) -> list[str]:
    """Write and compile the TypeScript of the page; return the command that runs its example."""
    modules = node_modules()
    (tmp_path / "node_modules").symlink_to(modules)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    names = write_files(tmp_path, ".ts")
    assert len(names) == 6
    run([str(modules / ".bin" / "tsc"), *STRICT, *names], tmp_path)
    return ["node", "example.js"]


def node_modules() -> Path:
    """Return what npm installed from the lock file, once for each content of it."""
    if not (shutil.which("node") and shutil.which("npm")):
        unavailable("expected Node.js 20 or newer with npm on the PATH, got none")
    lock = NODE / "package-lock.json"
    folder = pages.ROOT / ".local" / f"node-{sha256(lock.read_bytes()).hexdigest()[:12]}"
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for file in ("package.json", lock.name):
            shutil.copy(NODE / file, folder)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            unavailable(f"npm could not install {lock.name}: {done.stderr[-500:]}")
        (folder / "installed").touch()
    return folder / "node_modules"


def published(pubsub: PubSub, command: Sequence[str], folder: Path) -> dict[str, list[Message]]:
    """Run the example and return what it published, by topic."""
    run(command, folder)
    return {topic: pubsub.take(topic) for topic in TOPICS}


def changes(messages: dict[str, list[Message]]) -> list[Any]:
    """Return what the messages ask for, in any order."""
    read = []
    for topic, found in messages.items():
        for message in found:
            document = json.loads(message.data)
            events = document if isinstance(document, list) else [document]
            read += [read_event(topic, event, datetime(2026, 11, 25, tzinfo=UTC)) for event in events]
    return sorted(read, key=repr)


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_a_day_of_the_services_is_counted_however_often_it_is_told(
    apps: dict[str, Flask],
    topics: PubSub,
    crowd: Crowd,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    language: str,
) -> None:
    messages = published(topics, request.getfixturevalue(language), tmp_path)
    for topic in (*TOPICS, *TOPICS):
        for message in messages[topic]:
            assert push(apps[topic.replace("-", "_")], topic, data=message.data).status_code == 200
    assert topics.take(DEAD_LETTERS) == []
    view = crowd.admin().get("/store/dashboard", storeId="s-1", year=2026, month=11).get_json()
    assert view["summary"] | {"averageTicket": 0} == {
        "totalSales": 19.9,
        "totalOrders": 5,
        "totalCompletedOrders": 1,
        "totalExpiredOrders": 2,
        "totalRefundedOrders": 1,
        "averageTicket": 0,
        "grossSales": 49.8,
        "refundedAmount": 29.9,
        "netSales": 19.9,
        "totalCustomers": 2,
        "newCustomers": 1,
        "ordersWithCoupon": 0,
        "ordersWithoutCoupon": 1,
    }


def test_both_languages_publish_the_same_events(
    topics: PubSub, tmp_path: Path, python: list[str], typescript: list[str]
) -> None:
    first = changes(published(topics, python, tmp_path))
    second = changes(published(topics, typescript, tmp_path))
    assert len(first) == 15
    assert first == second
