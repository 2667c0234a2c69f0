"""A log record is one JSON line in Cloud Logging's field names."""

import json
import logging
from datetime import datetime

import pytest

from shared.logs import get_log


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next `get_log` set the logger up anew; whatever was set up before comes back."""
    log = logging.getLogger("tillpulse")
    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr(log, "propagate", True)
    level = log.level
    monkeypatch.setattr(log, "level", level)


@pytest.mark.usefixtures("fresh")
def test_a_record_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    get_log("INFO").info("event handled", extra={"outcome": "applied", "name_of": "a\nb"})
    [line] = capsys.readouterr().out.splitlines()
    record = json.loads(line)
    assert datetime.fromisoformat(record.pop("time")).tzinfo is not None
    assert record == {"severity": "INFO", "message": "event handled", "outcome": "applied", "name_of": "a\nb"}


@pytest.mark.usefixtures("fresh")
def test_an_exception_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise RuntimeError("lost")
    except RuntimeError:
        get_log("INFO").exception("answer not possible now")
    [line] = capsys.readouterr().out.splitlines()
    record = json.loads(line)
    assert record["severity"] == "ERROR"
    assert record["stack_trace"].startswith("Traceback")  # where Error Reporting looks for one
    assert "RuntimeError: lost" in record["stack_trace"]


@pytest.mark.usefixtures("fresh")
def test_the_level_holds_and_lines_are_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    get_log("INFO")
    log = get_log("WARNING")
    log.info("quiet")
    log.warning("loud")
    assert [json.loads(line)["message"] for line in capsys.readouterr().out.splitlines()] == ["loud"]
