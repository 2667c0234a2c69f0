"""The local stack: start it, use it, leave nothing behind."""

import json
import logging
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from emulator.errors import StackError
from emulator.guard import Guard
from emulator.issuer import write_private_key
from emulator.issuer_site import IssuerServer, IssuerSite
from emulator.options import StackOptions
from emulator.plan import Plan, make_plan
from emulator.processes import ManagedProcess
from emulator.progress import Progress, Report, ignore
from emulator.readiness import wait_until_ready
from emulator.reloader import Reloader
from emulator.state import PROJECT_ID, FunctionAddress, StackState, StateFolder
from emulator.subscriptions import create_all, publish
from emulator.tcp_proxy import TcpProxy
from emulator.topology import read_topology
from emulator.watcher import Watcher

log = logging.getLogger(__name__)


class LocalStack:
    """A running stack: `with LocalStack.start(StackOptions(...)) as stack:`.

    Attributes:
        state: everything a client needs; also in `stack.json`.
        processes: {name: process}, for a test to kill, pause or stop. What is killed is restarted, if it is
            a function or Valkey; what is stopped stays down until its `start()`.
        firestore_proxy: cuts Firestore off and brings it back, where the options asked for it.
    """

    def __init__(self, options: StackOptions, report: Report) -> None:
        """Use `start`."""
        self.processes: dict[str, ManagedProcess] = {}
        self.firestore_proxy: TcpProxy | None = None
        self._options = options
        self._report = report
        self._folder = StateFolder(options.state_dir.resolve())
        self._cleanup = ExitStack()
        self._began = time.monotonic()
        self._writing = threading.Lock()
        self._plan: Plan
        self._token: str

    @classmethod
    def start(cls, options: StackOptions | None = None, report: Report = ignore) -> Self:
        """Start everything and return once every function answers.

        Raises:
            StackError: something is missing or failed, or a stack runs in this folder already. What had
                been started is gone again.
        """
        stack = cls(options or StackOptions(), report)
        try:
            stack._start()
        except BaseException:
            stack.stop()
            raise
        return stack

    @property
    def state(self) -> StackState:
        """The stack as it is now: process ids change with restarts."""
        plan = self._plan
        return StackState(
            project_id=PROJECT_ID,
            firestore_host=plan.firestore_host,
            pubsub_host=plan.pubsub_host,
            valkey_url=plan.valkey_url,
            urls=plan.urls,
            token=self._token,
            webhook_secret=plan.webhook_secret,
            issuer=plan.issuer.issuer,
            audience=plan.issuer.audience,
            supervisor_pid=os.getpid(),
            functions={
                function.name: FunctionAddress(
                    port=plan.services[function.name].port, pid=self.processes[function.name].pid
                )
                for function in plan.topology.local
            },
        )

    def sign_token(
        self, stores: Sequence[str] | Literal["*"] = "*", roles: Sequence[str] = ("admin",)
    ) -> str:
        """Return a bearer token that every function of this stack accepts."""
        return self._plan.issuer.sign(stores, roles)

    def publish(self, topic: str, *messages: object) -> list[str]:
        """Publish each message as JSON and return the message ids."""
        data = [json.dumps(message).encode() for message in messages]
        return publish(self._plan.pubsub_host, PROJECT_ID, topic, data)

    def stop(self) -> None:
        """End everything and return once it is gone. Stopping again does nothing."""
        self._cleanup.close()

    def __enter__(self) -> Self:
        """Return the stack itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _start(self) -> None:
        topology = read_topology(self._options.topology)
        lock = self._folder.lock()
        if lock is None:
            raise StackError(f"a stack runs in {self._folder.path} already; end it: python -m emulator down")
        defer = self._cleanup.callback
        defer(lock.close)
        files = (self._folder.stack_file, self._folder.key_file)
        guard = Guard(remove=files, keep_open=(lock.fileno(),))
        defer(guard.close)
        for old_log in self._folder.logs.glob("*.log"):
            if old_log.name != "supervisor.log":
                old_log.unlink()

        plan = self._plan = make_plan(self._options, topology, self._folder)
        self._token = self.sign_token()
        write_private_key(self._folder.key_file, plan.issuer.private_key)
        defer(IssuerServer(plan.issuer_port, IssuerSite(plan.issuer, plan.client)).close)
        if self._options.with_firestore_proxy:
            self.firestore_proxy = TcpProxy(plan.firestore_host, plan.firestore_upstream)
            defer(self.firestore_proxy.close)
        defer(self._stop_processes)
        for name, service in plan.services.items():
            process = self.processes[name] = ManagedProcess(service.command, guard)
            process.start()
            self._tell(name, "starting", "")
        self._wait_for_all()
        self._write_state()
        self._watch()

    def _wait_for_all(self) -> None:
        given_up = threading.Event()
        if "pubsub" not in self._plan.services:
            self._subscribe()
        with ThreadPoolExecutor(len(self._plan.services)) as pool:
            waits = [pool.submit(self._wait_for, name, given_up) for name in self._plan.services]
            try:
                for wait in as_completed(waits):
                    wait.result()
            except BaseException:
                given_up.set()  # or the pool would wait until each of its threads has timed out
                raise

    def _wait_for(self, name: str, given_up: threading.Event) -> None:
        service, limit_s = self._plan.services[name], self._options.timeout_s
        wait_until_ready(self.processes[name], service.is_ready, timeout_s=limit_s, given_up=given_up)
        if name == "pubsub":
            self._subscribe()
        busy = self._plan.busy_ports.get(name)
        self._tell(name, "ready", service.address + (f" ({busy} is in use)" if busy else ""))

    def _subscribe(self) -> None:
        ports = {name: service.port for name, service in self._plan.services.items()}
        create_all(self._plan.pubsub_host, PROJECT_ID, self._plan.topology, ports)

    def _watch(self) -> None:
        is_restarted = {name: service.is_restarted for name, service in self._plan.services.items()}
        watcher = Watcher(
            restarted={name: process for name, process in self.processes.items() if is_restarted[name]},
            reported={name: process for name, process in self.processes.items() if not is_restarted[name]},
            on_restart=self._write_state,
        )
        self._cleanup.callback(watcher.close)
        if self._options.reload:
            self._cleanup.callback(Reloader(self._list_sources(), self._write_state).close)

    def _list_sources(self) -> dict[Path, list[ManagedProcess]]:
        """Return {folder: the functions that run its code}; all run what is in `shared`."""
        root = self._options.root
        sources: dict[Path, list[ManagedProcess]] = {}
        for function in self._plan.topology.local:
            for folder in (root / function.source, root / "shared"):
                sources.setdefault(folder, []).append(self.processes[function.name])
        return sources

    def _write_state(self) -> None:
        with self._writing:
            self.state.write(self._folder.stack_file)

    def _stop_processes(self) -> None:
        self._folder.stack_file.unlink(missing_ok=True)
        for process in self.processes.values():
            process.ask_to_stop()
        for process in self.processes.values():
            process.stop()

    def _tell(self, name: str, state: Literal["starting", "ready"], detail: str) -> None:
        seconds = time.monotonic() - self._began
        log.info("%s is %s %s", name, state, detail)
        self._report(Progress(name=name, state=state, detail=detail, seconds=seconds))
