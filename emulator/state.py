"""The running stack as its clients see it: `stack.json`, and a lock that is held while it runs."""

import fcntl
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from emulator.errors import StackError

PROJECT_ID = "demo-tillpulse"
"""The prefix `demo-` keeps client libraries and tools from ever calling Google Cloud."""


class _Described(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class FunctionAddress(_Described):
    """Where one function listens, and its process group, which changes with a restart."""

    port: int
    pid: int | None


class StackState(_Described):
    """Everything a client of the stack needs; hosts are `address:port`."""

    project_id: str
    firestore_host: str
    pubsub_host: str
    valkey_url: str
    urls: Mapping[str, str]
    token: str
    webhook_secret: str
    issuer: str
    audience: str
    supervisor_pid: int
    functions: Mapping[str, FunctionAddress]

    @property
    def sign_in_link(self) -> str | None:
        """The address that opens the dashboard signed in; None where there is no dashboard."""
        url = self.urls.get("dashboard")
        return f"{url}/signin#token={self.token}" if url else None

    def write(self, path: Path) -> None:
        """Replace the file in one step. It holds a token, so only its owner can read it."""
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(self.model_dump_json(by_alias=True, indent=2) + "\n", encoding="utf-8")
        part.replace(path)


def read_state(path: Path) -> StackState:
    """Read the description of the running stack.

    Raises:
        StackError: no stack is running.
    """
    try:
        return StackState.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise StackError("no stack is running; start one: python -m emulator up") from None


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The folder of one stack; another folder is another stack."""

    path: Path

    @property
    def stack_file(self) -> Path:
        """Describes the stack; exists only while it is ready."""
        return self.path / "stack.json"

    @property
    def key_file(self) -> Path:
        """The token issuer's private key."""
        return self.path / "issuer-key.pem"

    @property
    def logs(self) -> Path:
        """One file for each process."""
        return self.path / "logs"

    def lock(self) -> IO[str] | None:
        """Take the lock that a running stack holds, or return None where one does.

        It names its holder's process id. The guardian holds it too, until all processes are gone.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = (self.path / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        return lock

    def find_holder(self) -> int | None:
        """Return the process id of the running stack, or None where none runs."""
        lock = self.lock()
        if lock is not None:
            lock.truncate(0)
            lock.close()
            return None
        return int((self.path / "lock").read_text(encoding="utf-8") or 0) or None
