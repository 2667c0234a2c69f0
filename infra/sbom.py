"""Write what each archive is made of besides our code: `dist/sbom/<archive>.cdx.json`, in CycloneDX.

It names what the archive's `requirements.txt` locks, with the hashes that Google's build insists on, and the
vendored files that its `vendored.cdx.json` describes. The same archive has the same bill, byte for byte.
"""

import json
import subprocess
import sys
from pathlib import Path

from infra.stage import REPOSITORY

VENDORED = "vendored.cdx.json"

# Not validated here: that takes ten times as long, and a test does it.
MAKE = ("cyclonedx_py", "requirements", "--output-reproducible", "--no-validate", "--mc-type", "application")


def write_bills(repository: Path, dist: Path) -> list[Path]:
    """Write the bill of each archive that `infra.stage` left in `dist`.

    Raises:
        CalledProcessError: a list of requirements can't be read.
    """
    (dist / "sbom").mkdir(exist_ok=True)
    bills = []
    for source, archive in json.loads((dist / "archives.json").read_text("utf-8")).items():
        bill = dist / "sbom" / f"{archive.removesuffix('.zip')}.cdx.json"
        write_bill(repository / "pyproject.toml", dist / Path(source).name / "requirements.txt", bill)
        bills.append(bill)
    return bills


def write_bill(project: Path, locked: Path, bill: Path) -> None:
    """Write the bill of one list of requirements, and of the vendored files beside it."""
    command = [*MAKE, "--pyproject", str(project), "--output-file", str(bill), str(locked)]
    subprocess.run(  # noqa: S603 - our paths
        [sys.executable, "-m", *command], check=True, capture_output=True
    )
    vendored = locked.with_name(VENDORED)
    if vendored.exists():
        content = json.loads(bill.read_text("utf-8"))
        content["components"] += json.loads(vendored.read_text("utf-8"))["components"]
        bill.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    for written in write_bills(REPOSITORY, REPOSITORY / "dist"):
        sys.stdout.write(f"{written.relative_to(REPOSITORY)}\n")
