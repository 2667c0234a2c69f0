"""Lays out what is deployed: `dist/<folder>/` for each folder of functions, and an archive of each.

A folder holds what its functions import of `shared`, and nothing else of it. An archive is named by its
content and made the same byte for byte wherever and whenever: where nothing that it holds has changed, it has
the name it had, and Terraform leaves its functions alone. `dist/archives.json` says which is whose.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import click

from infra.imported import imported_modules

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = "shared"
_MODE = 0o100644
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = {"__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store"}


def read_sources(topology: Path) -> list[str]:
    """Return the folders of the topology's functions, each once, sorted."""
    functions = json.loads(topology.read_text(encoding="utf-8"))["functions"]
    return sorted({function["source"] for function in functions})


def stage(repository: Path, dist: Path) -> dict[str, str]:
    """Lay out every folder anew and pack it.

    Returns:
        {source as in the topology: name of its archive in `dist/archives`}, as in `dist/archives.json`.
    """
    shutil.rmtree(dist, ignore_errors=True)
    archives = dist / "archives"
    archives.mkdir(parents=True)
    names = {}
    for source in read_sources(repository / "infra" / "topology.json"):
        folder = dist / Path(source).name
        _copy(repository / source, _files(repository / source), folder)
        _copy(repository, imported_modules(repository, repository / source), folder)
        names[source] = pack(folder, archives)
    index = json.dumps(names, indent=2, sort_keys=True) + "\n"
    (dist / "archives.json").write_text(index, encoding="utf-8")
    return names


def pack(folder: Path, archives: Path) -> str:
    """Pack a folder and return the name of the archive: `<folder>-<digest of paths and contents>.zip`.

    Stored, not compressed: the bytes don't depend on the version of a compressor, and a source is small.
    """
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}
    digest = sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{len(name)} {name} {len(content)} ".encode() + content)
    archive = archives / f"{folder.name}-{digest.hexdigest()[:20]}.zip"
    with ZipFile(archive, "w", ZIP_STORED) as packed:
        for name, content in sorted(contents.items()):
            entry = ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, whatever packs it
            entry.external_attr = _MODE << 16
            packed.writestr(entry, content)
    return archive.name


def describe(repository: Path, dist: Path) -> Iterator[str]:
    """Yield a table of the archives: whose they are, how large, and how much of each room they hold."""
    topology = json.loads((repository / "infra" / "topology.json").read_text(encoding="utf-8"))
    rooms = Counter(path.parent for path in (repository / SHARED).rglob("*.py"))
    yield "| archive | functions | files | bytes | holds, of `shared` |"
    yield "| --- | --- | --- | --- | --- |"
    for source in read_sources(repository / "infra" / "topology.json"):
        folder = dist / Path(source).name
        files = list(_files(folder))
        functions = ", ".join(one["name"] for one in topology["functions"] if one["source"] == source)
        held = Counter(repository / path.parent.relative_to(folder) for path in files)
        parts = (
            f"{room.relative_to(repository / SHARED).as_posix()} {held[room]} of {rooms[room]}"
            for room in sorted(rooms)
            if held[room] and room.name != SHARED
        )
        size = sum(path.stat().st_size for path in files)
        yield f"| {folder.name} | {functions} | {len(files)} | {size:,} | {', '.join(parts)} |"


def holders(dist: Path, path: Path) -> list[str]:
    """Return the archives that change with a file: those that hold it."""
    found = []
    for source in json.loads((dist / "archives.json").read_text(encoding="utf-8")):
        folder, own = dist / Path(source).name, Path(source)
        inside = path.relative_to(own) if path.is_relative_to(own) else path
        if (folder / inside).is_file():
            found.append(folder.name)
    return found


def _copy(root: Path, paths: Iterable[Path], target: Path) -> None:
    for path in paths:
        copy = target / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _LEFT_OUT & set(path.relative_to(folder).parts):
            yield path


@click.command()
@click.option("--changed", multiple=True, help="Name the archives that change with this file instead.")
def main(changed: tuple[str, ...]) -> None:
    """Lay out and pack what is deployed, in dist, and say what each archive holds."""
    stage(REPOSITORY, REPOSITORY / "dist")
    for path in changed:
        click.echo(f"{path}: {', '.join(holders(REPOSITORY / 'dist', Path(path))) or 'none'}")
    if not changed:
        click.echo("\n".join(describe(REPOSITORY, REPOSITORY / "dist")))


if __name__ == "__main__":
    main()
