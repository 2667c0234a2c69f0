"""Real servers, started once, and a project of its own for each test.

A server that can't be started skips its tests on a laptop and fails them where CI is set, so that a green CI
means that they ran.
"""

import os
import zoneinfo
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from xdist.scheduler import LoadFileScheduling

from emulator.standalone import run_customer_api
from shared.documents import retry
from tests.missing import required
from tests.played_api import PlayedApi
from tests.running_stack import stack as stack
from tests.servers import Emulators, OwnEmulators, ask, running_valkey
from tests.virtual_time import VirtualTime

EMULATORS = pytest.StashKey[Emulators]()
RUN_THEIR_OWN_STACK = ("tests/end_to_end/test_bench.py", "tests/end_to_end/test_demo.py")


class Files(LoadFileScheduling):  # type: ignore[misc]
    """Keeps a file's tests in one worker of xdist, and together all those that use the fixture `stack`."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        is_at_the_stack = file.startswith(("tests/end_to_end/", "tests/browser/"))
        return "stack" if is_at_the_stack and file not in RUN_THEIR_OWN_STACK else file


def pytest_configure(config: pytest.Config) -> None:
    """Share emulators between the workers of xdist, and take time zones from the locked tzdata alone."""
    os.environ["PYTHONTZPATH"] = ""  # as in functions; child processes inherit it
    zoneinfo.reset_tzpath()
    given = getattr(config, "workerinput", {}).get("emulators")
    config.stash[EMULATORS] = ask(*given) if given else OwnEmulators()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a new worker of xdist where to ask for emulators."""
    node.workerinput["emulators"] = node.config.stash[EMULATORS].address


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return Files(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_unconfigure(config: pytest.Config) -> None:
    own = config.stash.get(EMULATORS, None)
    if isinstance(own, OwnEmulators):
        own.close()


@pytest.fixture(scope="session")
def firestore_host(pytestconfig: pytest.Config) -> str:
    """Return the address of a Firestore emulator: the one that is named, or the test run's own."""
    with required():
        return os.environ.get("FIRESTORE_EMULATOR_HOST") or pytestconfig.stash[EMULATORS].host("firestore")


@pytest.fixture(scope="session")
def pubsub_host(pytestconfig: pytest.Config) -> str:
    """Return the address of a Pub/Sub emulator: the one that is named, or the test run's own."""
    with required():
        return os.environ.get("PUBSUB_EMULATOR_HOST") or pytestconfig.stash[EMULATORS].host("pubsub")


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Valkey server. Tests share its keys, so each uses a store of its own."""
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield f"redis://{server.host}/0"


@pytest.fixture(scope="session")
def customer_api_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a customer API that misbehaves when told to."""
    with run_customer_api(tmp_path_factory.mktemp("customer-api")) as server:
        yield server.host


@pytest.fixture
def customer_api(customer_api_host: str) -> Iterator[PlayedApi]:
    """Return the control panel of the customer API, which behaves at first."""
    panel = PlayedApi(f"http://{customer_api_host}")
    panel.behave()
    yield panel
    panel.behave()


@pytest.fixture
def virtual_time(monkeypatch: pytest.MonkeyPatch) -> VirtualTime:
    """Have retries wait in virtual time."""
    time = VirtualTime()
    monkeypatch.setattr(retry, "PACING", time.pacing())
    return time


@pytest.fixture
def project() -> str:
    """Return a project that no other test uses: emulators keep projects apart."""
    return new_project()


def new_project() -> str:
    return f"demo-{uuid4().hex[:20]}"
