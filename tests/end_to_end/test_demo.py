"""The README's first command, with every store hot, so that it folds, too."""

import os
import subprocess
import sys
from pathlib import Path


def test_the_demonstration_ends_well_when_every_answer_equals_the_recount(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emulator", "demo", "--once", "--orders", "150"]
    ended = subprocess.run(
        [*command, "--state-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DEFER": "always"},
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Every answer equals a recount" in ended.stdout
    assert "Ana Souza cust-001" in ended.stdout
    assert "15 % on books" in ended.stdout
    assert "curl" in ended.stdout
