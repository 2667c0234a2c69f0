"""The document store in Firestore."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from google.api_core import exceptions
from google.cloud.firestore import Client, FieldFilter, Query

from shared.adapters.firestore import commit_request, read_request
from shared.adapters.firestore.client import RETRY, TIMEOUT_S, stream, translated
from shared.documents.paths import Path, customer_path, store_path
from shared.documents.store import Committed, Document, PreconditionLost, Write
from shared.domain.order_times import OtherOrders, Owner


class FirestoreDocuments:
    """Reads and writes documents. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, paths: Sequence[Path]) -> list[Document]:
        """Return the document at each path, in the order of the paths: one call."""
        request = read_request.build_request(self._client._database_string, paths)
        with translated():
            found = read_request.read_responses(self._call("batch_get_documents", request))
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
        """
        request = commit_request.build_request(self._client._database_string, writes)
        with translated():
            try:
                response = self._call("commit", request)
            except (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound) as error:
                raise PreconditionLost(str(error)) from error
        return commit_request.read_response(writes, response)

    def _call(self, method: str, request: object) -> Any:
        # The client has no public way to share its connection with the generated client below it.
        call = getattr(self._client._firestore_api, method)
        return call(request=request, metadata=self._client._rpc_metadata, retry=RETRY, timeout=TIMEOUT_S)
