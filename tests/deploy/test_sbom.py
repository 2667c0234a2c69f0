"""Each archive has a bill of material, which names what its lock does and nothing else."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from infra.sbom import write_bill, write_bills
from infra.stage import REPOSITORY
from tests.deploy.test_stage import SOURCES, pins


@pytest.fixture(scope="module")
def bills(dist: Path) -> list[Path]:
    return write_bills(REPOSITORY, dist)


def test_every_archive_has_a_bill_by_its_name(dist: Path, bills: list[Path]) -> None:
    archives = json.loads((dist / "archives.json").read_text())
    assert archives.keys() == set(SOURCES)
    assert {bill.name.removesuffix(".cdx.json") for bill in bills} == {
        archive.removesuffix(".zip") for archive in archives.values()
    }


@pytest.mark.parametrize("source", SOURCES)
def test_a_bill_names_what_is_locked_with_its_hashes(source: str, dist: Path, bills: list[Path]) -> None:
    folder = Path(source).name
    (path,) = [bill for bill in bills if bill.name.startswith(f"{folder}-")]
    bill = json.loads(path.read_text())
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "tillpulse")
    named = {
        f"{one['name']}=={one['version']}": {
            f"--hash=sha256:{hashed['content']}"
            for reference in one["externalReferences"]
            for hashed in reference.get("hashes", [])
        }
        for one in bill["components"]
        if one["purl"].startswith("pkg:pypi/")
    }
    locked = {
        pin.partition(" ")[0]: hashes for pin, hashes in pins(dist / folder / "requirements.txt").items()
    }
    assert named == locked


def test_a_bill_names_each_vendored_file_with_its_hash(dist: Path, bills: list[Path]) -> None:
    files = {path for path in dist.glob("*/static/vendored/*") if path.suffix != ".md"}
    named = {
        dist / bill.name.partition("-")[0] / file["name"]: file["hashes"]
        for bill in bills
        for library in json.loads(bill.read_text())["components"]
        for file in library.get("components", ())
    }
    assert named == {
        path: [{"alg": "SHA-256", "content": sha256(path.read_bytes()).hexdigest()}] for path in files
    }


def test_a_bill_is_valid(bills: list[Path]) -> None:
    # The one with vendored files besides; each takes seconds.
    (bill,) = [bill for bill in bills if bill.name.startswith("dashboard-")]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.read_text()) is None


def test_a_bill_is_the_same_byte_for_byte(dist: Path, bills: list[Path], tmp_path: Path) -> None:
    folder = bills[0].name.partition("-")[0]
    again = tmp_path / "again.json"
    write_bill(REPOSITORY / "pyproject.toml", dist / folder / "requirements.txt", again)
    assert again.read_bytes() == bills[0].read_bytes()
