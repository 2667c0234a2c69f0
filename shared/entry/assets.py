"""Stylesheet, scripts and Chart.js as browsers fetch them, and keep them for ever under their hash."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any

from shared.entry.problem import Problem
from shared.entry.views import Answer

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
}
_IMPORT = re.compile(r'^import .+ from "\./(.+)";$', re.MULTILINE)
_FOR_EVER = "public, max-age=31536000, immutable"


class Assets:
    """The files of a folder and its subfolders, each by its own name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def version(self) -> str:
        """One hash of all files: a module finds the others of its version by a relative address."""
        parts = (f"{name}\0{sha256(data).hexdigest()}\n" for name, data in sorted(self._files.items()))
        return sha256("".join(parts).encode()).hexdigest()[:16]

    def answer(self, version: str, name: str) -> Answer[Any]:
        """Return a file. Of another version, the present one, which is then not kept."""
        if name not in self._files:
            raise Problem(HTTPStatus.NOT_FOUND, f"no file {name!r}")
        response: Answer[Any] = Answer(self._files[name], content_type=_TYPES[Path(name).suffix])
        response.headers["Cache-Control"] = _FOR_EVER if version == self.version else "no-cache"
        return response

    def imported(self, script: str) -> list[str]:
        """Return the modules that a script imports, and those that they import, sorted."""
        found: set[str] = set()
        waiting = [script]
        while waiting:
            new = set(self._imports[waiting.pop()]) - found
            found |= new
            waiting += new
        return sorted(found)

    @cached_property
    def _imports(self) -> Mapping[str, Sequence[str]]:
        scripts = {name: data.decode() for name, data in self._files.items() if name.endswith(".js")}
        return {name: _IMPORT.findall(script) for name, script in scripts.items()}

    @cached_property
    def _files(self) -> Mapping[str, bytes]:
        return {path.name: path.read_bytes() for path in self._folder.rglob("*") if path.suffix in _TYPES}
