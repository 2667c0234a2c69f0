"""The Firestore client, with its timeouts and retries, and its errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.cloud.firestore import (
    Client,
    CollectionGroup,
    CollectionReference,
    DocumentSnapshot,
    FieldFilter,
    Query,
)

from shared.documents.sweep import Span
from shared.domain.slots import SLOTS
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


def connect(project: str, database: str) -> Client:
    """Return a client; it connects with its first call."""
    return Client(project=project, database=database)


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


def in_slots(documents: CollectionReference | CollectionGroup) -> Query:
    """Return the query for documents of all slots, whose rising value is indexed behind them."""
    return documents.where(filter=FieldFilter("slot", "in", list(SLOTS)))


def in_span(documents: CollectionReference | CollectionGroup | Query, field: str, span: Span) -> Query:
    """Return the query for documents whose time is in the span."""
    after, until = span
    query = documents.where(filter=FieldFilter(field, "<=", until))
    return query if after is None else query.where(filter=FieldFilter(field, ">", after))
