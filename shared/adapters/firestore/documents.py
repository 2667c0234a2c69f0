"""Records and atomic commits in Firestore."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from google.api_core import exceptions
from google.cloud.firestore import Client, DocumentReference, FieldFilter, Query

from shared.adapters.firestore import commit_request, read_request
from shared.adapters.firestore.client import RETRY, TIMEOUT_S, translated
from shared.documents.entries import DocumentWrite, Record, order_facts, registration
from shared.documents.paths import Path, customer_path, store_path
from shared.documents.store import Committed, PreconditionLost
from shared.domain.order_times import OtherOrders, Owner


class FirestoreDocuments:
    """The ledger's documents in Firestore."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, paths: Collection[Path]) -> dict[Path, Record]:
        """Return the record at each path that exists: one call."""
        api, database = self._client._firestore_api, self._client._database_string
        names = {f"{database}/documents/{'/'.join(path)}": path for path in paths}
        with translated():
            responses = api.batch_get_documents(
                request=read_request.build_request(database, names),
                metadata=self._client._rpc_metadata,
                retry=RETRY,
                timeout=TIMEOUT_S,
            )
            found = list(read_request.read_responses(responses))
        return {names[name]: _record(names[name], fields, version) for name, fields, version in found}

    def other_orders(self, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        """Return what is known of the customer's orders but these: three calls.

        The customer's document is read first: an order that slips in between moves its version.
        """
        store_id, customer_id = owner
        orders = self._reference(store_path(store_id)).collection("orders")
        mine = orders.where(filter=FieldFilter("customerId", "==", customer_id)).limit(len(order_ids) + 1)
        times = []
        with translated():
            customer = self._reference(customer_path(*owner)).get(retry=RETRY, timeout=TIMEOUT_S)
            for direction in (Query.ASCENDING, Query.DESCENDING):
                found = mine.order_by("createdAt", direction).get(retry=RETRY, timeout=TIMEOUT_S)
                times += [s.get("createdAt") for s in found if s.get("orderId") not in order_ids][:1]
        return OtherOrders(times=tuple(times), version=customer.update_time)

    def commit(self, writes: Sequence[DocumentWrite]) -> Committed:
        """Write all or nothing: one call.

        Raises:
            PreconditionLost: a document is not at the version that its write needs.
        """
        api, database = self._client._firestore_api, self._client._database_string
        with translated():
            try:
                response = api.commit(
                    request=commit_request.build_request(database, writes),
                    metadata=self._client._rpc_metadata,
                    retry=RETRY,
                    timeout=TIMEOUT_S,
                )
            except (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound) as error:
                raise PreconditionLost(str(error)) from error
        versions, counters = commit_request.read_response(writes, response)
        return Committed(versions=versions, counters=counters)

    def _reference(self, path: Path) -> DocumentReference:
        return self._client.document(*path)


def _record(path: Path, fields: Mapping[str, Any], version: object) -> Record:
    facts = order_facts(fields) if path[-2] == "orders" else registration(fields)
    return Record(facts=facts, timezone=fields.get("timezone", "UTC"), version=version)
