"""Records and atomic commits in Firestore."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from google.api_core import exceptions
from google.cloud.firestore import (
    Client,
    DocumentReference,
    DocumentSnapshot,
    FieldFilter,
    Increment,
    Maximum,
    Minimum,
    Query,
    WriteBatch,
)

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, translated
from shared.documents import Committed, PreconditionLost
from shared.order_times import OtherOrders, Owner
from shared.paths import Path, customer_path, store_path
from shared.records import ABSENT, DocumentWrite, Record, order_facts, registration


class FirestoreDocuments:
    """The ledger's documents in Firestore."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, paths: Collection[Path]) -> dict[Path, Record]:
        """Return the record at each path that exists: one call."""
        references = {"/".join(path): path for path in paths}
        with translated():
            found = self._client.get_all([*map(self._reference, paths)], retry=RETRY, timeout=TIMEOUT_S)
            snapshots = [snapshot for snapshot in found if snapshot.exists]
        return {references[s.reference.path]: _record(s) for s in snapshots}

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
        batch = self._client.batch()
        for write in writes:
            self._add(batch, write)
        with translated():
            try:
                results = batch.commit(retry=RETRY, timeout=TIMEOUT_S)
            except (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound) as error:
                raise PreconditionLost(str(error)) from error
        return Committed(
            versions={w.path: r.update_time for w, r in zip(writes, results, strict=True)},
            counters={
                w.path: _counters(w, r.transform_results) for w, r in zip(writes, results, strict=True)
            },
        )

    def _add(self, batch: WriteBatch, write: DocumentWrite) -> None:
        reference = self._reference(write.path)
        if write.version is None:
            batch.set(reference, _nested(write), merge=True)
        elif write.version == ABSENT:
            batch.create(reference, _nested(write))
        else:
            option = self._client.write_option(last_update_time=write.version)
            batch.update(reference, _nested(write), option=option)

    def _reference(self, path: Path) -> DocumentReference:
        return self._client.document(*path)


def _record(snapshot: DocumentSnapshot[Any]) -> Record:
    fields: Mapping[str, Any] = snapshot.to_dict() or {}
    facts = order_facts(fields) if snapshot.reference.parent.id == "orders" else registration(fields)
    return Record(facts=facts, timezone=fields.get("timezone", "UTC"), version=snapshot.update_time)


def _nested(write: DocumentWrite) -> dict[str, Any]:
    data: dict[str, Any] = dict(write.fields)
    data |= {name: Minimum(amount) for name, amount in write.minimums.items()}
    data |= {name: Maximum(amount) for name, amount in write.maximums.items()}
    for path, amount in write.increments.items():
        parent = data
        for part in path[:-1]:
            parent = parent.setdefault(part, {})
        parent[path[-1]] = Increment(amount)
    return data


def _counters(write: DocumentWrite, results: Sequence[Any]) -> dict[str, int]:
    """Return the top-level counters after the commit; results come in the order of the field paths."""
    paths = sorted([*write.increments, *((name,) for name in (*write.minimums, *write.maximums))])
    return {
        path[0]: result.integer_value for path, result in zip(paths, results, strict=True) if len(path) == 1
    }
