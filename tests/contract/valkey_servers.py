"""Servers for the tests of the cache: real ones, silent ones, ones behind TLS, and one out of reach."""

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import cast

import valkey
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from emulator.ports import HOST, is_free
from emulator.valkey import find_valkey_server
from shared.adapters.valkey import ValkeyCache
from shared.adapters.valkey_connection import Connect, connect_pool
from tests.missing import required
from tests.patience import wait_for


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def running_cluster(folder: Path, *, announced_port: int) -> Iterator[str]:
    """Run a cluster of one server that holds every slot and sends clients to the announced port."""
    with required():
        program = find_valkey_server()
    # Its second port is this one plus 10,000.
    port = next(port for port in range(20_100, 20_200) if is_free(port) and is_free(port + 10_000))
    config = folder / "cluster.conf"
    config.write_text(
        f'bind {HOST}\nport {port}\ndir "{folder}"\nsave ""\n'
        f"cluster-enabled yes\ncluster-announce-port {announced_port}\n"
    )
    process = subprocess.Popen([program, config], stdout=subprocess.DEVNULL)
    try:
        with admin_of(f"{HOST}:{port}") as admin:
            wait_for(lambda: _answers(admin))
            admin.execute_command("CLUSTER ADDSLOTS", *range(16_384))  # type: ignore[no-untyped-call]
            wait_for(lambda: "'cluster_state': 'ok'" in str(admin.cluster("INFO")))
        yield f"{HOST}:{port}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def admin_of(host: str) -> Iterator[valkey.Valkey]:
    """Give a client with the library's own patience, to look at the server and to change it."""
    address, _, port = host.rpartition(":")
    with valkey.Valkey(host=address, port=int(port)) as client:
        yield client


def client_ids(admin: valkey.Valkey) -> set[str]:
    """Return who is connected to the server, the one who asks included."""
    return {client["id"] for client in cast("list[dict[str, str]]", admin.client_list())}


def own_id(admin: valkey.Valkey) -> str:
    return str(admin.client_id())


def pool_at(host: str, connections: int = 16) -> Connect:
    address, _, port = host.rpartition(":")
    return partial(connect_pool, {"host": address, "port": int(port)}, connections)


def cache_at(host: str, clock: Clock) -> ValkeyCache:
    return ValkeyCache(lambda: pool_at(host), clock)


class SilentServer:
    """Accepts connections, counts them and never says a word."""

    def __init__(self) -> None:
        self.accepted: list[socket.socket] = []
        self._listener = socket.create_server((HOST, 0))
        self.host = f"{HOST}:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def __enter__(self) -> "SilentServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for one in self.accepted:
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self.accepted.append(self._listener.accept()[0])


class CrowdServer(SilentServer):
    """Answers nobody until a crowd is connected; then it has nothing for each of them."""

    def __init__(self, crowd: int) -> None:
        self._crowd = crowd
        super().__init__()

    def _accept(self) -> None:
        with suppress(OSError):
            while len(self.accepted) < self._crowd:
                self.accepted.append(self._listener.accept()[0])
            for one in self.accepted:
                one.recv(1 << 16)  # an answer before the question would end the connection
                one.sendall(b"$-1\r\n")


@contextmanager
def black_hole() -> Iterator[str]:
    """Give an address whose packets are dropped: a listener whose queue is full and is never emptied."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((HOST, 0))
        listener.listen(0)
        with suppress(TimeoutError):
            while True:
                queued = stack.enter_context(socket.socket())
                queued.settimeout(0.3)
                queued.connect(listener.getsockname())
        yield f"{HOST}:{listener.getsockname()[1]}"


class Authority:
    """A certificate authority of the test's own."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._sign(
            self._name, self._key.public_key(), x509.BasicConstraints(ca=True, path_length=None)
        )
        self.pem = certificate.public_bytes(Encoding.PEM).decode()

    def serve_as(self, address: str, folder: Path) -> ssl.SSLContext:
        """Return what a server at the address needs, with files in the folder."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        certificate = self._sign(subject, key.public_key(), names)
        file = folder / "server.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(extension, critical=True)
        )
        return builder.sign(self._key, hashes.SHA256())


@contextmanager
def tls_in_front_of(upstream: str, context: ssl.SSLContext, port: int = 0) -> Iterator[int]:
    """Serve TLS on a port and pass on what comes; the bundled server was built without it."""
    address, _, upstream_port = upstream.rpartition(":")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(address, int(upstream_port))
        try:
            await asyncio.gather(_pump(reader, up_writer), _pump(up_reader, writer))
        finally:
            writer.transport.abort()
            up_writer.transport.abort()

    async def run() -> None:
        async with await asyncio.start_server(serve, HOST, port, ssl=context) as server:
            ended = asyncio.Event()
            end = partial(asyncio.get_running_loop().call_soon_threadsafe, ended.set)
            started.set_result((server.sockets[0].getsockname()[1], end))
            await ended.wait()

    started: Future[tuple[int, Callable[[], object]]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    served_port, end = started.result()
    try:
        yield served_port
    finally:
        end()
        thread.join()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(1 << 16):
            writer.write(chunk)
            await writer.drain()
    writer.transport.abort()


def _answers(admin: valkey.Valkey) -> bool:
    with suppress(valkey.ConnectionError):
        return bool(admin.ping())
    return False
