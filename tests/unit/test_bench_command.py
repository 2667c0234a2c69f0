"""What `python -m tests.performance` takes."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from emulator.options import StackOptions
from tests.performance import __main__ as command
from tests.performance.sizes import FULL, QUICK, Sizes


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what the command would have run; the benchmark itself takes minutes."""
    runs: list[dict[str, Any]] = []

    def note(options: StackOptions, sizes: Sizes, output: Path, only: tuple[str, ...]) -> None:
        runs.append({"options": options, "sizes": sizes, "output": output, "only": only})

    monkeypatch.setattr(command, "run_bench", note)
    monkeypatch.setattr(command, "find_jar", lambda *_: None)
    monkeypatch.setattr(command, "leave_on_signals", lambda: None)
    return runs


def test_it_measures_in_full_on_a_stack_of_its_own(started: list[dict[str, Any]], tmp_path: Path) -> None:
    result = CliRunner().invoke(command.main, ["--output", str(tmp_path)])
    assert result.exit_code == 0, result.output
    [asked] = started
    assert (asked["sizes"], asked["output"], asked["only"]) == (FULL, tmp_path, ())
    assert (asked["options"].state_dir, asked["options"].ports) == (tmp_path / "bench", {})


def test_quick_measures_less(started: list[dict[str, Any]]) -> None:
    CliRunner().invoke(command.main, ["--quick", "--only", "cards", "--only", "costs"])
    assert (started[0]["sizes"], started[0]["only"]) == (QUICK, ("cards", "costs"))


def test_an_unknown_family_is_refused_with_those_there_are(started: list[dict[str, Any]]) -> None:
    result = CliRunner().invoke(command.main, ["--only", "speed"])
    assert result.exit_code == 2
    assert "'speed' is not one of 'cold starts', 'apply', 'pipeline'" in " ".join(result.output.split())
    assert not started
