"""The Firestore client, with its timeouts and retries, and its errors as ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

import google.auth
import grpc  # type: ignore[import-untyped]
from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.auth.credentials import AnonymousCredentials, Credentials
from google.cloud import firestore
from google.cloud.firestore import (
    CollectionGroup,
    CollectionReference,
    DocumentSnapshot,
    FieldFilter,
    Query,
)
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

from shared.documents.sweep import Span
from shared.domain.slots import SLOTS, STORE_SLOTS
from shared.errors import StoreContended, StoreExhausted, StoreUnavailable

TIMEOUT_S = 10.0

RETRY = Retry(
    predicate=if_exception_type(exceptions.ServiceUnavailable), initial=0.1, maximum=1.0, timeout=4.0
)
"""Retries a call whose connection dropped; a longer outage is left to Pub/Sub's backoff.

Safe for a commit whose answer was lost: the second try loses the precondition that the first one moved.
"""

UNAVAILABLE = (
    exceptions.Cancelled,
    exceptions.DeadlineExceeded,
    exceptions.GatewayTimeout,
    exceptions.InternalServerError,
    exceptions.RetryError,
    exceptions.ServiceUnavailable,
    exceptions.TooManyRequests,
    exceptions.Unknown,
)


_CHANNEL_OPTIONS = (
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
)
"""As the client library has them; -1 leaves the limits to Firestore."""


class Client(firestore.Client):
    """The library's client for queries; `rpc`, the generated one below it, for requests in wire form.

    Each has a connection of its own, opened by its first call: the library has no way to share one.

    Args:
        project: the project's id.
        database: the database's id.
        credentials: by default, those of the environment, and none for the emulator.
    """

    def __init__(self, project: str, database: str, credentials: Credentials | None = None) -> None:
        self.emulator = os.environ.get("FIRESTORE_EMULATOR_HOST")
        if credentials is None:
            credentials = AnonymousCredentials() if self.emulator else _default_credentials()  # type: ignore[no-untyped-call]
        super().__init__(project=project, database=database, credentials=credentials)
        self.database_name = f"projects/{project}/databases/{database}"
        self.metadata = [("google-cloud-resource-prefix", self.database_name)]
        if self.emulator:
            self.metadata.append(("authorization", "Bearer owner"))
        self._rpc_credentials = credentials

    @cached_property
    def rpc(self) -> FirestoreClient:
        """The generated client. Give its calls `metadata`."""
        host = self.emulator or FirestoreClient.DEFAULT_ENDPOINT
        return FirestoreClient(transport=FirestoreGrpcTransport(host=host, channel=self.open_channel(host)))

    def open_channel(self, host: str) -> grpc.Channel:
        """Return a channel of the generated client; it connects with its first call."""
        if self.emulator:
            return grpc.insecure_channel(host, options=_CHANNEL_OPTIONS)
        return FirestoreGrpcTransport.create_channel(
            host, credentials=self._rpc_credentials, options=_CHANNEL_OPTIONS
        )


def _default_credentials() -> Credentials:
    credentials, _ = google.auth.default(scopes=Client.SCOPE)
    return credentials


def connect(project: str, database: str) -> Client:
    """Return a client; it connects with its first call."""
    return Client(project, database)


@contextmanager
def translated() -> Iterator[None]:
    """Raise the client library's transient errors as `TransientError`s; let the others through."""
    try:
        yield
    except exceptions.Aborted as error:
        raise StoreContended(f"Firestore aborted the commit: {error.message}") from error
    except exceptions.ResourceExhausted as error:
        raise StoreExhausted(f"Firestore took no more: {error.message}") from error
    except UNAVAILABLE as error:
        raise StoreUnavailable(f"Firestore did not answer: {error}") from error


def stream(
    query: Query | CollectionReference, read_time: datetime | None = None
) -> Iterator[DocumentSnapshot[Any]]:
    """Yield what the query finds, as of `read_time` where it is given. Raise as `translated` does."""
    with translated():
        yield from query.stream(retry=RETRY, timeout=TIMEOUT_S, read_time=read_time)


def count(query: Query, read_time: datetime | None = None) -> int:
    """Return how many documents the query finds, as `stream` would. Costs a read for each 1,000."""
    # The library's annotation names the class, not an instance of it.
    counting: Any = query.count()
    with translated():
        [[found]] = counting.get(retry=RETRY, timeout=TIMEOUT_S, read_time=read_time)
    return int(found.value)


def in_slots(documents: CollectionReference | CollectionGroup) -> Query:
    """Return the query for documents whose rising value is indexed behind a slot: of all, or of its store."""
    if isinstance(documents, CollectionGroup):
        return documents.where(filter=FieldFilter("slot", "in", list(SLOTS)))
    return documents.where(filter=FieldFilter("storeSlot", "in", list(STORE_SLOTS)))


def in_span(documents: CollectionReference | CollectionGroup | Query, field: str, span: Span) -> Query:
    """Return the query for documents whose time is in the span."""
    after, until = span
    query = documents.where(filter=FieldFilter(field, "<=", until))
    return query if after is None else query.where(filter=FieldFilter(field, ">", after))
