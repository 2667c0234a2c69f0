"""Cut a file's lines into batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeVar

MOST_LINES = 100
MOST_BYTES = 512 * 1024
"""Of a batch: about seven thousand order items. The ledger commits it in parts where it has to."""

LONGEST_LINE = 16 * 1024 * 1024
"""Far above any valid line. A longer one means that the file is no JSON Lines; it may not fit into memory."""

_BOM = b"\xef\xbb\xbf"


class NoLines(Exception):
    """The file is not JSON Lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the file, with its line ending; `number` counts from 1."""

    number: int
    data: bytes

    @property
    def content(self) -> bytes:
        """The line without byte-order mark and white space; empty for a blank line."""
        return self.data.removeprefix(_BOM if self.number == 1 else b"").strip()


class HasData(Protocol):
    """Something measured in bytes of the file."""

    @property
    def data(self) -> bytes: ...


_PartT = TypeVar("_PartT", bound=HasData)


def read_lines(file: BinaryIO, lines_before: int) -> Iterator[Line]:
    """Yield the lines from the file's position on; `lines_before` of them were read earlier.

    Raises:
        NoLines: a line is too long.
    """
    number = lines_before
    while data := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(data) > LONGEST_LINE:
            raise NoLines(f"line {number} is longer than {LONGEST_LINE} bytes: expected JSON Lines")
        yield Line(number=number, data=data)


def cut(parts: Iterable[_PartT], times: int = 1) -> Iterator[list[_PartT]]:
    """Yield the parts in batches of up to `times` the usual size.

    A part that is too large by itself is a batch of its own.
    """
    batch: list[_PartT] = []
    size = 0
    for part in parts:
        if batch and (len(batch) == times * MOST_LINES or size + len(part.data) > times * MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(part)
        size += len(part.data)
    if batch:
        yield batch
