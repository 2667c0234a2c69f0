"""The tenants in Firestore, remembered in the instance for a minute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from cachetools import TTLCache

from shared.adapters.firestore.client import Client, stream
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.documents.paths import store_path
from shared.documents.retry import retry
from shared.documents.store import Document, DocumentWrite
from shared.domain.changes import Change, OrderChange
from shared.domain.segment import SegmentRule
from shared.domain.store import Completion, Store, Terms
from shared.errors import CurrencyMismatch, StoreSettled, StoreUnknown

_AfterT = TypeVar("_AfterT", Store, Store | None)

_REMEMBERED_S = 60.0
_ATTEMPTS_S = 5.0


class FirestoreStores:
    """Stores by id. Safe to share between threads.

    `default_timezone` is the zone of stores that events create; None where only `put` creates stores.

    Only stores with orders are remembered: their currency is fixed, and a change of zone waits until no
    instance remembers the former one.
    """

    def __init__(
        self, client: Client, default_timezone: str | None, timer: Callable[[], float] = monotonic
    ) -> None:
        self._client = client
        self._documents = FirestoreDocuments(client)
        self._default_timezone = default_timezone
        self._settled: TTLCache[str, Store] = TTLCache(10_000, _REMEMBERED_S, timer)
        self._lock = Lock()

    def find(self, store_id: str) -> Store | None:
        """Return the store, or None if it is not known."""
        with self._lock:
            if store := self._settled.get(store_id):
                return store
        store = self.read(store_id)
        self._remember(store)
        return store

    def ensure(self, store_id: str) -> Store:
        """Return the store; an unknown one is created.

        Raises:
            StoreUnknown: events create no stores here.
        """
        with self._lock:
            known = self._settled.get(store_id)
        return known or self._settle(store_id)

    def find_all(self, store_ids: frozenset[str] | None) -> list[Store]:
        """Return those stores of the ids that exist, or every store, by id."""
        found: list[Mapping[str, Any]]
        if store_ids is None:
            found = [snapshot.to_dict() or {} for snapshot in stream(self._client.collection("stores"))]
        else:
            paths = [store_path(store_id) for store_id in store_ids]
            documents = self._documents.read(paths) if paths else []
            found = [document.fields for document in documents if document.exists]
        return sorted(map(_store, found), key=lambda store: store.store_id)

    def terms(self, change: Change) -> Terms:
        """Return how the change is counted; an unknown store is created.

        Raises:
            CurrencyMismatch: the order or a refund is not in the store's currency.
            StoreUnknown: events create no stores here.
        """
        named = change.facts.currencies if isinstance(change, OrderChange) else []
        with self._lock:
            store = self._settled.get(change.store_id)
        if store is None:
            first = named[0][1] if named else None
            # An event that disagrees with itself must not fix the currency.
            _check_currency(named, first)
            store = self._settle(change.store_id, first, has_records=True)
        _check_currency(named, store.currency)
        return Terms(timezone=store.timezone)

    def put(self, store_id: str, change: Callable[[Store | None], Store]) -> tuple[Store | None, Store]:
        """Change a store's settings, or create it; return it before, None for a new one, and after.

        Args:
            store_id: the store.
            change: returns the store with its new settings. It is given None for a new store, and called
                again if somebody else changed the store meanwhile.

        Raises:
            StoreSettled: zone or currency would change although something was counted in them.
        """

        def put(known: Store | None) -> Store:
            wanted = change(known)
            if known:
                _check_settled(known, wanted)
            return wanted

        before, after = self._change(store_id, put)
        self._forget(store_id)
        return before, after

    def move(self, store_id: str, timezone: str, now: datetime) -> Store | None:
        """Put the store into the zone and return it, or None if there is no such store.

        What was counted before stays where it is: see `shared.ledger.change_zone`.
        """

        def move(known: Store | None) -> Store | None:
            if known is None or known.timezone == timezone:
                return known
            return replace(known, timezone=timezone, zoned_at=now)

        _, moved = self._change(store_id, move)
        self._forget(store_id)
        return moved

    def read(self, store_id: str) -> Store | None:
        """Return the store as it is now, not as it is remembered."""
        return self._read(store_id)[1]

    def _settle(self, store_id: str, currency: str | None = None, *, has_records: bool = False) -> Store:
        """Return the store; its zone is fixed from now on if it has records, its currency with the first one.

        They are fixed before anything is counted in them, so that instances may remember a store with orders.
        """

        def settle(known: Store | None) -> Store:
            store = known or self._new(store_id)
            if has_records:
                store = replace(store, has_records=True)
            if currency is not None and store.currency in (None, currency):
                return replace(store, currency=currency, has_orders=True)
            return store

        _, store = self._change(store_id, settle)
        self._remember(store)
        return store

    def _new(self, store_id: str) -> Store:
        if self._default_timezone is None:
            raise StoreUnknown(
                f"storeId: expected a store that exists, got {store_id!r}; create it with"
                " PUT /stores/{storeId}, then replay the event"
            )
        return Store(store_id=store_id, name=store_id, timezone=self._default_timezone, currency=None)

    def _change(
        self, store_id: str, change: Callable[[Store | None], _AfterT]
    ) -> tuple[Store | None, _AfterT]:
        """Store what `change` makes of the store; return the store before and after."""

        def attempt() -> tuple[Store | None, _AfterT]:
            document, before = self._read(store_id)
            after = change(before)
            if after is not None and after != before:
                after = replace(after, version=after.version + 1)
                path = store_path(store_id)
                write = DocumentWrite(path=path, version=document.version, fields=_fields(after))
                self._documents.commit([write])
            return before, after

        return retry(attempt, within_s=_ATTEMPTS_S)

    def _read(self, store_id: str) -> tuple[Document, Store | None]:
        [document] = self._documents.read([store_path(store_id)])
        return document, _store(document.fields) if document.exists else None

    def _forget(self, store_id: str) -> None:
        with self._lock:
            self._settled.pop(store_id, None)

    def _remember(self, store: Store | None) -> None:
        if store and store.has_orders:
            with self._lock:
                self._settled[store.store_id] = store


def _check_currency(named: Iterable[tuple[str, str]], currency: str | None) -> None:
    for field, got in named:
        if got != currency:
            raise CurrencyMismatch(f"{field}: expected the store's {currency}, got {got}")


def _check_settled(known: Store, wanted: Store) -> None:
    if known.has_records and known.timezone != wanted.timezone:
        raise StoreSettled(
            f"timezone: orders or registrations were counted in {known.timezone}; `POST /timezone` of the"
            f" function reconcile moves the store to {wanted.timezone} with all of them"
        )
    if known.has_orders and known.currency != wanted.currency:
        raise StoreSettled(
            f"currency: orders were counted in {known.currency}, it can't become {wanted.currency}"
        )


def _fields(store: Store) -> dict[str, Any]:
    return {
        "storeId": store.store_id,
        "name": store.name,
        "timezone": store.timezone,
        "currency": store.currency,
        "hasRecords": store.has_records,
        "hasOrders": store.has_orders,
        "zonedAt": store.zoned_at,
        "deferredAt": store.deferred_at,
        "segments": asdict(store.segments),
        "phoneRegion": store.phone_region,
        "completesOn": store.completes_on,
        "version": store.version,
    }


def _store(fields: Mapping[str, Any]) -> Store:
    segments = {name: limits and tuple(limits) for name, limits in fields["segments"].items()}
    return Store(
        store_id=fields["storeId"],
        name=fields["name"],
        timezone=fields["timezone"],
        currency=fields["currency"],
        has_records=fields["hasRecords"],
        has_orders=fields["hasOrders"],
        segments=SegmentRule(**segments),
        phone_region=fields.get("phoneRegion"),
        completes_on=Completion(fields["completesOn"]),
        zoned_at=fields.get("zonedAt"),
        version=fields.get("version", 0),
        deferred_at=fields.get("deferredAt"),
    )
