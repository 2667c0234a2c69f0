"""The client library's way to the database, through whatever the network does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports.base import FirestoreTransport
from google.cloud.firestore_v1.types import (
    BatchGetDocumentsRequest,
    BatchGetDocumentsResponse,
    CommitRequest,
    CommitResponse,
    RunAggregationQueryRequest,
    RunAggregationQueryResponse,
    RunQueryRequest,
    RunQueryResponse,
)

from shared.adapters.firestore.client import Client
from tests.simulation.firestore.database import Database
from tests.simulation.network import Network
from tests.simulation.services.refused import refuse_others


def connect(project: str, database: Database, network: Network) -> Client:
    """Return a client library's client whose calls go to the simulated database."""
    client = Client(project, "(default)", AnonymousCredentials())  # type: ignore[no-untyped-call]
    client.rpc = client._firestore_api_internal = FirestoreClient(transport=Transport(database, network))
    return client


@refuse_others
class Transport(FirestoreTransport):
    """The calls that the code under test makes; the others raise NotSimulated."""

    kind = "grpc"

    def __init__(self, database: Database, network: Network) -> None:
        self._database = database
        self._network = network
        super().__init__(credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]
        self._prep_wrapped_messages(None)  # type: ignore[no-untyped-call]

    @property
    def commit(self) -> Callable[..., Any]:
        return self._commit

    @property
    def batch_get_documents(self) -> Callable[..., Any]:
        return self._get

    @property
    def run_query(self) -> Callable[..., Any]:
        return self._query

    @property
    def run_aggregation_query(self) -> Callable[..., Any]:
        return self._aggregate

    def _commit(self, request: CommitRequest, **_: object) -> CommitResponse:
        message: Any = CommitRequest.pb(request)
        return self._network.call(
            f"commit of {_shown(message)}",
            lambda: self._database.commit(message),
            wait_s=self._database.delay_of(message),
            is_commit=True,
        )

    def _get(self, request: BatchGetDocumentsRequest, **_: object) -> Iterator[BatchGetDocumentsResponse]:
        message: Any = BatchGetDocumentsRequest.pb(request)
        return self._network.call("read", lambda: self._database.get(message))

    def _query(self, request: RunQueryRequest, **_: object) -> Iterator[RunQueryResponse]:
        message: Any = RunQueryRequest.pb(request)
        return self._network.call("query", lambda: self._database.query(message))

    def _aggregate(
        self, request: RunAggregationQueryRequest, **_: object
    ) -> Iterator[RunAggregationQueryResponse]:
        message: Any = RunAggregationQueryRequest.pb(request)
        return self._network.call("count", lambda: self._database.aggregate(message))


def _shown(request: Any) -> str:
    """Return what a commit writes, for the trace."""
    names = [(write.update.name or write.delete).split("/documents/", 1)[1] for write in request.writes]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
