"""Virtual environments made from a hash-locked list, with nothing else in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from infra.stage import REPOSITORY


def make_venv(venv: Path, requirements: Path) -> Path:
    """Make the environment, of the version of Python that runs the tests, and return its Python."""
    uv = [str(REPOSITORY / ".venv" / "bin" / "uv")]
    install = ["pip", "install", "--quiet", "--require-hashes", "--requirements", str(requirements)]
    python = venv / "bin" / "python"
    make = ["venv", "--quiet", "--no-project", "--python", sys.executable, str(venv)]
    for command in (make, [*install, "--python", str(python)]):
        done = subprocess.run([*uv, *command], capture_output=True, text=True, cwd=venv.parent, check=False)
        assert done.returncode == 0, done.stderr
    return python
