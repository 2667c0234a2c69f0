"""The servers of a test run; emulators start once for all of xdist's workers, when a test first asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from multiprocessing.managers import BaseManager
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any, Literal, Protocol

from emulator.ports import HOST
from emulator.standalone import Server, run_firestore, run_pubsub, run_valkey
from tests.missing import required


@contextmanager
def running_valkey(folder: Path) -> Iterator[Server]:
    with ExitStack() as stack:
        with required():
            server = stack.enter_context(run_valkey(folder))
        yield server


class Emulators(Protocol):
    """The emulators of this process, or of the one that started it as a worker."""

    def host(self, name: Literal["firestore", "pubsub"]) -> str:
        """Return an emulator's `address:port`. Raises StackError where it can't be started."""


class OwnEmulators:
    """Emulators that run until they are closed. Safe to share between threads."""

    def __init__(self) -> None:
        self._running = ExitStack()
        self._hosts: dict[str, str] = {}
        self._lock = Lock()

    def host(self, name: Literal["firestore", "pubsub"]) -> str:
        run = {"firestore": run_firestore, "pubsub": run_pubsub}[name]
        with self._lock:
            if name not in self._hosts:
                folder = Path(self._running.enter_context(TemporaryDirectory(prefix=f"{name}-")))
                self._hosts[name] = self._running.enter_context(run(folder)).host
            return self._hosts[name]

    @cached_property
    def address(self) -> tuple[str, int, str]:
        """What other processes of this machine need to `ask` for them."""
        key = token_hex()
        _Manager.register("emulators", callable=lambda: self, exposed=["host"])
        server: Any = _Manager((HOST, 0), key.encode()).get_server()
        Thread(target=server.serve_forever, daemon=True).start()
        return *server.address, key

    def close(self) -> None:
        self._running.close()


def ask(host: str, port: int, key: str) -> Emulators:
    """Return the emulators of the process that serves them at this address."""
    _Manager.register("emulators")
    manager: Any = _Manager((host, port), key.encode())
    manager.connect()
    found: Emulators = manager.emulators()
    return found


class _Manager(BaseManager):
    """Carries calls from one process to another."""
