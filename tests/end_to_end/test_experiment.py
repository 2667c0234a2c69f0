"""The capacity page's experiment, against the local stack: some seconds, some orders."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from emulator.stack import LocalStack
from infra import trial
from infra.experiment import ASSUMPTIONS, STEPS, main
from infra.run_gcloud import Refused


def test_it_says_of_each_assumption_what_was_measured(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", stack.state.pubsub_host)
    monkeypatch.setattr(trial, "SAMPLED_EACH_S", 0.5)
    options = ["--orders-per-second", "4", "--seconds", "3", "--only", "cold", "--only", "hot"]
    ran = CliRunner().invoke(
        main, ["--stack", str(stack.processes["fold"].command.log.parents[1] / "stack.json"), *options]
    )
    assert ran.exit_code == 0, ran.output
    said = ran.output.splitlines()
    assert "24 orders" in ran.output
    assert re.search(r"p50: [\d.]+ ms, assumed", ran.output)
    assert re.search(r"figures of a hot store trail, p95: [\d.]+ s, assumed", ran.output)
    for step in ("cold", "hot"):
        assert f"holds        every order is counted once ({step}): 0.0 orders, assumed at most 0.0" in said
    assert sum("not settled" in line for line in said) == sum(
        one.step not in ("cold", "hot") for one in ASSUMPTIONS
    )


def test_its_plan_publishes_nothing() -> None:
    ran = CliRunner().invoke(main, ["--project", "nobody", "--dry-run"])
    assert ran.exit_code == 0, ran.output
    assert "60.0 min" in ran.output
    assert sum(step.seconds for step in STEPS.values()) == 3600


def test_it_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKEN", raising=False)
    ran = CliRunner().invoke(main, ["--project", "p"])
    assert ran.exit_code == 1
    assert "URL, TOKEN: expected a value, got nothing" in ran.output


def test_of_the_cloud_it_reads_the_functions_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [{"jsonPayload": {"function": "fold", "deltas": 3}}]
    monkeypatch.setattr(trial, "run_gcloud", lambda words: json.loads(json.dumps(entries)) if words else None)
    since = datetime.now(UTC)
    assert trial.cloud_logs("p")(since) == [{"function": "fold", "deltas": 3}]
    monkeypatch.setattr(trial, "run_gcloud", lambda _: Refused("no such project"))
    with pytest.raises(trial.LogsUnread, match="no such project"):
        trial.cloud_logs("p")(since)


def test_of_the_stack_it_reads_what_was_handled_since(tmp_path: Path) -> None:
    lines = [
        {"message": "event handled", "time": "2026-11-20T12:00:00+00:00", "n": 1},
        {"message": "event handled", "time": "2026-11-20T12:00:02+00:00", "n": 2},
        {"message": "deltas swept", "time": "2026-11-20T12:00:02+00:00", "n": 3},
    ]
    text = "\n".join(["a traceback", *map(json.dumps, lines)])
    (tmp_path / "fold.log").write_text(text, encoding="utf-8")
    since = datetime.fromisoformat("2026-11-20T12:00:01+00:00")
    assert [line["n"] for line in trial.local_logs(tmp_path)(since)] == [2]
