"""The memory of an order function after its first thousand events, and after many more."""

from __future__ import annotations

import base64
import http.client
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import local
from typing import Any
from uuid import uuid4

import psutil

from emulator.bench.events import CREATED, Sale, creations
from emulator.bench.place import Place
from emulator.bench.rows import Row
from emulator.ports import HOST

_FIRST = 1_000
_CALLERS = 16
_MIB = 1 << 20


def measure_memory(place: Place) -> list[Row]:
    """Push events to the function as Pub/Sub does; return its resident memory against the first thousand's.

    Raises:
        RuntimeError: an event was refused.
    """
    address = place.state.functions[CREATED]
    sales = creations(uuid4().hex, "m", place.sizes.pushed)
    with ThreadPoolExecutor(_CALLERS) as pool:
        pushes = Pushes(address.port, f"projects/{place.state.project_id}/topics/{CREATED}")
        place.tell(f"memory, {_FIRST:,} events")
        list(pool.map(pushes.push, sales[:_FIRST]))
        first = resident(address.pid)
        place.tell(f"memory, {len(sales):,} events")
        began = time.perf_counter()
        list(pool.map(pushes.push, sales[_FIRST:]))
        took = time.perf_counter() - began
        last = resident(address.pid)
    return [
        Row(
            name=f"memory of order-created after {len(sales):,} events", value=last, unit="MiB",
            bound=f"orders of the last minute are remembered; {(len(sales) - _FIRST) / took:.0f} events/s",
        ).against(f"after {_FIRST:,} events", first, last / first),
    ]  # fmt: skip


class Pushes:
    """Delivers messages to a function; each thread has a connection that stays open."""

    def __init__(self, port: int, topic: str) -> None:
        self._port = port
        self._topic = topic
        self._threads = local()

    def push(self, sale: Sale) -> None:
        connection = self._connection()
        headers = {"Content-Type": "application/json"}
        connection.request("POST", f"/{self._topic}", json.dumps(self._body(sale)), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"the function refused {sale}: {text!r}")

    def _body(self, sale: Sale) -> dict[str, Any]:
        message = {
            "data": base64.b64encode(sale.data()).decode(),
            "messageId": sale.order_id,
            "attributes": {},
        }
        return {"message": message, "subscription": "bench"}

    def _connection(self) -> http.client.HTTPConnection:
        found: http.client.HTTPConnection | None = getattr(self._threads, "connection", None)
        if found is None:
            found = self._threads.connection = http.client.HTTPConnection(HOST, self._port, timeout=120)
        return found


def resident(pid: int | None) -> float:
    """Return the memory of the server and its workers, in MiB."""
    master = psutil.Process(pid)
    processes: Sequence[psutil.Process] = [master, *master.children(recursive=True)]
    return sum(process.memory_info().rss for process in processes) / _MIB
