"""The emulator releases that are downloaded where nothing is installed: pinned in `releases.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PINS = Path(__file__).with_name("releases.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One official file. `size` in bytes, `sha256` in lower-case hex."""

    version: str
    url: str
    file: str
    size: int
    sha256: str
    minimum_java: int


def read_release(emulator: str, environ: Mapping[str, str]) -> Release:
    """Return the pin of `firestore` or `pubsub`. EMULATOR_RELEASES_URL names a mirror of the files."""
    pins = json.loads(PINS.read_text(encoding="utf-8"))
    base = environ.get("EMULATOR_RELEASES_URL") or pins["baseUrl"]
    pin = pins[emulator]
    return Release(
        version=pin["version"],
        url=f"{base.rstrip('/')}/{pin['file']}",
        file=pin["file"],
        size=pin["size"],
        sha256=pin["sha256"],
        minimum_java=pin["minimumJava"],
    )


def find_cache_folder(environ: Mapping[str, str]) -> Path:
    """Return where downloads are kept."""
    base = environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "tillpulse"
