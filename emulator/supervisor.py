"""The background process behind `up` and `down`."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from emulator.errors import StackError
from emulator.options import REPOSITORY, StackOptions
from emulator.progress import Progress, Report
from emulator.stack import LocalStack
from emulator.state import StateFolder

POLITE_S = 20.0
INSISTENT_S = 10.0
LEAVING_S = 5.0
"""For the interpreter to exit once everything it started is gone."""
ENDED_BY_SIGTERM = 128 + signal.SIGTERM


def supervise(options: StackOptions) -> None:
    """Run a stack until a signal comes, reporting its start on standard output as JSON lines."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    leave_on_signals()
    try:
        stack = LocalStack.start(options, report=lambda progress: _say(asdict(progress)))
    except StackError as error:
        _say({"error": str(error)})
        raise SystemExit(1) from error
    with stack:
        _say({"done": True})
        # The parent stops reading here.
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        while True:
            signal.pause()


def leave_on_signals() -> None:
    """Turn the first SIGTERM or SIGHUP into an orderly exit, as Ctrl-C is; ignore the ones that follow.

    A shell starts its background jobs with SIGINT ignored, and children inherit that: take it back.
    """

    def leave(number: int, _: object) -> None:
        for each in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, leave)


def start_in_background(options: StackOptions, report: Report) -> None:
    """Start a stack that outlives this process, and return once it is ready.

    Raises:
        StackError: it did not start; nothing of it is left.
    """
    folder = StateFolder(options.state_dir.resolve())
    folder.logs.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "emulator", "supervise", "--state-dir", str(folder.path)]
    command += ["--root", str(options.root.resolve()), "--topology", str(options.topology.resolve())]
    command += ["--reload"] * options.reload
    with (folder.logs / "supervisor.log").open("wb") as supervisor_log:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=dict(options.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=supervisor_log,
            start_new_session=True,
        )
    try:
        _follow(process, report, folder)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    process.returncode = 0  # it outlives us on purpose: no warning about it at our exit


def stop_in_background(folder: StateFolder) -> bool:
    """End the stack of this folder, wait until it is gone, and say whether there was one.

    Raises:
        StackError: it is still there.
    """
    holder = folder.find_holder()
    if holder is None:
        folder.stack_file.unlink(missing_ok=True)
        return False
    for number, patience_s in ((signal.SIGTERM, POLITE_S), (signal.SIGKILL, INSISTENT_S)):
        with suppress(ProcessLookupError):
            os.kill(holder, number)
        if _wait_until(lambda: folder.find_holder() is None, patience_s):
            _wait_until(lambda: not _is_alive(holder), LEAVING_S)
            return True
    raise StackError(f"process {holder} does not end; look at {folder.logs / 'supervisor.log'}")


def _follow(process: subprocess.Popen[bytes], report: Report, folder: StateFolder) -> None:
    for line in _read_lines(process):
        if "done" in line:
            return
        if "error" in line:
            process.wait()
            raise StackError(line["error"])
        report(Progress(**line))
    if process.wait() == ENDED_BY_SIGTERM:
        raise StackError("the stack was ended while it started")
    log = folder.logs / "supervisor.log"
    raise StackError(f"the supervisor ended; {log} says:\n{log.read_text(errors='replace')[-3000:]}")


def _read_lines(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    if process.stdout is not None:  # it is a pipe: `start_in_background` asked for one
        with process.stdout as lines:
            for line in lines:
                yield json.loads(line)


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait_until(is_so: Callable[[], bool], patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False
