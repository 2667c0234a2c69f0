"""Every failure of the library is one of ours."""

import socket

import pytest
from valkey import exceptions

from shared.adapters.valkey_connection import UNAVAILABLE, translated
from shared.errors import CacheUnavailable

ERRORS = [
    value
    for value in vars(exceptions).values()
    if isinstance(value, type) and issubclass(value, Exception) and value.__module__ == exceptions.__name__
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_of_the_library_is_a_missing_cache(error: type[Exception]) -> None:
    original = error.__new__(error)
    with pytest.raises(CacheUnavailable) as caught, translated():
        raise original
    assert caught.value.__cause__ is original


def test_every_error_of_the_system_is_a_missing_cache() -> None:
    assert issubclass(ConnectionResetError, UNAVAILABLE)
    assert issubclass(TimeoutError, UNAVAILABLE)
    assert issubclass(socket.gaierror, UNAVAILABLE)


def test_a_bug_is_not_taken_for_a_missing_cache() -> None:
    with pytest.raises(KeyError), translated():
        raise KeyError("bug")
