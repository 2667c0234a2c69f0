"""Firestore's documents in memory, for tests and models that need thousands of runs.

Preconditions, transforms and versions are Firestore's; `tests/contract/test_documents.py` checks both alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from shared.documents.deltas import COLLECTION, FIELD, Delta, delta_id
from shared.documents.paths import Path, customer_path, store_path
from shared.documents.store import (
    ABSENT,
    Committed,
    Document,
    DocumentDelete,
    DocumentWrite,
    PreconditionLost,
    Write,
    check_transforms,
)
from shared.domain.instants import to_micros
from shared.domain.order_times import OtherOrders, Owner

_MOST = 2**63 - 1
"""Counters stop at the bounds of a 64-bit integer."""


class MemoryDocuments:
    """A document store. `documents` holds fields by path, `commits` counts. Safe to share between threads."""

    def __init__(self) -> None:
        self.documents: dict[Path, Mapping[str, Any]] = {}
        self.commits = 0
        self._versions: dict[Path, datetime] = {}
        self._now = datetime(2026, 1, 1, tzinfo=UTC)
        self._lock = Lock()

    def read(self, paths: Sequence[Path]) -> list[Document]:
        with self._lock:
            return [
                Document(fields=self.documents.get(path, {}), version=self._versions.get(path, ABSENT))
                for path in paths
            ]

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
            version = self._versions.get(customer_path(*owner), ABSENT)
        return OtherOrders(times=(*times[:1], *times[-1:]), version=version)

    def pending(self, store_id: str, since: datetime, most: int) -> list[Delta]:
        parent = (*store_path(store_id), COLLECTION)
        low = delta_id(since)
        with self._lock:
            found = sorted(path for path in self.documents if path[:-1] == parent and path[-1] >= low)
            return [
                Delta(path=path, version=self._versions[path], text=self.documents[path][FIELD])
                for path in found[:most]
            ]

    def commit(self, writes: Sequence[Write]) -> Committed:
        check_transforms(writes)
        with self._lock:
            for write in writes:
                if write.version is not None and write.version != self._versions.get(write.path, ABSENT):
                    raise PreconditionLost(f"{write.path} is not at {write.version}")
            self.commits += 1
            self._now += timedelta(microseconds=1)
            made = {write.path: _apply(write, self.documents.get(write.path), self._now) for write in writes}
            for path, fields in made.items():
                self._put(path, fields)
            written = [write for write in writes if isinstance(write, DocumentWrite)]
            return Committed(
                versions={write.path: self._versions[write.path] for write in written},
                counters={write.path: _counters(write, made[write.path] or {}) for write in written},
            )

    def _put(self, path: Path, fields: Mapping[str, Any] | None) -> None:
        if fields is None:
            self.documents.pop(path, None)
            self._versions.pop(path, None)
        elif self.documents.get(path) != fields:
            # A write that changes nothing leaves the version as it is.
            self.documents[path] = fields
            self._versions[path] = self._now


def _apply(write: Write, known: Mapping[str, Any] | None, now: datetime) -> dict[str, Any] | None:
    """Return the document after the write, without changing the one before it; None for a deleted one."""
    if isinstance(write, DocumentDelete):
        return None
    fields = {**(known or {}), **{name: _stored(value) for name, value in write.fields.items()}}
    for (*parents, name), amount in write.increments.items():
        place = fields
        for parent in parents:
            inner = place.get(parent)
            place[parent] = dict(inner) if isinstance(inner, Mapping) else {}
            place = place[parent]
        place[name] = min(max(_number(place.get(name), 0) + amount, -_MOST - 1), _MOST)
    for name, amount in write.minimums.items():
        fields[name] = min(_number(fields.get(name), amount), amount)
    for name, amount in write.maximums.items():
        fields[name] = max(_number(fields.get(name), amount), amount)
    return fields | dict.fromkeys(write.timestamps, now)


def _counters(write: DocumentWrite, fields: Mapping[str, Any]) -> dict[str, int]:
    incremented = [path[0] for path in write.increments if len(path) == 1]
    counters = {name: fields[name] for name in (*incremented, *write.minimums, *write.maximums)}
    return counters | {name: to_micros(fields[name]) for name in write.timestamps}


def _number(value: Any, otherwise: int) -> int:
    """Return the value if it is a number; to Firestore, a bool is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _stored(value: Any) -> Any:
    match value:
        case None | str() | bool() | int() | float() | bytes():
            return value
        case datetime():
            return value.astimezone(UTC)
        case Mapping():
            return {name: _stored(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_stored(inner) for inner in value]
    raise TypeError(f"Firestore has no type for {type(value).__name__}")
