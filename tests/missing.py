"""What a test needs and this machine lacks: it skips the test on a laptop, and fails it in CI."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest

from emulator.errors import StackError


def unavailable(why: str) -> NoReturn:
    """End the test. A green CI means that every test ran."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@contextmanager
def required(error: type[Exception] = StackError) -> Iterator[None]:
    """End the test where what it needs can't be found or started."""
    try:
        yield
    except error as missing:
        unavailable(str(missing))
