"""One running local stack for all end-to-end and browser tests; each test has stores of its own."""

from collections.abc import Iterator

import pytest

from emulator.options import StackOptions
from emulator.ports import HOST
from emulator.readiness import has_http_answer
from emulator.stack import LocalStack
from tests.missing import required
from tests.patience import wait_for


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Return a running stack whose Firestore can be cut off."""
    options = StackOptions(state_dir=tmp_path_factory.mktemp("stack"), ports={}, with_firestore_proxy=True)
    with required():
        running = LocalStack.start(options)
    with running:
        yield running


def crash(stack: LocalStack, *functions: str) -> None:
    """Kill functions, and return once each has been restarted and answers."""
    addresses = stack.state.functions
    for name in functions:
        stack.processes[name].kill()
    for name in functions:
        wait_for(lambda: stack.processes[name].pid not in (None, addresses[name].pid))  # noqa: B023
        wait_for(lambda: has_http_answer(f"{HOST}:{addresses[name].port}"))  # noqa: B023
