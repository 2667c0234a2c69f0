"""The staged folders, each with a clean virtual environment of its own requirements and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from infra.stage import REPOSITORY, stage
from tests.deploy.clean_venv import make_venv

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
            made[content] = make_venv(tmp_path_factory.mktemp("venv") / folder, requirements)
        return made[content]

    return find
