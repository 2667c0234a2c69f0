"""The memory of an order function after its first thousand events, and after many more."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection
from queue import SimpleQueue
from typing import Self
from uuid import uuid4

import psutil

from emulator.bench.events import CREATED, Sale, creations
from emulator.bench.place import Place
from emulator.bench.rounds import timed
from emulator.bench.rows import Row
from emulator.ports import HOST

_CALLERS = 16
_MIB = 1 << 20


def measure_memory(place: Place) -> list[Row]:
    """Push events to the function as Pub/Sub does; return its resident memory against that after few.

    Raises:
        RuntimeError: an event was refused.
    """
    address, (some, many) = place.state.functions[CREATED], place.sizes.pushed
    sales = creations(uuid4().hex, "m", many)
    topic = f"projects/{place.state.project_id}/topics/{CREATED}"
    with ThreadPoolExecutor(_CALLERS) as pool, Pushes(address.port, topic) as pushes:
        place.tell(f"memory, {some:,} events")
        list(pool.map(pushes.push, sales[:some]))
        first = resident(address.pid)
        place.tell(f"memory, {many:,} events")
        took_s = timed(lambda: list(pool.map(pushes.push, sales[some:])))
        last = resident(address.pid)
    bound = f"orders of the last minute are remembered, of {(many - some) / took_s:.0f} events/s"
    row = Row(name=f"memory of order-created after {many:,} events", value=last, unit="MiB", bound=bound)
    return [row.against(f"after {some:,} events", first, last / first)]


class Pushes:
    """Delivers messages to a function, over a connection for each of its callers."""

    def __init__(self, port: int, topic: str) -> None:
        self._path = f"/{topic}"
        self._idle: SimpleQueue[HTTPConnection] = SimpleQueue()
        for _ in range(_CALLERS):
            self._idle.put(HTTPConnection(HOST, port, timeout=120))

    def push(self, sale: Sale) -> None:
        message = {
            "data": base64.b64encode(sale.data()).decode(),
            "messageId": sale.order_id,
            "attributes": {},
        }
        body = json.dumps({"message": message, "subscription": "bench"})
        connection = self._idle.get()
        try:
            connection.request("POST", self._path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            self._idle.put(connection)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"the function refused {sale}: {text!r}")

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        while not self._idle.empty():
            self._idle.get().close()


def resident(pid: int | None) -> float:
    """Return the memory of the server and its workers, in MiB."""
    master = psutil.Process(pid)
    processes: Sequence[psutil.Process] = [master, *master.children(recursive=True)]
    return sum(process.memory_info().rss for process in processes) / _MIB
