"""The access token: fetched before it is needed, and waited for only briefly."""

import datetime as dt
from threading import Event

import pytest
from google.auth.credentials import Credentials
from google.auth.exceptions import RefreshError
from valkey.exceptions import AuthenticationError

from shared.adapters.memorystore import IamCredentials
from tests.patience import wait_for


class Tokens(Credentials):
    """Credentials whose tokens a test hands out: token-1, token-2 and so on, each for an hour."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.handed_out = 0
        self.may_answer = Event()
        self.may_answer.set()
        self.error: Exception | None = None

    def refresh(self, request: object) -> None:  # noqa: ARG002
        self.may_answer.wait()
        if self.error is not None:
            raise self.error
        self.handed_out += 1
        self.token = f"token-{self.handed_out}"
        self.expire_in(dt.timedelta(hours=1))

    def expire_in(self, time: dt.timedelta) -> None:
        self.expiry = dt.datetime.now(dt.UTC).replace(tzinfo=None) + time


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


def test_a_token_is_used_until_minutes_before_it_expires(tokens: Tokens) -> None:
    provider = IamCredentials(tokens)
    assert [provider.get_credentials() for _ in range(3)] == [("default", "token-1")] * 3
    tokens.expire_in(dt.timedelta(minutes=5))
    assert provider.get_credentials() == ("default", "token-1")
    assert tokens.handed_out == 1


def test_the_next_token_is_fetched_before_the_last_expires_and_nobody_waits(tokens: Tokens) -> None:
    provider = IamCredentials(tokens)
    provider.get_credentials()
    tokens.expire_in(dt.timedelta(minutes=2))
    tokens.may_answer.clear()
    assert [provider.get_credentials() for _ in range(3)] == [("default", "token-1")] * 3
    tokens.may_answer.set()
    wait_for(lambda: tokens.token == "token-2")
    assert provider.get_credentials() == ("default", "token-2")
    assert tokens.handed_out == 2, "one fetch, however many asked"


def test_a_token_that_cannot_be_had_in_time_is_an_error_of_the_library(tokens: Tokens) -> None:
    provider = IamCredentials(tokens)
    tokens.may_answer.clear()
    with pytest.raises(AuthenticationError):
        provider.get_credentials()
    tokens.may_answer.set()
    wait_for(lambda: tokens.token)
    assert provider.get_credentials() == ("default", "token-1")


def test_a_refused_refresh_is_an_error_of_the_library(tokens: Tokens) -> None:
    tokens.error = RefreshError("the service account is gone")  # type: ignore[no-untyped-call]
    with pytest.raises(AuthenticationError, match="the service account is gone"):
        IamCredentials(tokens).get_credentials()
