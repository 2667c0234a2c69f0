"""Push messages to a function, and follow the messages that it has handled."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from emulator.ports import HOST
from infra.typical_orders import OrderEvent
from tests.performance.place import Place

CALLERS = 16
"""Messages at a time. Google Cloud pushes many; the emulator has two threads that wait for each answer."""

_PATIENCE_S = 60.0
_PAUSE_S = 0.01
_HANDLED = b'"event handled"'


def push_body(event: Any, message_id: str, **attributes: str) -> bytes:
    """Return the body of the request that pushes an event."""
    data = base64.b64encode(json.dumps(event).encode()).decode()
    message = {"data": data, "messageId": message_id, "attributes": attributes}
    return json.dumps({"message": message, "subscription": "bench"}).encode()


class Pushes(ExitStack):
    """Delivers messages to a function over one connection for each caller; a context manager."""

    def __init__(self, place: Place, function: str) -> None:
        super().__init__()
        self._path = f"/projects/{place.state.project_id}/topics/{function}"
        self._idle: SimpleQueue[HTTPConnection] = SimpleQueue()
        port = place.state.functions[function].port
        for _ in range(CALLERS):
            self._idle.put(self.enter_context(closing(HTTPConnection(HOST, port, timeout=120))))
        self._pool = self.enter_context(ThreadPoolExecutor(CALLERS))

    def push_all(self, events: Sequence[OrderEvent]) -> None:
        """Return once all are acknowledged. Raises RuntimeError for one that is refused."""
        list(self._pool.map(self._push, events))

    def _push(self, event: OrderEvent) -> None:
        connection = self._idle.get()
        try:
            body = push_body(event.wire(), event.order_id)
            connection.request("POST", self._path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            self._idle.put(connection)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"the function refused {event}: {text!r}")


class HandledEvents:
    """Follows a function's log from its present end.

    A line is logged once all effects of an event are in place: state, cache and outgoing event. It holds the
    milliseconds since Pub/Sub took the message, so following the log disturbs nothing that is measured.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._seen = log.stat().st_size

    def wait_for(self, count: int) -> list[float]:
        """Return the ages in milliseconds of the next events handled, once there are that many.

        Raises:
            TimeoutError: none was handled for a minute.
        """
        ages: list[float] = []
        moved = time.monotonic()
        while len(ages) < count:
            if found := self._read():
                ages += found
                moved = time.monotonic()
            elif time.monotonic() - moved > _PATIENCE_S:
                raise TimeoutError(f"{self._log.name}: expected {count} events, {len(ages)} were handled")
            else:
                time.sleep(_PAUSE_S)
        return ages

    def _read(self) -> list[float]:
        with self._log.open("rb") as log:
            log.seek(self._seen)
            text = log.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._seen += len(whole)
        lines = [json.loads(line) for line in whole.splitlines() if _HANDLED in line]
        return [line["messageAgeMs"] for line in lines if line["outcome"] in ("applied", "duplicate")]
