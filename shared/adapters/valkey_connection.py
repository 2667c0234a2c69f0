"""Connections to Valkey: their timeouts and bounds, and what their errors say of the server."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from valkey import BlockingConnectionPool, Valkey
from valkey.exceptions import (
    ChildDeadlockedError,
    ReadOnlyError,
    ResponseError,
    ValkeyClusterException,
    ValkeyError,
)
from valkey.exceptions import TimeoutError as StepTimeout

from shared.errors import CacheUnavailable

Connect = Callable[[], Valkey]
"""Returns a client with its own connections. Fast: connections are opened on first use."""

UNAVAILABLE = (ValkeyError, ValkeyClusterException, ChildDeadlockedError, OSError)
"""Everything that the library raises; its `ConnectionError` and `TimeoutError` are not the builtins."""

STEP_TIMEOUT_S = 0.15
POOL_TIMEOUT_S = 4 * STEP_TIMEOUT_S  # who has the connection connects, signs in, may have to load a script

OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": STEP_TIMEOUT_S,
    "socket_timeout": STEP_TIMEOUT_S,
    "lib_name": None,  # otherwise each new connection starts with two more calls
    "lib_version": None,
}

_POOL_IS_FULL = "No connection available."


@contextmanager
def translated() -> Iterator[None]:
    """Raise the library's errors as `CacheUnavailable`."""
    try:
        yield
    except UNAVAILABLE as error:
        raise translate(error) from error


def translate(error: Exception) -> CacheUnavailable:
    """Return an error of the library as ours, with the original as its cause."""
    ours = CacheUnavailable(f"Valkey did not answer: {type(error).__name__}: {error}")
    ours.__cause__ = error
    return ours


def connect_pool(options: dict[str, Any], connections: int) -> Valkey:
    """Return a client with its own pool; our timeouts and bounds override those in `options`.

    A caller for whom no connection is free waits for one.
    """
    bounded = {**options, **OPTIONS, "max_connections": connections, "timeout": POOL_TIMEOUT_S}
    pool = BlockingConnectionPool(**bounded)  # type: ignore[no-untyped-call]
    return Valkey(connection_pool=pool)


def reach(host: str, port: int, within_s: float) -> None:
    """Return once the server takes a connection.

    The packets of a new instance of a function are lost for up to a minute, while its network is set up.

    Raises:
        CacheUnavailable: it took none for so long; look for the server again.
    """
    # Loads gRPC, which an instance that answers a cached card does without.
    from google.api_core.retry import if_exception_type

    from shared.documents.retry import retry

    def connect() -> None:
        with translated():
            socket.create_connection((host, port), timeout=1.0).close()

    retry(connect, when=if_exception_type(CacheUnavailable), within_s=within_s, pause_s=(0.1, 1.0))


def was_answered(error: CacheUnavailable) -> bool:
    """Tell whether the server is up and refused this command only. A demoted primary must be left instead.

    Inside a script, Valkey sends the error code that the library knows, Redis 6 only a text.
    """
    cause = error.__cause__
    is_demoted = isinstance(cause, ReadOnlyError) or "READONLY" in str(cause)
    return isinstance(cause, ResponseError) and not is_demoted


def found_pool_full(error: CacheUnavailable) -> bool:
    """Tell whether others use every connection. They will tell how the server is."""
    return str(error.__cause__) == _POOL_IS_FULL


def timed_out(error: CacheUnavailable) -> bool:
    """Tell whether a step took too long. If others are answered meanwhile, only this connection is slow."""
    return isinstance(error.__cause__, StepTimeout)
