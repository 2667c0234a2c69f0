"""The commands of gcloud that pages and messages tell people to run, and what the installed gcloud knows."""

from __future__ import annotations

import ast
import re
import runpy
import shlex
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import pages

_ENDS = "();<>|&\n"
_CODE = re.compile(r"^```\w+\n(.*?)^```$|`([^`\n]+)`", re.DOTALL | re.MULTILINE)


def of_page(page: str) -> list[list[str]]:
    """Return the words of each command in the page's code, without `gcloud`."""
    code = (block or span for block, span in _CODE.findall(pages.read(page)))
    return [words for text in code for words in commands(text)]


def of_messages(path: Path) -> list[list[str]]:
    """Return the words of each command in the texts of a module; what is filled in is an `x`."""
    texts = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        texts.append("".join(map(_text, parts)))
    return [words for text in texts for words in commands(text) if words[0] in _tree()["commands"]]


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command in a piece of shell; variables stay as they are."""
    text = re.sub(r"<([a-z ]+)>", lambda found: found[1].replace(" ", "-"), re.sub(r"\\\n\s*", " ", text))
    for found in re.finditer(r"(?<![\w/.-])gcloud (?=[a-z])", text):
        lexer = shlex.shlex(text[found.end() :], posix=True, punctuation_chars=_ENDS)
        lexer.whitespace, lexer.commenters, lexer.whitespace_split = " \t", "", True
        words = []
        for word in lexer:
            if word[0] in _ENDS or word.startswith("#"):
                break
            words.append(word)
        yield words


def problems(words: Sequence[str]) -> Iterator[str]:
    """Yield what the installed gcloud would not understand; values are compared where gcloud lists them."""
    node, rest = _tree(), list(words)
    while rest and rest[0] in node["commands"]:
        node = node["commands"][rest.pop(0)]
    said = f"gcloud {' '.join(words)}"
    if node["commands"]:
        yield f"{said}: expected one of {sorted(node['commands'])}"
        return
    known = {**_tree()["flags"], **node["flags"]}
    for word in rest:
        name, _, value = word.partition("=")
        if name.startswith("--"):
            kind = known.get(name, known.get(name.replace("--no-", "--", 1)))
            if kind is None:
                yield f"{said}: no flag {name}"
            elif isinstance(kind, list) and value and "$" not in value and value not in kind:
                yield f"{said}: {name} takes {kind}, got {value}"


@cache
def _tree() -> dict[str, Any]:
    """Return what gcloud's own completion of shells knows: its commands, their flags, and flags of all."""
    gcloud = shutil.which("gcloud")
    table = Path(gcloud or "").resolve().parents[1] / "data" / "cli" / "gcloud_completions.py"
    if gcloud is None or not table.is_file():
        pytest.skip("gcloud is not on the PATH; its completion tells which commands and flags there are")
    tree: dict[str, Any] = runpy.run_path(str(table))["STATIC_COMPLETION_CLI_TREE"]
    return tree


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "x"
