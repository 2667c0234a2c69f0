"""A file's lines in lists of a size that one commit takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeVar

MOST_LINES = 100
MOST_BYTES = 512 * 1024
"""Seven thousand items of orders, each a write: well below the 10 MiB of a commit."""

LONGEST_LINE = 16 * 1024 * 1024
"""Far above any line that is counted: what is longer is no JSON Lines, and may not fit into memory."""

_BOM = b"\xef\xbb\xbf"


class NoLines(Exception):
    """The file is no JSON Lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line with its end, as it stands in the file; `number` counts from 1."""

    number: int
    data: bytes

    @property
    def content(self) -> bytes:
        """The line without what editors put around it; empty for a blank one."""
        return self.data.removeprefix(_BOM if self.number == 1 else b"").strip()


class HasData(Protocol):
    """Whatever is measured by bytes of a file."""

    @property
    def data(self) -> bytes: ...


_PartT = TypeVar("_PartT", bound=HasData)


def read_lines(file: BinaryIO, lines_before: int) -> Iterator[Line]:
    """Yield the lines from the file's position on, of which so many are passed already.

    Raises:
        NoLines: a line is too long to be one.
    """
    number = lines_before
    while data := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(data) > LONGEST_LINE:
            raise NoLines(f"line {number} is longer than {LONGEST_LINE} bytes: expected JSON Lines")
        yield Line(number=number, data=data)


def cut(parts: Iterable[_PartT], times: int = 1) -> Iterator[list[_PartT]]:
    """Yield the parts in lists that are each as long as may be, or so many times that.

    One that is too long by itself is a list of its own.
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
