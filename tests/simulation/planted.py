"""Bugs to plant in the code under test: proof that the simulation finds them.

A planted bug replaces a piece of a module's source while it is imported. Nothing on disk changes.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType

from tests.simulation.bugs import BUGS, ROOT, Bug

MOST_SEEDS = 40


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, bug: Bug) -> None:
        super().__init__(fullname, str(ROOT / bug.path))
        self._bug = bug

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - it loads one module
        code: CodeType = compile(self._bug.source(), self.path, "exec", dont_inherit=True)
        return code


class _Finder:
    def __init__(self, bug: Bug) -> None:
        self._name = bug.path.removesuffix(".py").replace("/", ".")
        self._bug = bug

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, loader=_Loader(fullname, self._bug))


def plant(arguments: Sequence[str]) -> None:
    """Have the bug that `--plant` names in every module that is imported from now on."""
    if "--plant" in arguments[:-1]:
        bug = BUGS[arguments[arguments.index("--plant") + 1]]
        sys.meta_path.insert(0, _Finder(bug))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """When a planted bug was found: within so many seeds, by this invariant; None where it was not."""

    seeds: int | None
    invariant: str


def find(name: str, most_seeds: int) -> Found:
    """Run seeds with the bug until one fails."""
    command = [sys.executable, "-m", "tests.simulation", "--plant", name, "--seed", "1", "--no-shrink"]
    ran = subprocess.run(
        [*command, "--seeds", str(most_seeds)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    seed = re.search(r"^Seed (\d+) violates", ran.stdout, re.MULTILINE)
    said = re.search(r"^VIOLATION  ([^:]*)", ran.stdout, re.MULTILINE)
    if ran.returncode not in (0, 1) or (ran.returncode == 1 and not (seed and said)):
        raise RuntimeError(f"the simulation with the bug {name} did not run: {ran.stderr[-2000:]}")
    return Found(seeds=int(seed[1]) if seed else None, invariant=said[1] if said else "")


def find_all(most_seeds: int) -> int:
    """Plant each bug and print within how many seeds it is found; return 1 if one is not."""
    missed = 0
    print(f"{'bug':<20} {'found within':<14} {'invariant':<42} what is wrong")
    for name, bug in BUGS.items():
        found = find(name, most_seeds)
        missed += found.seeds is None
        within = f"{found.seeds} seeds" if found.seeds else f"not in {most_seeds}"
        print(f"{name:<20} {within:<14} {found.invariant:<42} {bug.says}", flush=True)
    print(f"{len(BUGS) - missed} of {len(BUGS)} planted bugs found")
    return 1 if missed else 0
