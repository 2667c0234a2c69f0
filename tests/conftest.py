"""Real servers, started once for all tests, and a project of its own for each test.

A server that can't be started skips its tests on a laptop and fails them where CI is set, so that a green CI
means that they ran.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from emulator.errors import StackError
from emulator.standalone import Server, run_customer_api, run_firestore, run_pubsub, run_valkey
from shared.documents import retry
from tests.played_api import PlayedApi
from tests.running_stack import stack as stack
from tests.virtual_time import VirtualTime


@pytest.fixture(scope="session")
def firestore_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Firestore emulator: the one that runs, or one of our own."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("firestore")
        yield os.environ.get("FIRESTORE_EMULATOR_HOST") or _start(stack, run_firestore, folder)


@pytest.fixture(scope="session")
def pubsub_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Pub/Sub emulator: the one that runs, or one of our own."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("pubsub")
        yield os.environ.get("PUBSUB_EMULATOR_HOST") or _start(stack, run_pubsub, folder)


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Valkey server: the one that is named, or one of our own.

    All tests share its keys, so each uses a store of its own.
    """
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("valkey")
        yield os.environ.get("VALKEY_URL") or f"redis://{_start(stack, run_valkey, folder)}/0"


@pytest.fixture(scope="session")
def customer_api_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a customer API that misbehaves when told to."""
    with ExitStack() as stack:
        yield _start(stack, run_customer_api, tmp_path_factory.mktemp("customer-api"))


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
    return f"test-{uuid4().hex[:20]}"


def _start(stack: ExitStack, run: Callable[[Path], AbstractContextManager[Server]], folder: Path) -> str:
    try:
        return stack.enter_context(run(folder)).host
    except StackError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
