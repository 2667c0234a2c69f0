"""Processes of the stack: started, ended, and never left behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.guard import Guard
from emulator.options import REPOSITORY
from emulator.processes import Command, ManagedProcess
from emulator.reloader import Reloader
from emulator.state import StateFolder
from emulator.watcher import Watcher
from tests.patience import is_alive, wait_for

# A master with a worker, which outlives it as gunicorn's may for a moment.
MASTER_AND_WORKER = "sleep 300 & echo worker $!; wait"

OWNER = """
import sys, time
from pathlib import Path
from emulator.guard import Guard
from emulator.processes import Command, ManagedProcess
from emulator.state import StateFolder

folder = Path(sys.argv[1])
lock = StateFolder(folder).lock()
guard = Guard(remove=(folder / "stack.json",), keep_open=(lock.fileno(),))
(folder / "stack.json").write_text("{}")
command = Command(name="p", argv=("sh", "-c", sys.argv[2]), environment={"PATH": sys.argv[3]}, folder=folder,
                  log=folder / "p.log")
process = ManagedProcess(command, guard)
process.start()
print(guard.pid, process.pid, flush=True)
time.sleep(300)
"""


def read_worker(log: Path) -> int:
    return wait_for(lambda: int((log.read_text().split() or ["", "0"])[1]) if log.exists() else 0)


@pytest.fixture
def guard() -> Iterator[Guard]:
    with Guard() as guard:
        yield guard


def a_process(folder: Path, guard: Guard, script: str = MASTER_AND_WORKER) -> ManagedProcess:
    command = Command(
        name="p",
        argv=("sh", "-c", script),
        environment={"PATH": os.environ["PATH"]},
        folder=folder,
        log=folder / "p.log",
    )
    return ManagedProcess(command, guard)


def test_stopping_ends_the_whole_group(tmp_path: Path, guard: Guard) -> None:
    process = a_process(tmp_path, guard)
    process.start()
    worker = read_worker(tmp_path / "p.log")
    process.stop()
    assert wait_for(lambda: not is_alive(worker))
    assert process.exit_code() is None
    assert not process.has_died()


def test_a_process_that_will_not_listen_is_ended_all_the_same(tmp_path: Path, guard: Guard) -> None:
    process = a_process(tmp_path, guard, "trap '' TERM; echo ready 1; while :; do sleep 0.05; done")
    process.start()
    read_worker(tmp_path / "p.log")
    pid = process.pid
    process.stop(grace_s=0.2)
    assert pid is not None
    assert wait_for(lambda: not is_alive(pid))


def test_a_paused_process_can_be_stopped(tmp_path: Path, guard: Guard) -> None:
    process = a_process(tmp_path, guard)
    process.start()
    worker = read_worker(tmp_path / "p.log")
    process.pause()
    process.stop()
    assert wait_for(lambda: not is_alive(worker))


def test_the_environment_is_the_one_given(tmp_path: Path, guard: Guard) -> None:
    process = a_process(tmp_path, guard, "env; echo in $PWD")
    process.start()
    text = wait_for(lambda: (tmp_path / "p.log").read_text())
    process.stop()
    assert "HOME=" not in text


def test_what_dies_is_started_again_and_what_was_stopped_is_not(tmp_path: Path, guard: Guard) -> None:
    (tmp_path / "other").mkdir()
    process, other = a_process(tmp_path, guard), a_process(tmp_path / "other", guard)
    for started in (process, other):
        started.start()
    worker, first = read_worker(tmp_path / "p.log"), process.pid
    restarts: list[int | None] = []
    watched = {"p": process, "other": other}
    watcher = Watcher(restarted=watched, reported={}, on_restart=lambda: restarts.append(process.pid))
    try:
        assert first is not None
        os.kill(first, signal.SIGKILL)  # the master only
        wait_for(lambda: restarts)
        assert restarts[0] != first
        assert not is_alive(worker)
        process.stop()
        for restarted in (2, 3):  # the watcher looks at both each time
            other.kill()
            wait_for(lambda: len(restarts) == restarted)  # noqa: B023
        assert process.pid is None
    finally:
        watcher.close()
        process.stop()
        other.stop()


def test_a_changed_source_restarts_the_processes_that_run_it(tmp_path: Path, guard: Guard) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    for folder in (mine, other):
        folder.mkdir()
    code = mine / "main.py"
    code.write_text("before")
    changing, unchanged = (
        a_process(folder, guard, "cat main.py; exec sleep 300") for folder in (mine, other)
    )
    for process in (changing, unchanged):
        process.start()
    former, restarts = (changing.pid, unchanged.pid), threading.Event()
    reloader = Reloader({mine: [changing], other: [unchanged]}, restarts.set)
    try:
        code.write_text("after")
        assert restarts.wait(60)
        wait_for(lambda: "after" in (mine / "p.log").read_text())
        assert (changing.pid == former[0], unchanged.pid == former[1]) == (False, True)
    finally:
        reloader.close()
        changing.stop()
        unchanged.stop()


def test_a_killed_owner_leaves_nothing_behind(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", OWNER, str(tmp_path), MASTER_AND_WORKER, os.environ["PATH"]]
    with subprocess.Popen(arguments, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pids = [int(word) for word in owner.stdout.readline().split()]
        pids.append(read_worker(tmp_path / "p.log"))
        assert StateFolder(tmp_path).find_holder() == owner.pid
        owner.kill()
    wait_for(lambda: not any(is_alive(pid) for pid in pids))
    assert not (tmp_path / "stack.json").exists()
    assert StateFolder(tmp_path).find_holder() is None


def test_a_group_that_was_forgotten_is_left_alone() -> None:
    stranger = subprocess.Popen(["sleep", "300"], start_new_session=True)
    try:
        with Guard() as guard:
            os.write(guard.fd, b"%d\n" % stranger.pid)
            guard.forget(stranger.pid)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
