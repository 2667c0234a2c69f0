"""How soon a fresh instance of each function answers, against an empty function with the same clients.

Both are started as the local stack starts functions, on its emulators, in turns. The round that warms up
leaves their bytecode compiled.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
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
from tests.performance.place import RIVALS, with_functions
from tests.performance.rounds import Tell, compared, take_turns
from tests.performance.rows import Row, Target
from tests.performance.sizes import Sizes

TARGET = Target(sense="<=", limit=1.3)
CLIENTS = {
    "basket-started": "firestore_pubsub_and_valkey",
    "graphql": "firestore_pubsub_and_valkey",
    "order-created": "firestore_pubsub_and_valkey",
    "order-status-changed": "firestore_pubsub_and_valkey",
    "payments": "pubsub_only",
}
"""{function: the clients that its usual first answer takes}; "firestore_only" for all others."""

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


class Start(NamedTuple):
    """One cold start: the time of its imports alone, of its first answer, and what that took."""

    import_ms: float
    answer_ms: float
    processor_ms: float
    memory_mib: float


class Program(NamedTuple):
    """A function's process that is down, and what to ask it first."""

    process: ManagedProcess
    host: str
    new_request: Callable[[], FirstRequest]

    def start(self, _: int) -> Start:
        """Start it, wait for its first answer, and kill it."""
        import_ms, request = _import_ms(self.process.command), self.new_request()
        log = self.process.command.log
        written = log.stat().st_size if log.exists() else 0
        began = time.perf_counter()
        self.process.start()
        try:
            self._ask_until_answered(request)
            answer_ms = (time.perf_counter() - began) * 1000
            _check_outcome(log, written)
            return Start(import_ms, answer_ms, *_resources(self.process))
        finally:
            self.process.kill()
            self.process.stop()

    def _ask_until_answered(self, request: FirstRequest) -> None:
        deadline = time.perf_counter() + _PATIENCE_S
        method, name = "GET" if request.body is None else "POST", self.process.command.name
        while time.perf_counter() < deadline:
            with closing(HTTPConnection(self.host, timeout=_PATIENCE_S)) as connection:
                try:
                    connection.request(method, request.path, request.body, dict(request.headers))
                    answer = connection.getresponse()
                    body = answer.read()
                except ConnectionRefusedError:
                    time.sleep(_POLL_S)
                    continue
            if not 200 <= answer.status < 300 or b'"errors"' in body:
                raise RuntimeError(f"{name} answered {answer.status}: {body!r}")
            return
        raise TimeoutError(f"{name} did not answer")


def measure_cold_starts(options: StackOptions, sizes: Sizes, tell: Tell) -> list[Row]:
    """Return four rows for each function; one takes about 7 s a round."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, Guard() as guard:
        quiet = with_functions(replace(options, state_dir=Path(folder)), sizes.cold_functions)
        functions = read_topology(quiet.topology).functions
        with _quiet_stack(quiet, functions) as stack:
            # Functions that count orders come last: what they leave behind is work for the others.
            for function in reversed(functions):
                clients = CLIENTS.get(function.name, "firestore_only")
                ours = _ours(stack, function)
                rival = _rival(ours.process.command, function, clients, guard)
                contenders = {function.name: ours.start, f"beside {function.name}": rival.start}
                starts = [*take_turns(contenders, sizes.cold_starts, tell=tell).values()]
                rows += _rows(function.name, f"empty function, {clients.replace('_', ' ')}", *starts)
    return rows


@contextmanager
def _quiet_stack(options: StackOptions, functions: Sequence[FunctionSpec]) -> Iterator[LocalStack]:
    """Yield a stack whose functions are down, with an empty store; Pub/Sub pushes nothing to anybody."""
    with LocalStack.start(options) as stack:
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


def _ours(stack: LocalStack, function: FunctionSpec) -> Program:
    host = f"{HOST}:{stack.state.functions[function.name].port}"
    return Program(stack.processes[function.name], host, partial(first_request, function, stack.state))


def _rival(ours: Command, function: FunctionSpec, clients: str, guard: Guard) -> Program:
    """Return the empty function with those clients, run exactly as ours is."""
    folder, port = RIVALS / f"empty_{clients}", PortBook({}).assign(clients)
    command = replace(
        ours,
        name=clients,
        argv=function_command(replace(function, entry_point="answer"), folder, port),
        folder=folder,
        log=ours.log.with_name("rival.log"),
    )
    return Program(ManagedProcess(command, guard), f"{HOST}:{port}", FirstRequest)


def _import_ms(command: Command) -> float:
    ended = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(command.folder / "main.py")],
        env=dict(command.environment),
        cwd=command.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(ended.stdout) * 1000


def _check_outcome(log: Path, written: int) -> None:
    """Raise if a message was acknowledged but refused, which its answer does not tell."""
    with log.open("rb") as file:
        file.seek(written)
        if b'"outcome": "dead_letter"' in (lines := file.read()):
            raise RuntimeError(lines.decode())


def _resources(process: ManagedProcess) -> tuple[float, float]:
    """Return the processor time so far, in ms, and the memory in use, in MiB, of a server and its workers.

    Pages that they share count once.
    """
    server = psutil.Process(process.pid)
    parts = (server, *server.children(recursive=True))
    spent = [part.cpu_times() for part in parts]
    memory = sum(part.memory_full_info().pss for part in parts)
    return sum(times.user + times.system for times in spent) * 1000, memory / 2**20


def _rows(name: str, rival: str, ours: Sequence[Start], theirs: Sequence[Start]) -> list[Row]:
    return [
        compared(
            f"cold start, {name}, {what}",
            unit,
            [start[n] for start in ours],
            (rival, [start[n] for start in theirs]),
            target=TARGET,
        )
        for n, (what, unit) in enumerate(_MEASURES)
    ]
