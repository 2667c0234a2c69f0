"""Traffic goes back to what ran before a deploy, and to a new revision only while objectives hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from infra.traffic import MOST_BURN, STEPS, Move, find_moves, main, send, shift
from tests.infra.configuration import MODULE, block, read, resources


def revision(name: str, created: str, *, ready: bool = True) -> dict[str, Any]:
    """Return a revision as `gcloud run revisions list --format=json` prints it."""
    function = name.rpartition("-")[0]
    return {
        "metadata": {
            "name": name,
            "creationTimestamp": f"2026-11-25T{created}.123456Z",
            "labels": {"serving.knative.dev/service": function},
        },
        "status": {"conditions": [{"type": "Ready", "status": "True" if ready else "False"}]},
    }


REVISIONS = [
    revision("dashboard-00003", "20:05:00"),
    revision("dashboard-00001", "09:00:00"),
    revision("dashboard-00002", "12:00:00"),
    revision("graphql-00001", "09:00:00"),
    revision("order-created-00002", "20:01:00", ready=False),
    revision("order-created-00001", "09:00:00"),
    revision("fold-00001", "20:02:00"),
]
DASHBOARD = Move("dashboard", "dashboard-00003", "dashboard-00002")


def test_a_function_goes_back_to_what_it_ran_before_the_deploy() -> None:
    # graphql was not deployed, order-created's new revision never was ready, and fold is new.
    assert find_moves(REVISIONS) == [DASHBOARD]


def test_a_time_takes_back_more_deploys_than_the_last() -> None:
    since = datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert find_moves(REVISIONS, since) == [Move("dashboard", "dashboard-00003", "dashboard-00001")]


def test_without_revisions_nothing_moves() -> None:
    assert find_moves([]) == []


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (0, "dashboard-00002=100"),
        (10, "dashboard-00003=10,dashboard-00002=90"),
        (100, "dashboard-00003=100"),
    ],
)
def test_all_traffic_has_a_revision(percent: int, expected: str) -> None:
    asked: list[Sequence[str]] = []
    send(asked.append, "europe-west1", DASHBOARD, percent)
    (arguments,) = asked
    assert arguments[:4] == ["run", "services", "update-traffic", "dashboard"]
    assert arguments[-1] == f"--to-revisions={expected}"


def play(burns: Sequence[dict[str, float]]) -> tuple[bool, list[int]]:
    """Return whether the new revision has all traffic, and the percentages that it had."""
    given: list[int] = []
    read = iter(burns)
    done = shift(
        [DASHBOARD],
        lambda _, percent: given.append(percent),
        lambda: next(read),
        sleep=lambda _: None,
        say=lambda _: None,
    )
    return done, given


def test_a_good_revision_has_all_traffic_in_the_end() -> None:
    assert play([{"availability": 0.2}, {}, {"freshness": MOST_BURN}]) == (True, list(STEPS))


@pytest.mark.parametrize("objective", ["availability", "freshness"])
def test_a_missed_objective_sends_all_traffic_back(objective: str) -> None:
    assert play([{objective: 1.0}, {objective: MOST_BURN + 1}]) == (False, [10, 50, 0])


GCLOUD = """#!/bin/sh
case "$*" in
  *"revisions list"*) cat "$REVISIONS" ;;
  *) echo "$*" >> "$LOG"; echo "{}" ;;
esac
"""
OUTPUTS = json.dumps(
    {"region": "europe-west1", "topics": {"dead-letters": "projects/my-project/topics/dead-letters"}}
)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a gcloud on the PATH that lists the revisions and writes down what else it is told."""
    (tmp_path / "gcloud").write_text(GCLOUD)
    (tmp_path / "gcloud").chmod(0o755)
    (tmp_path / "revisions").write_text(json.dumps(REVISIONS))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("REVISIONS", str(tmp_path / "revisions"))
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    return tmp_path / "log"


def test_one_command_goes_back(log: Path) -> None:
    asked = CliRunner().invoke(main, ["rollback", "--dry-run"], input=OUTPUTS)
    assert asked.output.splitlines()[-1].endswith("functions would move")
    assert not log.exists()
    done = CliRunner().invoke(main, ["rollback"], input=OUTPUTS)
    assert done.exit_code == 0, done.output
    ran = [line.partition(" --format")[0] for line in log.read_text().splitlines()]
    assert ran == [
        f"run services update-traffic {move.function} --region=europe-west1 --to-revisions={move.old}=100"
        " --project=my-project"
        for move in find_moves(REVISIONS)
    ]


@pytest.mark.parametrize("outputs", ["", "\n"])
def test_before_a_deploy_there_is_nothing_to_go_back_to(outputs: str, log: Path) -> None:
    done = CliRunner().invoke(main, ["rollback"], input=outputs)
    assert done.exit_code == 1
    assert "run make plan first" in done.output
    assert not log.exists()


def test_a_deploy_holds_traffic_only_where_asked_to() -> None:
    service = block(resources()["google_cloudfunctions2_function.function"].body, "service_config")
    assert service["all_traffic_on_latest_revision"] == "${!var.hold_traffic}"
    (variable,) = [entry["hold_traffic"] for entry in read(MODULE)["variable"] if "hold_traffic" in entry]
    assert variable["default"] is False
