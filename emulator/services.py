"""The programs that the stack runs: the command, port and environment of each, and when it is ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from emulator import commands, readiness
from emulator.download_bar import download_with_bar
from emulator.environment import build_function_environment, build_program_environment
from emulator.jars import FIRESTORE, PUBSUB, Emulator, find_jar
from emulator.java import find_java
from emulator.options import REPOSITORY
from emulator.ports import HOST, PortBook
from emulator.processes import Command
from emulator.topology import FunctionSpec
from emulator.valkey import find_valkey_server


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One program: how it is run, when it is ready, and whether it is restarted when it dies.

    An emulator is not restarted: its data died with it, and a restart would hide that.
    """

    command: Command
    port: int
    is_ready: Callable[[], bool]
    is_restarted: bool

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{HOST}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Builds each service: finds its program, gives it a port and an environment."""

    folder: Path
    logs: Path
    ports: PortBook
    environ: Mapping[str, str]

    def build_firestore(self) -> Service:
        """Return the Firestore emulator."""
        return self._emulator(FIRESTORE)

    def build_pubsub(self) -> Service:
        """Return the Pub/Sub emulator."""
        return self._emulator(PUBSUB)

    def build_valkey(self) -> Service:
        """Return the Valkey or Redis server."""
        port = self.ports.assign("valkey")
        argv = commands.valkey_command(find_valkey_server(), port)
        return self._program("valkey", argv, port, readiness.answers_ping, is_restarted=True)

    def build_customer_api(self) -> Service:
        """Return the mock customer API; it remembers its faults only, so it may be restarted."""
        port = self.ports.assign("externalApi")
        argv = commands.customer_api_command(port)
        added = {"PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}
        return self._program(
            "externalApi", argv, port, readiness.has_http_answer, is_restarted=True, environment=added
        )

    def build_function(
        self,
        function: FunctionSpec,
        *,
        root: Path,
        values: Mapping[str, str],
        emulator_hosts: Mapping[str, str],
        secret: str,
    ) -> Service:
        """Return one function, run in its own folder as it is when deployed."""
        folder, port = root / function.source, self.ports.assign(function.name)
        environment = build_function_environment(
            function,
            root=root,
            values=values,
            emulator_hosts=emulator_hosts,
            secret=secret,
            environ=self.environ,
        )
        check = readiness.serves_http_function if function.topic is None else readiness.serves_event_function
        command = Command(
            name=function.name,
            argv=commands.function_command(function, folder, port),
            environment=environment,
            folder=folder,
            log=self.logs / f"{function.name}.log",
        )
        return Service(
            command=command, port=port, is_ready=partial(check, f"{HOST}:{port}"), is_restarted=True
        )

    def _emulator(self, emulator: Emulator) -> Service:
        jar, port = find_jar(emulator, self.environ, download_with_bar), self.ports.assign(emulator.name)
        argv = commands.emulator_command(find_java(jar.minimum_java), jar, port)
        return self._program(emulator.name, argv, port, readiness.has_http_answer)

    def _program(
        self,
        name: str,
        argv: tuple[str, ...],
        port: int,
        is_ready: Callable[[str], bool],
        *,
        is_restarted: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> Service:
        command = Command(
            name=name,
            argv=argv,
            environment={**build_program_environment(self.environ), **(environment or {})},
            folder=self.folder,
            log=self.logs / f"{name}.log",
        )
        return Service(
            command=command,
            port=port,
            is_ready=partial(is_ready, f"{HOST}:{port}"),
            is_restarted=is_restarted,
        )
