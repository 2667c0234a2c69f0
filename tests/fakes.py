"""What stands in for Firestore where a test needs thousands of runs; held to it by tests/contract."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from shared.documents.entries import ABSENT, DocumentWrite, Record, order_facts, registration
from shared.documents.paths import Path, customer_path, store_path
from shared.documents.store import Committed, PreconditionLost
from shared.domain.changes import Change
from shared.domain.order_times import OtherOrders, Owner
from shared.domain.store import Terms


class FakeDocuments:
    """Documents in a dict, with Firestore's versions, preconditions and transforms."""

    def __init__(self) -> None:
        self.documents: dict[Path, dict[str, Any]] = {}
        self.commits = 0
        self._versions: dict[Path, datetime] = {}
        self._now = datetime(2026, 1, 1, tzinfo=UTC)
        self._lock = Lock()

    def read(self, paths: Collection[Path]) -> dict[Path, Record]:
        with self._lock:
            return {path: self._record(path) for path in paths if path in self.documents}

    def other_orders(self, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        store_id, customer_id = owner
        with self._lock:
            times = sorted(
                fields["createdAt"]
                for path, fields in self.documents.items()
                if path[:-1] == (*store_path(store_id), "orders")
                and fields["customerId"] == customer_id
                and fields["orderId"] not in order_ids
            )
            return OtherOrders(
                times=(*times[:1], *times[-1:]), version=self._versions.get(customer_path(*owner))
            )

    def commit(self, writes: Sequence[DocumentWrite]) -> Committed:
        with self._lock:
            for write in writes:
                if write.version is not None and write.version != self._versions.get(write.path, ABSENT):
                    raise PreconditionLost(f"{write.path} is not at {write.version}")
            self.commits += 1
            self._now += timedelta(microseconds=1)
            counters = {write.path: self._write(write) for write in writes}
            return Committed(versions=dict.fromkeys(counters, self._now), counters=counters)

    def _record(self, path: Path) -> Record:
        fields = self.documents[path]
        facts = order_facts(fields) if path[-2] == "orders" else registration(fields)
        return Record(facts=facts, timezone=fields.get("timezone", "UTC"), version=self._versions[path])

    def _write(self, write: DocumentWrite) -> dict[str, int]:
        fields = self.documents.setdefault(write.path, {})
        self._versions[write.path] = self._now
        fields.update(deepcopy(write.fields))
        for field_path, amount in write.increments.items():
            parent = fields
            for part in field_path[:-1]:
                parent = parent.setdefault(part, {})
            parent[field_path[-1]] = _number(parent, field_path[-1], 0) + amount
        for name, amount in write.minimums.items():
            fields[name] = min(_number(fields, name, amount), amount)
        for name, amount in write.maximums.items():
            fields[name] = max(_number(fields, name, amount), amount)
        top = {path[0] for path in write.increments if len(path) == 1}
        return {name: fields[name] for name in (*top, *write.minimums, *write.maximums)}


def _number(fields: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = fields.get(name)
    return value if isinstance(value, int) else otherwise


class FakeStores:
    """Every store is in one time zone and takes any currency; contention is noted."""

    def __init__(self, timezone: str = "UTC", shard: int = 0) -> None:
        self.contentions: list[str] = []
        self._terms = Terms(timezone=timezone, shard=shard)

    def terms(self, change: Change) -> Terms:  # noqa: ARG002 - the protocol's
        return self._terms

    def contended(self, store_ids: Collection[str]) -> None:
        self.contentions += store_ids
