"""A commit that Firestore would refuse whenever it is repeated is a permanent error that names its size."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.documents import MOST_BYTES, MOST_BYTES_EMULATED, FirestoreDocuments
from shared.documents.store import DocumentWrite
from shared.errors import CommitRefused, StoreExhausted
from tests.contract.wire_log import LoggedClient

PART = 900_000


def writes(size: int) -> list[DocumentWrite]:
    """Return writes of together so many bytes, and little more."""
    return [
        DocumentWrite(path=("stores", f"s-{n}"), fields={"text": "x" * min(PART, size - n)})
        for n in range(0, size, PART)
    ]


def test_the_emulator_takes_as_much_as_is_measured(logged: LoggedClient) -> None:
    documents = FirestoreDocuments(logged)
    documents.commit(writes(MOST_BYTES_EMULATED - 4096))
    documents._most_bytes = MOST_BYTES
    with pytest.raises(StoreExhausted, match="gRPC message exceeds maximum size 4194304"):
        documents.commit(writes(MOST_BYTES_EMULATED))


def test_a_commit_above_the_limit_is_not_even_sent(logged: LoggedClient) -> None:
    with pytest.raises(CommitRefused, match=r"commit: expected at most 4194304 bytes, got 4194\d\d\d"):
        FirestoreDocuments(logged).commit(writes(MOST_BYTES_EMULATED))
    assert logged.log.calls == []


def test_production_takes_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    client = Client("p", "(default)", AnonymousCredentials())  # type: ignore[no-untyped-call]
    with pytest.raises(CommitRefused, match="expected at most 10485760 bytes, got 1048"):
        FirestoreDocuments(client).commit(writes(MOST_BYTES))


def test_a_document_that_firestore_refuses_is_named_with_the_size_of_its_commit(client: Client) -> None:
    too_long = DocumentWrite(path=("stores", "s-1"), fields={"text": "x" * 1_100_000})
    with pytest.raises(CommitRefused, match=r'refused a commit of 11\d{5} bytes: 400 .*"text" is longer'):
        FirestoreDocuments(client).commit([too_long])


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (exceptions.InvalidArgument, "Transaction too big. Decrease transaction size."),
        (exceptions.Unknown, "Received http2 header with status: 413"),
        (partial(exceptions.from_http_status, 413), "Request Entity Too Large"),
    ],
)
def test_what_firestore_or_a_proxy_says_of_a_commit_too_large_is_understood(
    client: Client, kind: Callable[[str], Exception], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = kind(message)

    def refuse(*_: object) -> None:
        raise error

    documents = FirestoreDocuments(client)
    monkeypatch.setattr(documents, "_call", refuse)
    with pytest.raises(CommitRefused, match=r"refused a commit of 1\d\d bytes") as caught:
        documents.commit([DocumentWrite(path=("stores", "s-1"), fields={"n": 1})])
    assert caught.value.__cause__ is error
