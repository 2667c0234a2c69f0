"""What `make stage` makes is the same wherever and whenever, and exactly what the functions need."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from emulator.topology import read_topology
from infra.stage import REPOSITORY, describe, holders, read_sources, stage
from tests import pages
from tests.infra.reach import reach

TOPOLOGY = read_topology(REPOSITORY / "infra" / "topology.json")
SOURCES = read_sources(REPOSITORY / "infra" / "topology.json")
SHORT = {"none": [], "all": [Path(source).name for source in SOURCES]}
CHANGES = [
    (path, SHORT[folders] if folders in SHORT else folders.split(", "))
    for path, folders in re.findall(
        r"^\| `(shared/\S+)` \| (.+) \|$", pages.read("infra/DEPLOY.md"), re.MULTILINE
    )
]
"""What the page says of each file: the folders whose archives a change of it changes."""

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """Return a copy of the repository's sources."""
    return copied(REPOSITORY, tmp_path / "first")


@pytest.fixture
def second(first: Path, tmp_path: Path) -> Path:
    """Return a copy of that, with other times and modes."""
    second = copied(first, tmp_path / "second")
    for path in second.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o600)
    return second


def copied(root: Path, copy: Path) -> Path:
    for name in ("functions", "shared"):
        shutil.copytree(root / name, copy / name)
    (copy / "infra").mkdir()
    shutil.copy(root / "infra" / "topology.json", copy / "infra")
    return copy


def test_archives_are_reproducible_byte_for_byte(first: Path, second: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    names = stage(first, here)
    assert set(names) == set(SOURCES)
    assert stage(second, there) == names
    for name in names.values():
        assert (here / "archives" / name).read_bytes() == (there / "archives" / name).read_bytes()
    assert (here / "archives.json").read_bytes() == (there / "archives.json").read_bytes()


def test_an_unchanged_folder_keeps_its_name(first: Path, second: Path, tmp_path: Path) -> None:
    before = stage(first, tmp_path / "before")
    with (second / "functions" / "payments" / "main.py").open("a") as main:
        main.write("# changed\n")
    after = stage(second, tmp_path / "after")
    assert [source for source in SOURCES if before[source] != after[source]] == ["functions/payments"]


@pytest.mark.parametrize(("path", "folders"), CHANGES)
def test_a_change_of_a_module_changes_the_archives_that_hold_it(
    path: str, folders: list[str], dist: Path, first: Path, tmp_path: Path
) -> None:
    before = json.loads((dist / "archives.json").read_text())
    with (first / path).open("a") as module:
        module.write("# changed\n")
    after = stage(first, tmp_path / "after")
    assert [Path(source).name for source in SOURCES if before[source] != after[source]] == folders
    assert holders(tmp_path / "after", Path(path)) == folders


@pytest.mark.parametrize("source", SOURCES)
def test_a_folder_holds_what_its_functions_reach_and_little_else(source: str, dist: Path) -> None:
    """Which modules are reached, another reading of the code says, for each function by itself."""
    folder = dist / Path(source).name
    held = {path.relative_to(folder).as_posix() for path in (folder / "shared").rglob("*.py")}
    reached = {
        name.replace(".", "/") + ".py"
        for function in TOPOLOGY.functions
        if function.source == source
        for name in reach(source, function.entry_point).modules
    }
    reached |= {name.replace(".py", "/__init__.py") for name in reached}
    assert {name for name in reached if (REPOSITORY / name).is_file()} - held == set()
    packages = {f"{parent}/__init__.py" for name in held for parent in Path(name).parents}
    # The settings import the types of every variable, and a view may ask who calls.
    assert len(held - reached - packages) <= 8


def test_the_page_says_how_large_archives_are_and_what_changes_them(dist: Path) -> None:
    assert len(CHANGES) > 5
    [said] = re.findall(r"have (\d+) to (\d+) files and (\d+) to ([\d,]+) kB", pages.read("infra/DEPLOY.md"))
    fewest, most, smallest, largest = (int(number.replace(",", "")) for number in said)
    for row in list(describe(REPOSITORY, dist))[2:]:
        files, size = (int(cell.replace(",", "")) for cell in row.split(" | ")[2:4])
        assert fewest <= files <= most, row
        assert 1000 * smallest <= size <= 1000 * largest, row


def test_the_table_names_every_function_once(dist: Path) -> None:
    _, _, *rows = describe(REPOSITORY, dist)
    named = [name for row in rows for name in row.split(" | ")[1].split(", ")]
    assert sorted(named) == sorted(function.name for function in TOPOLOGY.functions)
    sizes = [int(row.split(" | ")[2]) for row in rows]
    assert sizes == [
        len(
            [
                path
                for path in (dist / Path(source).name).rglob("*")
                if path.is_file() and path.suffix != ".pyc"
            ]
        )
        for source in SOURCES
    ]


@pytest.mark.parametrize("source", SOURCES)
def test_an_archive_holds_the_folder_and_nothing_made_by_machines(source: str, dist: Path) -> None:
    archive = json.loads((dist / "archives.json").read_text())[source]
    with ZipFile(dist / "archives" / archive) as packed:
        names = packed.namelist()
    assert {"main.py", "requirements.txt", "shared/runtime.py"} <= set(names)
    assert names == sorted(names)
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


@pytest.mark.parametrize("source", SOURCES)
def test_requirements_are_those_of_the_group(source: str, tmp_path: Path) -> None:
    """`make lock` writes them; versions and hashes are those that everything is tested with."""
    written = pins(REPOSITORY / source / "requirements.txt")
    command = ["pip", "compile", "--group", Path(source).name, "--universal", "--quiet", "--no-header"]
    command += [
        "--no-annotate",
        "--constraint",
        "requirements-stack.lock",
        "--output-file",
        str(tmp_path / "fresh"),
    ]
    uv = REPOSITORY / ".venv" / "bin" / "uv"
    subprocess.run([uv, *command], cwd=REPOSITORY, check=True, capture_output=True)
    assert written.keys() == pins(tmp_path / "fresh").keys()
    locked = pins(REPOSITORY / "requirements-stack.lock")
    for requirement, hashes in written.items():
        name = requirement.partition(" ;")[0]
        assert hashes == next(locked[known] for known in locked if known.partition(" ;")[0] == name)
        assert hashes


def test_the_groups_together_are_all_dependencies() -> None:
    grouped = {
        entry for group in PROJECT["dependency-groups"].values() for entry in group if isinstance(entry, str)
    }
    declared = {bare(requirement) for requirement in PROJECT["project"]["dependencies"]}
    assert {bare(entry) for entry in grouped} == declared
    folders = {Path(source).name for source in SOURCES}
    assert folders <= PROJECT["dependency-groups"].keys()


def bare(requirement: str) -> str:
    return requirement.replace("[", " ").replace("<", " ").replace(">", " ").replace("=", " ").split()[0]


def pins(path: Path) -> dict[str, set[str]]:
    """Return {`name==version ; marker`: hashes} of a requirements file."""
    found: dict[str, set[str]] = {}
    for line in path.read_text().splitlines():
        text = line.removesuffix("\\").strip()
        if text.startswith("--hash="):
            found[list(found)[-1]].add(text)
        elif text and not text.startswith("#"):
            found[text] = set()
    return found
