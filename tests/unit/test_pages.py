"""A stranger can follow every page: the links, files, targets, variables and commands in it exist."""

from __future__ import annotations

import re

import pytest

from emulator.__main__ import main
from tests import pages

MAKEFILE = (pages.ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
VARIABLES = set(re.findall(r"\$\(([A-Z_]+)\)|origin ([A-Z_]+)", MAKEFILE))

of_each_page = pytest.mark.parametrize("page", pages.names())


@of_each_page
def test_links_lead_somewhere(page: str) -> None:
    folder = (pages.ROOT / page).parent
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", pages.read(page)):
        path, _, anchor = link.partition("#")
        target = (folder / path).resolve() if path else pages.ROOT / page
        assert target.exists(), link
        if anchor:
            assert anchor in pages.anchors(str(target.relative_to(pages.ROOT))), link


@of_each_page
def test_files_that_are_named_exist(page: str) -> None:
    named = re.findall(r"`((?:shared|functions|emulator|infra|tests|docs)/[\w./-]+)`", pages.read(page))
    assert [name for name in named if not (pages.ROOT / name).exists()] == []


@of_each_page
def test_make_targets_and_their_variables_exist(page: str) -> None:
    calls = re.findall(r"(?:`|^|&& |run: )make ([a-z-]+)((?: [A-Z_]+=\S+)*)", pages.read(page), re.MULTILINE)
    assert {target for target, _ in calls} <= TARGETS
    given = {name for _, variables in calls for name in re.findall(r"([A-Z_]+)=", variables)}
    assert given <= {name for names in VARIABLES for name in names}


@of_each_page
def test_commands_of_the_local_stack_and_their_options_exist(page: str) -> None:
    for name, rest in re.findall(r"-m emulator ([a-z]+)([^`\n|]*)", pages.read(page)):
        assert name in main.commands
        options = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert set(re.findall(r" (--[a-z-]+)", rest)) <= options
