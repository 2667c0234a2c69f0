"""Valkey: forgets when it is flushed, and what it acknowledged before a failover; and it may be slow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import valkey.exceptions
from google.api_core import exceptions

from shared.adapters.valkey_connection import STEP_TIMEOUT_S
from shared.adapters.valkey_scripts import GET_AND_RENEW, PUT_IF_NEWER
from tests.simulation.network import Network, Result
from tests.simulation.violation import NotSimulated


class Valkey:
    """The server; nobody reaches it while it is `away`.

    A failover brings back what the replica held a moment ago. `replaced` is told of each value that another
    one replaces: its key, and both.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.away = False
        self.happened: Counter[str] = Counter()
        self.replaced: Callable[[str, bytes, bytes], None] = lambda *_: None
        self._clock = clock
        self._values: dict[str, tuple[bytes, datetime]] = {}
        self._replica: dict[str, tuple[bytes, datetime]] = {}

    def replicate(self) -> None:
        """Copy everything to the replica that a failover would promote."""
        self._replica = dict(self._values)

    def fail_over(self) -> None:
        """Lose the writes since the last copy, although they were acknowledged."""
        self.happened["failover"] += 1
        self._values = dict(self._replica)

    def flush(self) -> None:
        """Forget everything."""
        self.happened["flush"] += 1
        self._values.clear()

    def expire(self, key: str) -> None:
        """Have the key's time be up."""
        self._values.pop(key, None)

    def get(self, key: str) -> bytes | None:
        value, ends_at = self._values.get(key, (None, None))
        return value if ends_at is not None and ends_at > self._clock() else None

    def get_and_renew(self, key: str, ttl_s: int) -> bytes | None:
        """Do what the script GET_AND_RENEW does."""
        stored = self.get(key)
        if stored is not None and not stored.startswith(b"0 "):
            self._values[key] = (stored, self._clock() + timedelta(seconds=ttl_s))
        return stored

    def delete(self, keys: Sequence[str]) -> int:
        return sum(self._values.pop(key, None) is not None for key in keys)

    def put_if_newer(self, key: str, version: int, value: bytes, ttl_s: int) -> int:
        """Do what the script PUT_IF_NEWER does; its contract tests run it on real servers."""
        stored = self.get(key)
        if stored is not None:
            known, _, before = stored.partition(b" ")
            if int(known) > version:
                return 0
            self.replaced(key, before, value)
        self._values[key] = (b"%d %s" % (version, value), self._clock() + timedelta(seconds=ttl_s))
        return 1


class Connection:
    """What an instance's cache talks to, in the shape of the library's client."""

    def __init__(self, server: Valkey, network: Network) -> None:
        self._server = server
        self._network = network

    def get(self, key: str) -> bytes | None:
        return self._call(lambda: self._server.get(key))

    def eval(self, script: str, n_keys: int, *keys_and_arguments: str) -> list[bytes | None]:
        if script != GET_AND_RENEW:
            raise NotSimulated("the simulated server knows one script of several keys")
        keys, [ttl_s] = keys_and_arguments[:n_keys], keys_and_arguments[n_keys:]
        return self._call(lambda: [self._server.get_and_renew(key, int(ttl_s)) for key in keys])

    def pipeline(self, *, transaction: bool) -> Pipeline:
        if transaction:
            raise NotSimulated("the simulated server knows no transactions")
        return Pipeline(self)

    def run_all(self, commands: Sequence[tuple[str, str, tuple[Any, ...]]]) -> list[Any]:
        """Run scripts on their keys, in one call."""
        return self._call(lambda: [self._run(*command) for command in commands])

    def delete(self, *keys: str) -> int:
        return self._call(lambda: self._server.delete(keys))

    def _run(self, script: str, key: str, arguments: tuple[Any, ...]) -> object:
        if script != PUT_IF_NEWER:
            raise NotSimulated("the simulated server knows one script in pipelines")
        return self._server.put_if_newer(key, *arguments)

    def _call(self, run: Callable[[], Result]) -> Result:
        if self._server.away:
            raise valkey.exceptions.ConnectionError("connection refused")
        try:
            return self._network.call("Valkey", run, patience_s=STEP_TIMEOUT_S)
        except exceptions.DeadlineExceeded as error:
            raise valkey.exceptions.TimeoutError(str(error)) from error
        except exceptions.GoogleAPICallError as error:
            raise valkey.exceptions.ConnectionError(str(error)) from error


class Pipeline:
    """Commands that are sent together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._commands: list[tuple[str, str, tuple[Any, ...]]] = []

    def execute_command(self, name: str, script: str, n_keys: int, key: str, *arguments: Any) -> None:
        if (name, n_keys) != ("EVAL", 1):
            raise NotSimulated("the simulated server knows scripts of one key")
        self._commands.append((script, key, arguments))

    def execute(self, *, raise_on_error: bool) -> list[Any]:  # noqa: ARG002
        return self._connection.run_all(self._commands)
