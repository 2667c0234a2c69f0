"""Checks that a process of the stack serves."""

import http.client
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from emulator.errors import ProcessFailed, StackError
from emulator.local_http import request
from emulator.processes import ManagedProcess

POLL_S = 0.05


def has_http_answer(host: str) -> bool:
    """Whether anything but a server error comes back; both emulators answer so once they serve."""
    return _has_answered(host, "/")


def serves_http_function(host: str) -> bool:
    """Whether the function itself answers its health check; one without such a path may refuse it."""
    return _has_answered(host, "/health")


def serves_event_function(host: str) -> bool:
    """Whether a worker answers. The framework has imported the source by then: it does so before it binds.

    An event function takes POST only, so this GET is turned down before it reaches any code of ours.

    Raises:
        StackError: GET got through, so the entry point is no event function.
    """
    status = _ask(host, "/")
    if status not in (None, HTTPStatus.METHOD_NOT_ALLOWED):
        raise StackError(
            f"it answers GET (with {status}), so it is no event function: decorate it with @cloud_event"
        )
    return status is not None


def answers_ping(host: str) -> bool:
    """Whether a Valkey or Redis server answers PING."""
    address, _, port = host.rpartition(":")
    try:
        with socket.create_connection((address, int(port)), timeout=1.0) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def wait_until_ready(
    process: ManagedProcess,
    is_ready: Callable[[], bool],
    *,
    timeout_s: float,
    given_up: threading.Event | None = None,
) -> None:
    """Return once `is_ready()`.

    Raises:
        ProcessFailed: it ended, or `timeout_s` passed, or `given_up` was set; holds the end of the log.
    """
    name, deadline = process.command.name, time.monotonic() + timeout_s
    while True:
        try:
            if is_ready():
                return
        except StackError as error:
            raise ProcessFailed(f"{name}: {error}") from error
        if (code := process.exit_code()) is not None:
            raise ProcessFailed(explain(process, f"{name} ended at once (exit code {code})"))
        if given_up is not None and given_up.is_set():
            raise ProcessFailed(f"{name} was given up")
        if time.monotonic() > deadline:
            raise ProcessFailed(explain(process, f"{name} did not answer within {timeout_s:.0f} s"))
        time.sleep(POLL_S)


def explain(process: ManagedProcess, what: str) -> str:
    """Return `what` with the end of the process's log under it."""
    tail = process.read_log_tail() or "(the log is empty)"
    return f"{what}. The end of {process.command.log}:\n{tail}"


def _has_answered(host: str, path: str) -> bool:
    status = _ask(host, path)
    return status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR


def _ask(host: str, path: str) -> int | None:
    """Return the status of a GET, or None where nothing answers."""
    try:
        return request(host, "GET", path)[0]
    except (OSError, http.client.HTTPException):
        return None
