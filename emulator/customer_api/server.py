"""The API over HTTP.

`GET /customers?identifier=…&type=phone|email|card&storeId=…` answers a customer of the store, or 404.
`GET /api/mock-customer-lookup/?identifier=…` is the same; `type` and `storeId` may be left out there.
`/control` is for tests: GET counts calls, POST sets a fault (`{"kind": "status", "status": 429,
"retry_after": "1", "times": 2}`), PUT names a store's customers (`{"storeId": "s-1", "customerIds":
["cust-001"]}`), DELETE ends the fault and forgets the rest.
"""

import json
import socket
import struct
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from emulator.customer_api.customers import Customer, find_customer
from emulator.customer_api.faults import ControlPanel, Fault

CUSTOMERS = "/customers"
PLAIN = "/api/mock-customer-lookup"
HUGE_BYTES = 10 * 1024 * 1024
_DROP_S = 0.05


class CustomerApiServer(ThreadingHTTPServer):
    """The server and its control panel."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int) -> None:
        """Bind; `serve_forever` serves."""
        super().__init__((host, port), _Handler)
        self.panel = ControlPanel()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: CustomerApiServer

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if (path := address.path.rstrip("/")) in (CUSTOMERS, PLAIN):
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            with suppress(OSError):  # the client may have timed out
                self._answer_call(query, needs_store=path == CUSTOMERS)
        elif address.path == "/control":
            self._send(200, self.server.panel.calls())
        else:
            self._send(404, {"error": f"expected {CUSTOMERS}, {PLAIN}/ or /control"})

    def do_POST(self) -> None:
        self._control(self.server.panel.set)

    def do_PUT(self) -> None:
        self._control(lambda customers: self.server.panel.restrict(**customers))

    def do_DELETE(self) -> None:
        self.server.panel.reset()
        self._send(200, {})

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the addresses hold customers' identifiers."""

    def _control(self, change: Callable[[dict[str, Any]], None]) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            change(json.loads(body))
        except (ValueError, TypeError) as error:
            self._send(400, {"error": str(error)})
        else:
            self._send(200, {})

    def _answer_call(self, query: Mapping[str, str], *, needs_store: bool) -> None:
        if needs_store and "storeId" not in query:
            self._send(400, {"error": "expected storeId, got nothing"})
            return
        customer = self._find(query)
        fault = self.server.panel.count(query.get("identifier", ""))
        match fault:
            case None | Fault(kind="slow"):
                time.sleep(fault.seconds if fault else 0)
                self._send(200 if customer else 404, customer or {"error": "unknown"})
            case Fault(kind="status"):
                headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
                if 300 <= fault.status < 400:
                    headers["Location"] = self.path
                self._send(fault.status, {"error": "told to"}, headers)
            case Fault(kind="unknown"):
                self._send(404, {"error": "unknown"})
            case Fault(kind="malformed"):
                self._send_bytes(200, b'{"customerId": "cust-')
            case Fault(kind="wrong_types"):
                self._send(200, {"customerId": 17, "name": ["Ana"], "email": {}})
            case Fault(kind="huge"):
                self._send_bytes(200, b"[" + b"1," * (HUGE_BYTES // 2) + b"1]")
            case Fault(kind="drip"):
                self._drip(fault.seconds)
            case _:
                self._reset()

    def _find(self, query: Mapping[str, str]) -> Customer | None:
        found = find_customer(query.get("type"), query.get("identifier", ""))
        is_known = found and self.server.panel.knows(query.get("storeId", ""), found["customerId"])
        return found if is_known else None

    def _drip(self, seconds: float) -> None:
        """Send a body byte by byte, each before a read timeout would expire."""
        self.send_response(200)
        self.send_header("Content-Length", str(HUGE_BYTES))
        self.end_headers()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.wfile.write(b" ")
            time.sleep(_DROP_S)
        self.close_connection = True

    def _reset(self) -> None:
        """Close the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self._send_bytes(status, json.dumps(body).encode(), headers)

    def _send_bytes(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
