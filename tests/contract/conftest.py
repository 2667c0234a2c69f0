"""What the contract is checked on."""

from collections.abc import Callable, Iterator

import pytest

from emulator.standalone import Server
from shared.adapters.firestore.client import Client, connect
from tests.conftest import new_project
from tests.contract.backends import Backend, FirestoreBackend, MemoryBackend
from tests.contract.lookup_bench import LookupBench
from tests.contract.valkey_servers import Clock
from tests.contract.wire_log import LoggedClient
from tests.played_api import PlayedApi
from tests.servers import running_valkey


@pytest.fixture
def emulated(firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every client that is made in the test talk to the emulator."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)


@pytest.fixture
def client(emulated: None, project: str) -> Iterator[Client]:  # noqa: ARG001
    """Return a client of an empty database."""
    made = connect(project, "(default)")
    yield made
    made.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def logged(emulated: None, project: str) -> Iterator[LoggedClient]:  # noqa: ARG001
    """Return a client of an empty database whose calls can be counted."""
    made = LoggedClient(project)
    yield made
    made.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def new_client(emulated: None) -> Iterator[Callable[[], Client]]:  # noqa: ARG001
    """Return what makes clients, each of an empty database, for many runs within one test."""
    made: list[Client] = []

    def make() -> Client:
        made.append(connect(new_project(), "(default)"))
        return made[-1]

    yield make
    for one in made:
        one.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def bench(client: Client, valkey_url: str, customer_api: PlayedApi, project: str) -> LookupBench:
    """Return customer lookups in a store of their own."""
    return LookupBench(client, valkey_url, customer_api, f"{project}/ü.1")


@pytest.fixture(params=["memory", "firestore"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Return each of the two document stores in turn, empty."""
    if request.param == "memory":
        return MemoryBackend()
    return FirestoreBackend(request.getfixturevalue("client"))


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a Valkey server that no other file uses."""
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """Return the file's Valkey server, which a test may pause or stop: afterwards it runs again."""
    yield shared_server
    shared_server.process.resume()
    if shared_server.process.exit_code() is not None:
        shared_server.start()


@pytest.fixture
def clock() -> Clock:
    """Return a clock that a test moves on."""
    return Clock()
