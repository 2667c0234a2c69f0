"""One running local stack for all end-to-end and browser tests; each test has stores of its own."""

from collections.abc import Iterator

import pytest

from emulator.options import StackOptions
from emulator.stack import LocalStack
from tests.missing import required


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Return a running stack whose Firestore can be cut off."""
    options = StackOptions(state_dir=tmp_path_factory.mktemp("stack"), ports={}, with_firestore_proxy=True)
    with required():
        running = LocalStack.start(options)
    with running:
        yield running
