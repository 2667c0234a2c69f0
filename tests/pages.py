"""The Markdown pages of the repository, cut into what tests check and run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block of code. `heading` is the one that it stands under."""

    language: str
    text: str
    heading: str


def names() -> list[str]:
    """Return the path of every page, from the repository's root."""
    folders = (ROOT, ROOT / "docs", ROOT / "infra")
    return [str(path.relative_to(ROOT)) for folder in folders for path in sorted(folder.glob("*.md"))]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str) -> list[Block]:
    """Return the page's blocks of code in their order."""
    text = read(name)
    headings = [(found.start(), found[1]) for found in _HEADING.finditer(_without_code(text))]
    return [
        Block(
            language=found[1],
            text=found[2],
            heading=next((title for start, title in reversed(headings) if start < found.start()), ""),
        )
        for found in _FENCE.finditer(text)
    ]


def anchors(name: str) -> set[str]:
    """Return the anchors that GitHub gives the page's headings."""
    titles = (found[1] for found in _HEADING.finditer(_without_code(read(name))))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _without_code(text: str) -> str:
    """Return the text with its code blanked, so that a comment there is no heading; offsets stay."""
    return _FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
