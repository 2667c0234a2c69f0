"""A shop brings its history to the running stack, as the README says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from emulator.options import REPOSITORY
from emulator.stack import LocalStack
from tests.builders import an_order
from tests.end_to_end.client import Client
from tests.end_to_end.scenario import Scenario


def make(stack: LocalStack, target: str, *variables: str) -> subprocess.CompletedProcess[str]:
    # The environment of these tests is the one to use, whether or not it is newer than its lock.
    tools = [
        f"RUN={Path(sys.executable).parent}/",
        "-o",
        ".venv/.stack",
        f"ARGS=--state-dir={stack._folder.path}",
    ]
    command = ["make", "--no-print-directory", *tools, target, *variables]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def write(path: Path, lines: Iterable[Mapping[str, Any]]) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return f"FILE={path}"


def test_every_answer_equals_a_recount_of_what_was_imported(stack: LocalStack, tmp_path: Path) -> None:
    with Scenario(stack, "imported", orders=200) as scenario:
        file = write(
            tmp_path / "history.jsonl",
            (
                {**event.data} | ({"emailConfirmed": True} if event.topic == "email-confirmed" else {})
                for event in scenario.events
            ),
        )
        for words in ("counted", "known already"):
            ended = make(stack, "import", file, "STORE=")
            assert ended.returncode == 0, ended.stdout + ended.stderr
            assert words in ended.stdout
        scenario.wait_until_exact(with_cards=True)


def test_what_is_refused_is_told_and_the_rest_shows(stack: LocalStack, tmp_path: Path) -> None:
    client = Client(stack)
    completed = {"status": "COMPLETED", "occurredAt": "2024-03-01T12:00:00Z"}
    lines: list[dict[str, Any]] = [
        {"order": an_order("o-1", createdAt="2024-02-29T12:00:00Z"), "statuses": [completed]},
        {"order": an_order("o-2", createdAt="2024-02-30T12:00:00Z"), "statuses": [completed]},
        {"customerId": "c-1", "registeredAt": "2024-01-01T00:00:00Z", "emailConfirmed": True},
    ]
    ended = make(stack, "import", write(tmp_path / "history.jsonl", lines), f"STORE={client.store_id}")
    assert "2 counted, 1 refused" in ended.stdout
    assert ended.returncode != 0
    expected = {"totalOrders": 1, "totalSales": 129.9, "totalCustomers": 1, "newCustomers": 1}
    assert expected.items() <= client.summary().items()
    refused = (tmp_path / "history.jsonl.refused.jsonl").read_text().replace("02-30", "02-28")
    (tmp_path / "mended.jsonl").write_text(refused)
    ended = make(stack, "import", f"FILE={tmp_path / 'mended.jsonl'}", f"STORE={client.store_id}")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert client.summary()["totalSales"] == 259.8


def test_unpaid_orders_expire_when_the_schedule_is_triggered(stack: LocalStack, tmp_path: Path) -> None:
    client = Client(stack)
    line = {"order": an_order(createdAt="2024-02-29T12:00:00Z")}
    make(stack, "import", write(tmp_path / "history.jsonl", [line]), f"STORE={client.store_id}")
    assert client.summary()["totalExpiredOrders"] == 0
    ended = make(stack, "trigger", "NAME=expire-unpaid")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert json.loads(ended.stdout)["expired"] >= 1
    client.wait_for_summary(totalExpiredOrders=1)


def test_a_function_without_a_schedule_is_answered_with_those_that_have_one(stack: LocalStack) -> None:
    ended = make(stack, "trigger", "NAME=dashboard")
    assert ended.returncode != 0
    assert "expire-unpaid, reconcile-all, sweep-baskets" in ended.stderr
