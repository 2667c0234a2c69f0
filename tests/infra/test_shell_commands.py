"""Every command of gcloud that a page, a message or a script of ours names is one that gcloud knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from infra import ask_project, restore_drill, traffic
from tests import pages
from tests.infra.shell_commands import commands, of_messages, of_page, problems

PAGES = [page for page in pages.names() if page != "DECISIONS.md" and of_page(page)]
MODULES = [path for path in (pages.ROOT / "infra").glob("*.py") if "gcloud " in path.read_text()]
NEWER = {
    "firestore databases clone": {"--destination-database", "--snapshot-time", "--source-database"},
    "monitoring policies list": {"--filter"},
}
"""{command that came in 2025: its flags that we use}, from its reference; gcloud 528 lacks them."""


def unknown(found: Sequence[Sequence[str]]) -> list[str]:
    return [problem for words in found if not is_newer(words) for problem in problems(words)]


def is_newer(words: Sequence[str]) -> bool:
    flags = {word.partition("=")[0] for word in words if word.startswith("--")}
    return any(" ".join(words).startswith(name) and flags <= NEWER[name] for name in NEWER)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_commands_and_flags_that_there_are(page: str) -> None:
    assert unknown(of_page(page)) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_message_names_commands_and_flags_that_there_are(path: Any) -> None:
    assert unknown(of_messages(path)) == []


def test_scripts_run_commands_with_flags_that_there_are() -> None:
    ran: list[Sequence[str]] = []
    backup = {"state": "READY", "database": "tillpulse", "snapshotTime": "2026-11-25T03:00:00Z", "name": "b"}

    def run(arguments: Sequence[str]) -> list[dict[str, Any]]:
        ran.append([*arguments, "--format=json", "--quiet"])
        return [{"account": "me", "status": "ACTIVE", "done": True, **backup}]

    def judge(database: str, at: datetime) -> Any:
        raise restore_drill.DrillFailed(f"{database} as of {at} is not judged here")

    ask_project.ask("my-project", run)
    traffic.send(run, "europe-west1", traffic.Move("fold", "fold-2", "fold-1"), 50)
    with pytest.raises(restore_drill.DrillFailed, match="not judged here"):
        restore_drill.drill("tillpulse", run, judge)
    assert len(ran) == 17
    assert unknown(ran) == []


def test_wrong_commands_are_seen() -> None:
    text = """
        x="$(gcloud auth print-tokens)"  # a comment of gcloud
        gcloud pubsub topics create a --labelz=b | gcloud run deploy s --ingress=everywhere && true
    """
    found = [problem for words in commands(text) for problem in problems(words)]
    assert [problem.partition(": ")[2].partition(" [")[0] for problem in found] == [
        "expected one of",
        "no flag --labelz",
        "--ingress takes",
    ]


@pytest.mark.parametrize("page", pages.names())
def test_modules_that_a_page_runs_take_the_options_that_it_gives(page: str) -> None:
    text = re.sub(r"\\\n\s*", " ", pages.read(page))
    for name, rest in re.findall(r"python -m (infra(?:\.\w+)+)([^`\n|#]*)", text):
        assert (pages.ROOT / f"{name.replace('.', '/')}.py").is_file() or find_spec(f"{name}.__main__"), name
        given = set(re.findall(r" (--[a-z-]+)", rest))
        if given:
            command = import_module(name).main
            assert given <= {option for parameter in command.params for option in parameter.opts}, name
