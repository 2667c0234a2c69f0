"""A served function under attack: its memory stays near what it has at rest, and below its limit."""

from __future__ import annotations

import base64
import json
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread

import pytest

from emulator.guard import Guard
from emulator.ports import PortBook
from emulator.services import Builder
from emulator.standalone import Server
from emulator.topology import FunctionSpec, read_topology
from tests.functions.conftest import ROOT
from tests.functions.tokens import Issuer
from tests.issuer_site import AUDIENCE
from tests.performance.families.memory import resident

TOPOLOGY = ROOT / "infra" / "topology.json"
MIB = 2**20
MOST_AGAINST_IDLE = 3
"""A worker reads what comes in pieces, of up to a MiB for each thread."""

PATIENCE_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an attacker sends, many times at once."""

    method: str
    path: str
    body: bytes
    token: str = ""
    is_chunked: bool = False
    statuses: frozenset[int]


class Served:
    """A function in a process of its own, with as many threads as on Google Cloud."""

    def __init__(self, server: Server, function: FunctionSpec, most_mib: float) -> None:
        self.function = function
        self.most_mib = most_mib
        self._server = server

    def attack(self, request: Request, times: int = 1) -> None:
        """Send the request from each of as many clients as the function has threads, and read the answers."""
        with ThreadPoolExecutor(self.function.concurrency) as pool:
            answers = [pool.submit(self._send, request) for _ in range(self.function.concurrency * times)]
            statuses = {answer.result() for answer in answers}
        # None: the server hung up before all was sent.
        assert statuses <= request.statuses | {None}
        assert statuses != {None}

    def mib(self) -> float:
        return resident(self._server.process.pid)

    def _send(self, request: Request) -> int | None:
        host, _, port = self._server.host.partition(":")
        connection = HTTPConnection(host, int(port), timeout=PATIENCE_S)
        headers = {"Content-Type": "application/json"}
        if request.token:
            headers["Authorization"] = f"Bearer {request.token}"
        body = iter([request.body]) if request.is_chunked else request.body
        with suppress(OSError):  # hung up, perhaps after an answer
            connection.connect()
            assert connection.sock is not None
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
            connection.request(request.method, request.path, body, headers, encode_chunked=request.is_chunked)
        try:
            return connection.getresponse().status
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()


@contextmanager
def watched(served: Served) -> Iterator[Callable[[], float]]:
    """Yield what returns the most memory, in MiB, that the function has had so far."""
    most, ended = [served.mib()], Event()

    def watch() -> None:
        while not ended.wait(0.005):
            most[0] = max(most[0], served.mib())

    thread = Thread(target=watch)
    thread.start()
    try:
        yield lambda: most[0]
    finally:
        ended.set()
        thread.join()


Serve = Callable[[str], Served]


@pytest.fixture
def serve(
    tmp_path: Path,
    project: str,
    firestore_host: str,
    pubsub_host: str,
    valkey_url: str,
    issuer: Issuer,
) -> Iterator[Serve]:
    """Return what serves a function of the topology."""
    values = {
        "AUTH_AUDIENCE": AUDIENCE,
        "AUTH_ISSUER": issuer.url,
        "AUTH_JWKS_URL": issuer.jwks_url,
        "GOOGLE_CLOUD_PROJECT": project,
        "VALKEY_URL": valkey_url,
    }
    hosts = {"FIRESTORE_EMULATOR_HOST": firestore_host, "PUBSUB_EMULATOR_HOST": pubsub_host}
    functions = {one.name: one for one in read_topology(TOPOLOGY).functions}
    limits = {one["name"]: one["memory"] for one in json.loads(TOPOLOGY.read_text("utf-8"))["functions"]}
    builder = Builder(folder=tmp_path, logs=tmp_path, ports=PortBook({}), environ=dict(os.environ))
    with ExitStack() as running:
        guard = running.enter_context(Guard())

        def start(name: str) -> Served:
            service = builder.build_function(
                functions[name], root=ROOT, values=values, emulator_hosts=hosts, secret="secret"
            )
            environment = {**service.command.environment, "THREADS": str(functions[name].concurrency)}
            server = Server(
                replace(service, command=replace(service.command, environment=environment)), guard
            )
            running.callback(server.stop)
            server.start()
            return Served(server, functions[name], float(limits[name].removesuffix("Mi")))

        yield start


def assert_memory_holds(served: Served, first: Request, attacks: Sequence[Request]) -> None:
    """Check the memory during attacks against that after many requests of the first kind."""
    served.attack(first, times=3)
    idle = served.mib()
    with watched(served) as most:
        for attack in attacks:
            served.attack(attack)
        reached = most()
    assert reached < served.most_mib
    assert reached / idle < MOST_AGAINST_IDLE


TOO_LONG = frozenset({413})
UNKNOWN_FIELDS = b"{" + b",".join(b'"%x":0' % n for n in range(6000)) + b"}"


def test_the_dashboards_memory_holds_whatever_is_sent(serve: Serve, issuer: Issuer) -> None:
    token = issuer.sign(stores="*", roles=["admin"])
    put = Request(method="PUT", path="/stores/s-1", body=b"{}", token=token, statuses=frozenset({400}))
    zeros = replace(put, body=bytes(30 * MIB), token="", statuses=TOO_LONG)
    lists = b"[" + b"[]," * (9 * MIB) + b"[]]"
    assert_memory_holds(
        serve("dashboard"),
        put,
        [
            zeros,
            replace(zeros, is_chunked=True),
            replace(zeros, method="GET", path="/health"),
            replace(zeros, method="GET", path="/nowhere", is_chunked=True),
            replace(zeros, body=lists, token=token),
            replace(zeros, body=b"{" + b",".join(b'"%x":0' % n for n in range(400_000)) + b"}", token=token),
            replace(put, body=UNKNOWN_FIELDS),
            replace(put, body=b"[" * 65_536),
            replace(put, body=lists[:65_533] + b"[]]"),
        ],
    )


def test_the_tills_memory_holds_whatever_is_sent(serve: Serve, issuer: Issuer) -> None:
    token = issuer.sign(stores="*", roles=["admin"])
    answered = frozenset({200, 400})
    ask = Request(method="POST", path="/", body=b'{"query":"{ __typename }"}', token=token, statuses=answered)
    zeros = replace(ask, body=bytes(30 * MIB), token="", statuses=TOO_LONG)
    nested = json.dumps({"query": "{ a }", "variables": {"x": [[]] * 15_000}}).encode()
    wide = json.dumps({"query": "{" + " ".join(f"f{n}" for n in range(9_000)) + "}"}).encode()
    assert_memory_holds(
        serve("graphql"),
        ask,
        [
            zeros,
            replace(zeros, is_chunked=True),
            replace(ask, body=nested),
            replace(ask, body=wide),
            replace(ask, body=json.dumps({"query": "{ %s }" % ("x" * 60_000)}).encode()),
            replace(ask, body=json.dumps({"query": "{a" * 30_000}).encode()),
        ],
    )


def test_the_webhooks_memory_holds_whatever_is_sent(serve: Serve) -> None:
    unsigned = Request(method="POST", path="/webhooks/payments/stripe", body=b"{}", statuses=frozenset({401}))
    zeros = replace(unsigned, body=bytes(30 * MIB), statuses=TOO_LONG)
    assert_memory_holds(
        serve("payments"),
        unsigned,
        [
            zeros,
            replace(zeros, is_chunked=True),
            replace(unsigned, body=bytes(1_000_000)),
            replace(unsigned, body=b"[" * 1_000_000),
        ],
    )


@pytest.mark.usefixtures("pubsub")
@pytest.mark.parametrize("name", ["order-created", "dead-letter-received"])
def test_an_event_functions_memory_holds_whatever_is_published(serve: Serve, name: str) -> None:
    topic = name if name == "order-created" else "dead-letters"
    kept = frozenset({200})

    def pushed(data: bytes) -> Request:
        message = {
            "messageId": "17",
            "publishTime": "2024-05-20T12:00:00Z",
            "data": base64.b64encode(data).decode(),
        }
        body = json.dumps({"message": message, "subscription": f"projects/p/subscriptions/{topic}"}).encode()
        return Request(method="POST", path=f"/projects/p/topics/{topic}", body=body, statuses=kept)

    served = serve(name)
    zeros = replace(pushed(b""), body=bytes(30 * MIB), statuses=TOO_LONG)
    assert_memory_holds(
        served,
        pushed(b"{}"),
        [
            zeros,
            replace(zeros, is_chunked=True),
            pushed(b"[" * 280_000),
            replace(zeros, body=bytes(500_000), statuses=frozenset({400})),
            pushed(b"[" * 9_000_000),
        ],
    )
