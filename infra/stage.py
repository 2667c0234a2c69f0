"""Lays out what is deployed: `dist/<folder>/` for each folder of functions, and an archive of each.

An archive is named by its content and made the same byte for byte wherever and whenever: an unchanged folder
has the name it had, and Terraform leaves its functions alone. `dist/archives.json` says which is whose.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

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
        _copy(repository / source, folder)
        _copy(repository / SHARED, folder / SHARED)
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


def _copy(source: Path, target: Path) -> None:
    for path in _files(source):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _LEFT_OUT & set(path.relative_to(folder).parts):
            yield path


if __name__ == "__main__":
    for staged in stage(REPOSITORY, REPOSITORY / "dist").values():
        sys.stdout.write(f"dist/archives/{staged}\n")
