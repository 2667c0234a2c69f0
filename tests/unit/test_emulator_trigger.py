"""The command that runs a scheduled function of the local stack."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emulator.__main__ import main
from emulator.options import REPOSITORY
from emulator.state import StackState, StateFolder
from tests.unit.test_emulator_reconcile import answering

FUNCTIONS = json.loads((REPOSITORY / "infra" / "topology.json").read_text())["functions"]
SCHEDULED = sorted(function["name"] for function in FUNCTIONS if "schedule" in function["trigger"])


def run(folder: Path, url: str, *arguments: str) -> Result:
    state = StackState(
        project_id="p", firestore_host="", pubsub_host="", valkey_url="",
        urls={function["name"]: url for function in FUNCTIONS}, token="t", webhook_secret="", issuer="",
        audience="", supervisor_pid=1, functions={},
    )  # fmt: skip
    state.write(StateFolder(folder).stack_file)
    return CliRunner().invoke(main, ["trigger", "--state-dir", str(folder), *arguments])


@pytest.mark.parametrize("name", SCHEDULED)
def test_a_scheduled_function_is_asked_and_its_answer_shown(tmp_path: Path, name: str) -> None:
    with answering(200, b'{"expired": 3}') as (url, asked):
        result = run(tmp_path, url, name)
    assert (result.output, result.exit_code) == ('{"expired": 3}\n', 0)
    assert asked == [(None, None)]


@pytest.mark.parametrize("arguments", [["dashboard"], ["order-created"], ["nope"], [""], []])
def test_another_name_is_answered_with_the_right_ones(tmp_path: Path, arguments: list[str]) -> None:
    with answering(200, b"{}") as (url, asked):
        result = run(tmp_path, url, *arguments)
    assert (result.exit_code, asked) == (1, [])
    assert f"name one of the scheduled functions: {', '.join(SCHEDULED)}" in result.output


@pytest.mark.parametrize("answer", [(500, b"boom"), (503, b'{"detail": "boom"}')])
def test_a_failure_is_told_with_where_to_look(tmp_path: Path, answer: tuple[int, Any]) -> None:
    with answering(*answer) as (url, _):
        result = run(tmp_path, url, SCHEDULED[0])
    assert result.exit_code == 1
    assert "boom" in result.output
    assert f"python -m emulator logs {SCHEDULED[0]}" in result.output


def test_nothing_that_answers_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, "http://127.0.0.1:1", SCHEDULED[0])
    assert result.exit_code == 1
    assert "gave no answer" in result.output
