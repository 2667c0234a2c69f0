"""The decisions are numbered without a gap, dated, and all in the index."""

from __future__ import annotations

import re

from tests import pages

INDEX, _, ENTRIES = pages.read("DECISIONS.md").partition("\n## Index\n")[2].partition("\n## ")
TITLES = re.findall(r"^## (\d+)\. (.+)$", f"## {ENTRIES}", re.MULTILINE)


def test_numbers_are_complete_and_the_newest_comes_first() -> None:
    assert [int(number) for number, _ in TITLES] == [*range(len(TITLES), 0, -1)]


def test_every_entry_has_a_date_and_a_status() -> None:
    states = re.findall(
        r"^## \d+\. .+\n\d{4}-\d\d-\d\d · (?:proposed|accepted|superseded by \d+(?: and \d+)*)$",
        f"## {ENTRIES}",
        re.MULTILINE,
    )
    assert len(states) == len(TITLES)


def test_the_index_has_every_entry_once_under_its_title() -> None:
    indexed = re.findall(r"^- \[(\d+)\. (.+)\]\(#[^)]+\)$", INDEX, re.MULTILINE)
    assert sorted(indexed) == sorted(TITLES)
