"""How far a file was imported, kept beside it, so that an interrupted import can resume."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from shared.importing.batches import Line
from shared.importing.count import Counted
from shared.importing.lines import refusal

_PIECE_BYTES = 1024 * 1024


class ImportUnderWay(Exception):
    """Another process is importing the same file."""


@dataclass(slots=True, kw_only=True)
class Position:
    """What is done: bytes and lines of the file, the lines' outcomes, bytes of refusals."""

    offset: int = 0
    lines: int = 0
    refused_bytes: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


class Journal:
    """The file, `FILE.progress` while it isn't done, and `FILE.refused.jsonl` if lines were refused.

    Progress holds for one target and for the bytes read so far, identified by their SHA-256. A changed file
    or another target is imported from the beginning.

    Args:
        path: the file.
        target: a text that identifies where it is imported to.
    """

    def __init__(self, path: Path, target: str) -> None:
        self.file: BinaryIO = path.open("rb")
        self.position = Position()
        self.progress_path = path.with_name(f"{path.name}.progress")
        self.refused_path = path.with_name(f"{path.name}.refused.jsonl")
        self._path = path
        self._target = target
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        """Lock the file and seek to where an earlier run stopped.

        Raises:
            ImportUnderWay: another process holds the lock.
        """
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.file.close()
            raise ImportUnderWay("another process is importing this file") from None
        self.position = self._find_position()
        if self.refused_path.exists() and not self.position.offset:
            self._set_refusals_aside()
        elif self.refused_path.exists():
            with self.refused_path.open("ab") as refused:
                self.position.refused_bytes = min(self.position.refused_bytes, refused.tell())
                refused.truncate(self.position.refused_bytes)
        self.file.seek(self.position.offset)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close and unlock the file."""
        self.file.close()

    @property
    def size(self) -> int:
        """The file's size in bytes."""
        return self._path.stat().st_size

    @property
    def is_done(self) -> bool:
        return self.position.offset == self.size

    def record(self, lines: Sequence[Line], counted: Counted) -> None:
        """Record that the next lines are done. Refusals first: a resumed run cuts off unrecorded ones."""
        position = self.position
        if counted.refusals:
            position.refused_bytes += self._write_refusals(counted)
        for line in lines:
            self._digest.update(line.data)
            position.offset += len(line.data)
        position.lines += len(lines)
        position.outcomes += counted.outcomes
        known = {part.name: getattr(position, part.name) for part in fields(position)}
        note = {"target": self._target, "sha256": self._digest.hexdigest(), **known}
        part = self.progress_path.with_name(f"{self.progress_path.name}.part")
        part.write_text(json.dumps(note), encoding="utf-8")
        part.replace(self.progress_path)

    def finish(self) -> None:
        """Delete the progress: the file is done, and another run starts from the beginning."""
        self.progress_path.unlink(missing_ok=True)

    def _find_position(self) -> Position:
        try:
            note = json.loads(self.progress_path.read_text(encoding="utf-8"))
            position = Position(**{part.name: note[part.name] for part in fields(Position)})
            position.outcomes = Counter(position.outcomes)
            self._read_until(position.offset)
            if (self._target, self._digest.hexdigest()) == (note["target"], note["sha256"]):
                return position
        except (OSError, ValueError, KeyError, TypeError):
            pass
        self._digest = hashlib.sha256()
        return Position()

    def _read_until(self, offset: int) -> None:
        while piece := self.file.read(min(_PIECE_BYTES, offset - self.file.tell())):
            self._digest.update(piece)

    def _write_refusals(self, counted: Counted) -> int:
        lines = [refusal(r.line.number, r.line.content, r.reason) for r in counted.refusals]
        with self.refused_path.open("ab") as refused:
            refused.writelines(lines)
            refused.flush()
            os.fsync(refused.fileno())
        return sum(map(len, lines))

    def _set_refusals_aside(self) -> None:
        """Keep an earlier run's refusals: somebody may be correcting them."""
        number = 1
        while (aside := self.refused_path.with_name(f"{self.refused_path.name}.{number}")).exists():
            number += 1
        self.refused_path.rename(aside)
