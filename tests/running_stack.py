"""One running local stack for all end-to-end and browser tests; each test has stores of its own."""

import os
from collections.abc import Iterator

import pytest

from emulator.errors import StackError
from emulator.options import StackOptions
from emulator.stack import LocalStack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Return a running stack whose Firestore can be cut off."""
    options = StackOptions(state_dir=tmp_path_factory.mktemp("stack"), ports={}, with_firestore_proxy=True)
    try:
        running = LocalStack.start(options)
    except StackError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    with running:
        yield running
