"""Run histories: `python -m tests.simulation --help`.

A process of its own, because it replaces the clock and the threads of everything that it imports.
"""

from __future__ import annotations

import os
import sys

if os.environ.get("PYTHONHASHSEED") != "0":
    os.environ["PYTHONHASHSEED"] = "0"  # the order of sets is part of a history
    os.execv(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]])  # noqa: S606

from tests.simulation import planted  # isort: skip

if __name__ == "__main__":
    planted.plant(sys.argv[1:])
    from tests.simulation import boot

    sys.exit(boot.main(sys.argv[1:]))
