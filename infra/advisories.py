"""Look up known weaknesses of everything that the locks name: `python -m infra.advisories`.

pip-audit asks PyPI's advisories. Where they can't be had, a laptop is told so and goes on; a build, where CI
is set, fails.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from infra.stage import REPOSITORY

LOCKS = ("requirements-dev.lock", "infra/checkov/requirements.txt")
"""Together they name all that is used here: the locks of functions are parts of the first."""

_AUDIT = ("pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")


class AdvisoriesAway(Exception):
    """The advisories could not be asked; the text says why."""


def read_report(stdout: str, stderr: str) -> Mapping[str, Any]:
    """Return what pip-audit found.

    Raises:
        AdvisoriesAway: it learnt nothing, or not of everything: a mirror has packages and no advisories.
    """
    try:
        report: Mapping[str, Any] = json.loads(stdout)
    except ValueError:
        raise AdvisoriesAway(stderr.strip().rpartition("\n")[2] or "pip-audit said nothing") from None
    unknown = [one["skip_reason"] for one in report["dependencies"] if "skip_reason" in one]
    if unknown:
        raise AdvisoriesAway(f"{unknown[0]} ({len(unknown)} of {len(report['dependencies'])} packages)")
    return report


def findings(report: Mapping[str, Any], locks: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each known weakness, with the locks, {path: content}, that name the version."""
    for package in report["dependencies"]:
        pin = f"{package['name']}=={package['version']}"
        where = [path for path, content in locks.items() if f"\n{pin} " in f"\n{content}"]
        for weakness in package["vulns"]:
            fixed = ", ".join(weakness["fix_versions"]) or "no version yet"
            yield f"{pin}: {weakness['id']}, fixed in {fixed}; named by {', '.join(where)}"


def main() -> int:
    paths = [*LOCKS, *(str(one.relative_to(REPOSITORY)) for one in REPOSITORY.glob("functions/*/*.txt"))]
    locks = {path: (REPOSITORY / path).read_text("utf-8") for path in sorted(paths)}
    found: list[str] = []
    for lock in LOCKS:
        command = [sys.executable, "-m", *_AUDIT, "--requirement", str(REPOSITORY / lock)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - of constants
        try:
            found += findings(read_report(done.stdout, done.stderr), locks)
        except AdvisoriesAway as error:
            sys.stderr.write(f"{lock} was not checked: {error}\n")
            return 1 if os.environ.get("CI") else 0
    sys.stdout.writelines(f"{one}\n" for one in sorted(set(found)) or ["no known weakness"])
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
