"""Lines are taken from a file in lists that one commit takes."""

import io
from itertools import pairwise
from random import Random

import pytest

from shared.importing import batches
from shared.importing.batches import MOST_BYTES, MOST_LINES, Line, NoLines, cut, read_lines


def read(data: bytes, before: int = 0) -> list[Line]:
    return list(read_lines(io.BytesIO(data), before))


def test_lines_are_counted_on_and_together_are_the_file() -> None:
    data = b"\xef\xbb\xbfone\r\n\n  two \nthree"
    lines = read(data)
    assert b"".join(line.data for line in lines) == data
    assert [(line.number, line.content) for line in lines] == [
        (1, b"one"), (2, b""), (3, b"two"), (4, b"three"),
    ]  # fmt: skip
    assert [line.number for line in read(b"a\nb\n", before=7)] == [8, 9]


def test_what_is_one_endless_line_is_no_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LONGEST_LINE", 10)
    assert len(read(b"123456789\n")) == 1
    with pytest.raises(NoLines, match="line 2 is longer than 10 bytes"):
        read(b"1\n" + b"12345678901\n")


def test_lists_keep_every_line_in_its_order_within_both_limits() -> None:
    sizes = Random(1).choices([1, 100, 20_000, 300_000], [100, 100, 10, 1], k=3000)  # noqa: S311
    lines = [Line(number=n, data=b"x" * size) for n, size in enumerate(sizes, 1)]
    lists = list(cut(lines))
    assert [line for batch in lists for line in batch] == lines
    for batch, following in pairwise(lists):
        size = sum(len(line.data) for line in batch)
        assert len(batch) <= MOST_LINES
        assert size <= MOST_BYTES
        assert len(batch) == MOST_LINES or size + len(following[0].data) > MOST_BYTES


def test_a_line_longer_than_a_list_is_one_of_its_own() -> None:
    lines = [Line(number=n, data=b"x" * size) for n, size in enumerate((1, MOST_BYTES + 1, 1), 1)]
    assert list(cut(lines)) == [[line] for line in lines]
    assert list(cut([])) == []
