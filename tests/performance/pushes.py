"""Messages pushed to a function as Google Cloud's Pub/Sub does: many at a time.

The emulator's own push waits for the answer to one message before it sends the next, in two threads.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection
from queue import SimpleQueue
from typing import Self

from emulator.ports import HOST
from tests.performance.events import Sale
from tests.performance.place import Place

CALLERS = 16
"""At once: what the topology lets an instance of an order function handle."""


class Pushes:
    """Delivers messages to a function, over a connection for each of its callers."""

    def __init__(self, place: Place, function: str) -> None:
        self._path = f"/projects/{place.state.project_id}/topics/{function}"
        self._pool = ThreadPoolExecutor(CALLERS)
        self._idle: SimpleQueue[HTTPConnection] = SimpleQueue()
        for _ in range(CALLERS):
            self._idle.put(HTTPConnection(HOST, place.state.functions[function].port, timeout=120))

    def push_all(self, sales: Sequence[Sale]) -> None:
        """Return once all are acknowledged. Raises RuntimeError for one that is refused."""
        list(self._pool.map(self._push, sales))

    def _push(self, sale: Sale) -> None:
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
        self._pool.shutdown()
        while not self._idle.empty():
            self._idle.get().close()
