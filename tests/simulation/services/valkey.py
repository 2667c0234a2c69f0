"""Valkey: forgets when it is flushed, and what it acknowledged before a failover; and it may be slow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import valkey.exceptions
from google.api_core import exceptions

from shared.adapters.valkey import PUT_IF_NEWER
from shared.adapters.valkey_connection import STEP_TIMEOUT_S
from tests.simulation.network import Network, Result
from tests.simulation.violation import NotSimulated


class Valkey:
    """The server; nobody reaches it while it is `away`.

    A failover brings back what the replica held a moment ago.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.away = False
        self.happened: Counter[str] = Counter()
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

    def get(self, key: str) -> bytes | None:
        value, ends_at = self._values.get(key, (None, None))
        return value if ends_at is not None and ends_at > self._clock() else None

    def put_if_newer(self, key: str, version: int, value: bytes, ttl_s: int) -> int:
        """Do what the script PUT_IF_NEWER does; its contract tests run it on real servers."""
        stored = self.get(key)
        if stored is not None and int(stored.partition(b" ")[0]) > version:
            return 0
        self._values[key] = (b"%d %s" % (version, value), self._clock() + timedelta(seconds=ttl_s))
        return 1


class Connection:
    """What an instance's cache talks to, in the shape of the library's client."""

    def __init__(self, server: Valkey, network: Network) -> None:
        self._server = server
        self._network = network

    def get(self, key: str) -> bytes | None:
        return self._call(lambda: self._server.get(key))

    def mget(self, keys: Sequence[str]) -> list[bytes | None]:
        return self._call(lambda: [self._server.get(key) for key in keys])

    def register_script(self, script: str) -> Callable[..., int]:
        if script != PUT_IF_NEWER:
            raise NotSimulated("the simulated server knows one script")

        def run(*, keys: Sequence[str], args: Sequence[Any]) -> int:
            version, value, ttl_s = args
            return self._call(lambda: self._server.put_if_newer(keys[0], version, value, ttl_s))

        return run

    def _call(self, run: Callable[[], Result]) -> Result:
        if self._server.away:
            raise valkey.exceptions.ConnectionError("connection refused")
        try:
            return self._network.call("Valkey", run, patience_s=STEP_TIMEOUT_S)
        except exceptions.DeadlineExceeded as error:
            raise valkey.exceptions.TimeoutError(str(error)) from error
        except exceptions.GoogleAPICallError as error:
            raise valkey.exceptions.ConnectionError(str(error)) from error
