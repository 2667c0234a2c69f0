"""The command line, as a developer uses it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from emulator import local_http
from emulator.options import REPOSITORY, StackOptions
from emulator.state import StateFolder, read_state
from tests.contract.small_tree import require_programs, write_small_tree
from tests.patience import is_alive, wait_for


class Shell:
    """Runs commands against one stack."""

    def __init__(self, options: StackOptions) -> None:
        self.folder = StateFolder(options.state_dir)
        self.root = options.root
        self._options = options

    def build(self, command: str, *arguments: str) -> list[str]:
        source = ["--root", str(self._options.root), "--topology", str(self._options.topology)]
        more = source if command == "up" else []
        head = [sys.executable, "-m", "emulator", command, "--state-dir", str(self.folder.path)]
        return [*head, *more, *arguments]

    def start(self, command: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.build(command, *arguments),
            cwd=REPOSITORY,
            env=dict(self._options.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str, *arguments: str, given: str = "") -> tuple[int, str]:
        answer = subprocess.run(
            self.build(command, *arguments),
            cwd=REPOSITORY,
            env=dict(self._options.environ),
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        return answer.returncode, answer.stdout + answer.stderr

    def list_processes(self) -> list[int]:
        """Return everything that belongs to the stack: what was started from its folders."""
        mark = str(self._options.root)
        return [
            process.pid
            for process in psutil.process_iter(["cmdline", "cwd"])
            if mark in " ".join([*(process.info["cmdline"] or []), process.info["cwd"] or ""])
        ]


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    require_programs()
    shell = Shell(write_small_tree(tmp_path))
    yield shell
    shell.run("down")


def ask(url: str) -> bytes:
    """Return the answer to a GET; empty where there is none."""
    with suppress(OSError, HTTPException):
        return local_http.request(urlsplit(url).netloc, "GET", "/")[1]
    return b""


def test_a_stack_is_started_used_and_ended(shell: Shell) -> None:
    code, said = shell.run("up", "--reload")
    assert code == 0, said
    assert "Everything is up after" in said
    state = read_state(shell.folder.stack_file)
    web = shell.root / "functions" / "web" / "main.py"
    web.write_text(web.read_text().replace("dict(os.environ)", "'new code'"))
    wait_for(lambda: ask(state.urls["web"]) == b"new code")

    assert "already up" in shell.run("up")[1]
    assert state.urls["web"] in shell.run("up")[1]
    code, said = shell.run("publish", "orders", given='{"n": 1}\n{"n": 2}\n')
    assert (code, said.startswith("Published 2 messages to orders: ")) == (0, True)
    code, said = shell.run("publish", "nope", given="{}")
    assert (code, "choose one of" in said) == (1, True)
    code, token = shell.run("token", "--store", "s-1", "--role", "viewer")
    assert (code, token.count(".")) == (0, 2)
    assert "is ready" in shell.run("logs", "supervisor")[1]

    code, said = shell.run("down")
    assert (code, said.startswith("Ended in"), "so it is gone" in said) == (0, True, True)
    assert shell.list_processes() == []
    assert not shell.folder.stack_file.exists()
    assert shell.run("down") == (0, "Nothing is running.\n")


def test_without_a_stack_every_command_names_the_one_that_starts_it(shell: Shell) -> None:
    for command in (["token"], ["publish", "orders"]):
        code, said = shell.run(*command, given="{}")
        assert (code, "python -m emulator up" in said) == (1, True)


def test_a_killed_supervisor_leaves_nothing_behind(shell: Shell) -> None:
    code, said = shell.run("up")
    assert code == 0, said
    state = read_state(shell.folder.stack_file)
    os.kill(state.supervisor_pid, signal.SIGKILL)
    wait_for(lambda: not any(is_alive(pid) for pid in shell.list_processes()))
    wait_for(lambda: shell.folder.find_holder() is None)
    assert not shell.folder.stack_file.exists()


def test_ctrl_c_while_it_starts_leaves_nothing_behind(shell: Shell) -> None:
    with shell.start("up") as up:
        wait_for(lambda: len(shell.list_processes()) > 4)
        up.send_signal(signal.SIGINT)
        up.wait()
    assert up.returncode != 0
    wait_for(lambda: shell.folder.find_holder() is None)
    assert not any(is_alive(pid) for pid in shell.list_processes())


def test_a_start_that_was_ended_by_down_says_so(shell: Shell) -> None:
    with shell.start("up") as up:
        wait_for(lambda: len(shell.list_processes()) > 4)
        assert shell.run("down")[0] == 0
        said = up.communicate()[0]
    assert "ended while it started" in said


def test_a_broken_function_is_explained(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "functions" / "web" / "main.py").write_text("import a_module_that_is_not_there\n")
    code, said = shell.run("up")
    assert code == 1
    assert "web ended at once" in said
    assert "No module named 'a_module_that_is_not_there'" in said
    assert not any(is_alive(pid) for pid in shell.list_processes())


def test_a_state_file_of_a_crash_is_no_running_stack(shell: Shell) -> None:
    shell.folder.path.mkdir(parents=True, exist_ok=True)
    shell.folder.stack_file.write_text(json.dumps({}))
    assert shell.run("down") == (0, "Nothing is running.\n")
    assert not shell.folder.stack_file.exists()
