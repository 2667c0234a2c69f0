"""One server alone, for tests that need no whole stack: `with run_firestore(folder) as server:`."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from emulator.guard import Guard
from emulator.ports import PortBook
from emulator.processes import ManagedProcess
from emulator.readiness import wait_until_ready
from emulator.services import Builder, Service


class Server:
    """A server that keeps its port when it is stopped and started.

    Attributes:
        host: `address:port`.
        process: to be paused, resumed or killed.
    """

    def __init__(self, service: Service, guard: Guard) -> None:
        """Remember what to run; nothing is started yet."""
        self.host = service.address
        self.process = ManagedProcess(service.command, guard)
        self._service = service

    def start(self, *, timeout_s: float = 60.0) -> None:
        """Start it and return once it serves. Raises ProcessFailed with the end of its log."""
        self.process.start()
        wait_until_ready(self.process, self._service.is_ready, timeout_s=timeout_s)

    def stop(self) -> None:
        """End it. An emulator loses its data."""
        self.process.stop()


Run = Callable[[Path], AbstractContextManager[Server]]
"""Runs a server of its own, with its log in the folder, until the `with` block ends."""


def _runs(build: Callable[[Builder], Service]) -> Run:
    @contextmanager
    def run(folder: Path) -> Iterator[Server]:
        folder.mkdir(parents=True, exist_ok=True)
        builder = Builder(folder=folder, logs=folder, ports=PortBook({}), environ=dict(os.environ))
        with Guard() as guard:
            server = Server(build(builder), guard)
            try:
                server.start()
                yield server
            finally:
                server.stop()

    return run


run_firestore = _runs(Builder.build_firestore)
run_pubsub = _runs(Builder.build_pubsub)
run_valkey = _runs(Builder.build_valkey)
run_customer_api = _runs(Builder.build_customer_api)
