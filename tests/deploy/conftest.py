"""The staged folders, each with a clean virtual environment of its own requirements and of nothing else."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.stage import REPOSITORY, stage

Interpreter = Callable[[str], Path]


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what `make stage` makes, far from the repository."""
    folder = tmp_path_factory.mktemp("staged") / "dist"
    stage(REPOSITORY, folder)
    return folder


@pytest.fixture(scope="session")
def interpreter(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Interpreter:
    """Return a function of a staged folder that gives its Python; folders with one list share theirs."""
    made: dict[str, Path] = {}

    def find(folder: str) -> Path:
        requirements = dist / folder / "requirements.txt"
        content = requirements.read_text()
        if content not in made:
            made[content] = _make(tmp_path_factory.mktemp("venv") / folder, requirements)
        return made[content]

    return find


def _make(venv: Path, requirements: Path) -> Path:
    uv = [str(REPOSITORY / ".venv" / "bin" / "uv")]
    install = ["pip", "install", "--quiet", "--require-hashes", "--requirements", str(requirements)]
    python = venv / "bin" / "python"
    for command in (["venv", "--quiet", "--no-project", str(venv)], [*install, "--python", str(python)]):
        done = subprocess.run([*uv, *command], capture_output=True, text=True, cwd=venv.parent, check=False)
        assert done.returncode == 0, done.stderr
    return python
