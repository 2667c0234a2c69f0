"""How soon a fresh instance of each function answers, beside an empty function with the same Google client.

Both sides are started as the local stack starts functions, on its emulators, in turns. Both have their
bytecode compiled already: the first, unmeasured start of each leaves it behind.
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import psutil
import requests

from emulator.commands import function_command
from emulator.guard import Guard
from emulator.local_http import request_json
from emulator.options import StackOptions
from emulator.ports import HOST, PortBook
from emulator.processes import Command, ManagedProcess
from emulator.stack import LocalStack
from emulator.topology import FunctionSpec, read_topology
from tests.performance.first_requests import STORE, FirstRequest, first_request
from tests.performance.rounds import compared, take_turns
from tests.performance.rows import Row, Target

TARGET = Target(sense="<=", limit=1.3)
RIVALS = {
    "basket-started": "firestore_and_pubsub",
    "graphql": "firestore_and_pubsub",
    "order-created": "firestore_and_pubsub",
    "order-status-changed": "firestore_and_pubsub",
    "payments": "pubsub_only",
}
"""Which empty function has the clients that the function's usual first answer takes; others: Firestore's."""

_MEASURES = (("imports", "ms"), ("first answer", "ms"), ("processor time", "ms"), ("memory", "MiB"))
"""In the order of a `Start`. A busy machine disturbs the processor time least."""

_PATIENCE_S = 60.0
_POLL_S = 0.002
_IMPORT = """
import sys, time
began = time.perf_counter()
import functions_framework
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("main", sys.argv[1])
module = sys.modules["main"] = module_from_spec(spec)
spec.loader.exec_module(module)
print(time.perf_counter() - began)
"""


class Contender(NamedTuple):
    """A program that can be started and asked."""

    process: ManagedProcess
    source: Path
    host: str
    request: FirstRequest


class Start(NamedTuple):
    """One cold start: how long its imports take, when the first answer came, what that took."""

    import_ms: float
    answer_ms: float
    processor_ms: float
    memory_mib: float


def measure_cold_starts(rounds: int = 7) -> list[Row]:
    """Measure every function of the topology and return four rows for each; about 4 s for each and round."""
    rows: list[Row] = []
    functions = read_topology(StackOptions().topology).functions
    with _quiet_stack(functions) as stack, Guard() as guard:
        # Those that count orders come last: what they leave would be work for the others.
        for function in reversed(functions):
            rival = RIVALS.get(function.name, "firestore_only")
            rows += _rows(function.name, rival, *_measure(stack, guard, function, rival, rounds))
    return rows


@contextmanager
def _quiet_stack(functions: Sequence[FunctionSpec]) -> Iterator[LocalStack]:
    """Yield a stack whose functions are down, with an empty store; Pub/Sub pushes nothing to anybody."""
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalStack.start(StackOptions(ports={}, state_dir=Path(folder))) as stack,
    ):
        state = stack.state
        requests.put(
            f"{state.urls['dashboard']}/stores/{STORE}",
            json={"name": STORE, "timezone": "UTC", "currency": "BRL"},
            headers={"Authorization": f"Bearer {state.token}"},
            timeout=30,
        ).raise_for_status()
        for function in functions:
            stack.processes[function.name].stop()
            if function.topic is not None:
                name = f"/v1/projects/{state.project_id}/subscriptions/{function.name}"
                request_json(state.pubsub_host, "DELETE", name)
        yield stack


def _measure(
    stack: LocalStack, guard: Guard, function: FunctionSpec, rival: str, rounds: int
) -> tuple[Sequence[Start], Sequence[Start]]:
    """Start the function and its rival in turns and return the starts of each."""
    process = stack.processes[function.name]
    source, host = process.command.folder / "main.py", f"{HOST}:{stack.state.functions[function.name].port}"
    empty = _rival(process.command, function, rival, guard)
    starts = take_turns(
        {
            "ours": lambda _: _start(Contender(process, source, host, first_request(function, stack.state))),
            "theirs": lambda _: _start(empty),
        },
        rounds,
    )
    return starts["ours"], starts["theirs"]


def _rival(command: Command, function: FunctionSpec, name: str, guard: Guard) -> Contender:
    """Return the empty function, to be run exactly as the command runs ours."""
    folder, port = Path(__file__).parent / "rivals" / name, PortBook({}).assign(name)
    beside = replace(
        command,
        name=name,
        argv=function_command(replace(function, entry_point="answer"), folder, port),
        folder=folder,
        log=command.log.with_name("rival.log"),
    )
    return Contender(ManagedProcess(beside, guard), folder / "main.py", f"{HOST}:{port}", FirstRequest())


def _start(contender: Contender) -> Start:
    import_ms = _import_ms(contender)
    process = contender.process
    log = process.command.log
    written = log.stat().st_size if log.exists() else 0
    began = time.perf_counter()
    process.start()
    try:
        _ask_until_answered(contender)
        answer_ms = (time.perf_counter() - began) * 1000
        _check_outcome(log, written)
        return Start(import_ms, answer_ms, *_resources(process))
    finally:
        process.kill()
        process.stop()


def _import_ms(contender: Contender) -> float:
    command = contender.process.command
    ended = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(contender.source)],
        env=dict(command.environment),
        cwd=command.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(ended.stdout) * 1000


def _ask_until_answered(contender: Contender) -> None:
    asked, deadline = contender.request, time.perf_counter() + _PATIENCE_S
    method = "GET" if asked.body is None else "POST"
    while time.perf_counter() < deadline:
        connection = http.client.HTTPConnection(contender.host, timeout=_PATIENCE_S)
        try:
            connection.request(method, asked.path, asked.body, dict(asked.headers))
            answer = connection.getresponse()
            body = answer.read()
        except ConnectionRefusedError:
            time.sleep(_POLL_S)
            continue
        finally:
            connection.close()
        if not 200 <= answer.status < 300 or b'"errors"' in body:
            raise RuntimeError(f"{contender.process.command.name} answered {answer.status}: {body!r}")
        return
    raise TimeoutError(f"{contender.process.command.name} did not answer")


def _check_outcome(log: Path, written: int) -> None:
    """Raise for a message that was acknowledged but refused: its answer says nothing of it."""
    with log.open("rb") as file:
        file.seek(written)
        if b'"outcome": "dead_letter"' in (said := file.read()):
            raise RuntimeError(said.decode())


def _resources(process: ManagedProcess) -> tuple[float, float]:
    """Return the processor time so far, in ms, and the memory in use, in MiB, of master and worker together.

    Pages that they share count once.
    """
    master = psutil.Process(process.pid)
    parts = (master, *master.children(recursive=True))
    spent = [part.cpu_times() for part in parts]
    memory = sum(part.memory_full_info().pss for part in parts)
    return sum(times.user + times.system for times in spent) * 1000, memory / 2**20


def _rows(name: str, rival: str, ours: Sequence[Start], theirs: Sequence[Start]) -> Iterator[Row]:
    for n, (what, unit) in enumerate(_MEASURES):
        yield compared(
            f"cold start, {name}, {what}",
            unit,
            [start[n] for start in ours],
            (f"empty function, {rival.replace('_', ' ')}", [start[n] for start in theirs]),
            target=TARGET,
        )
