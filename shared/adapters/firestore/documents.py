"""The document store in Firestore."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from http import HTTPStatus
from typing import Any

from google.api_core import exceptions
from google.cloud.firestore import FieldFilter, Query
from google.cloud.firestore_v1.types import CommitRequest

from shared import tracing
from shared.adapters.firestore import commit_request, read_request
from shared.adapters.firestore.client import RETRY, TIMEOUT_S, Client, stream, translated
from shared.documents.paths import Path, customer_path, store_path
from shared.documents.store import Committed, Document, PreconditionLost, Write, check_transforms
from shared.domain.order_times import OtherOrders, Owner
from shared.errors import CommitRefused

MOST_BYTES = 10 * 2**20
"""Of a commit, as Firestore publishes it. What it adds for index entries is refused by itself."""

MOST_BYTES_EMULATED = 4 * 2**20
"""Of a commit to the emulator, whose gRPC server takes no larger message."""


class FirestoreDocuments:
    """Reads and writes documents. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._most_bytes = MOST_BYTES_EMULATED if client.emulator else MOST_BYTES

    def read(self, paths: Sequence[Path]) -> list[Document]:
        """Return the document at each path, in the order of the paths: one call."""
        request = read_request.build_request(self._client.database_name, paths)
        with translated():
            found = read_request.read_responses(self._call(self._client.rpc.batch_get_documents, request))
        return [found.get(path, Document()) for path in paths]

    def other_orders(self, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        """Return when the customer's first and last orders were created, without these: three calls.

        The customer's document is read first: an order that comes in between changes its version.
        """
        store_id, customer_id = owner
        [customer] = self.read([customer_path(*owner)])
        orders = self._client.collection(*store_path(store_id), "orders")
        theirs = orders.where(filter=FieldFilter("customerId", "==", customer_id)).limit(len(order_ids) + 1)
        times = []
        for direction in (Query.ASCENDING, Query.DESCENDING):
            found = list(stream(theirs.order_by("createdAt", direction)))
            times += [s.get("createdAt") for s in found if s.get("orderId") not in order_ids][:1]
        return OtherOrders(times=tuple(times), version=customer.version)

    def commit(self, writes: Sequence[Write]) -> Committed:
        """Write all or nothing: one call.

        Raises:
            PreconditionLost: a document is at another version than its write requires.
            CommitRefused: the commit is too large, or breaks another of Firestore's limits.
        """
        check_transforms(writes)
        request = commit_request.build_request(self._client.database_name, writes)
        size = CommitRequest.pb(request).ByteSize()
        if size > self._most_bytes:
            raise CommitRefused(f"commit: expected at most {self._most_bytes} bytes, got {size}")
        with tracing.span("commit"), translated():
            try:
                response = self._call(self._client.rpc.commit, request)
            except (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound) as error:
                raise PreconditionLost(str(error)) from error
            except exceptions.GoogleAPICallError as error:
                if _is_refusal(error):
                    raise CommitRefused(f"Firestore refused a commit of {size} bytes: {error}") from error
                raise
        return commit_request.read_response(writes, response)

    def _call(self, call: Callable[..., Any], request: object) -> Any:
        return call(request=request, metadata=self._client.metadata, retry=RETRY, timeout=TIMEOUT_S)


def _is_refusal(error: exceptions.GoogleAPICallError) -> bool:
    """Whether Firestore, or a proxy before it, would refuse a repeat in the same way."""
    too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value
    # gRPC has no status of its own for this one.
    is_too_large = error.code == too_large or f"status: {too_large}" in str(error.message)
    return is_too_large or isinstance(error, exceptions.InvalidArgument)
