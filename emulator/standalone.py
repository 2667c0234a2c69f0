"""One server alone, for the tests that need no more: `with run_firestore(folder) as server:`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.download_bar import download_with_bar
from emulator.guard import Guard
from emulator.options import REPOSITORY
from emulator.ports import PortBook
from emulator.processes import ManagedProcess
from emulator.readiness import wait_until_ready
from emulator.services import Bench, Service


class Server:
    """A server on a port that stays its own: stopped and started, it is found where it was.

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


@contextmanager
def run_firestore(folder: Path) -> Iterator[Server]:
    """Run a Firestore emulator of its own, with its log in `folder`."""
    with _run(folder, _bench(folder).build_firestore()) as server:
        yield server


@contextmanager
def run_pubsub(folder: Path) -> Iterator[Server]:
    """Run a Pub/Sub emulator of its own, with its log in `folder`."""
    with _run(folder, _bench(folder).build_pubsub()) as server:
        yield server


@contextmanager
def run_valkey(folder: Path) -> Iterator[Server]:
    """Run a Valkey or Redis server of its own, with its log in `folder`."""
    with _run(folder, _bench(folder).build_valkey()) as server:
        yield server


@contextmanager
def run_customer_api(folder: Path) -> Iterator[Server]:
    """Run a customer API of its own, with its log in `folder`."""
    with _run(folder, _bench(folder).build_customer_api(REPOSITORY)) as server:
        yield server


def _bench(folder: Path) -> Bench:
    return Bench(
        folder=folder, logs=folder, ports=PortBook({}), environ=dict(os.environ), download=download_with_bar
    )


@contextmanager
def _run(folder: Path, service: Service) -> Iterator[Server]:
    folder.mkdir(parents=True, exist_ok=True)
    with Guard() as guard:
        server = Server(service, guard)
        try:
            server.start()
            yield server
        finally:
            server.stop()
