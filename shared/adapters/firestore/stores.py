"""The tenants in Firestore, remembered in the instance for a minute."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime
from random import SystemRandom
from threading import Lock
from typing import Any

from cachetools import TTLCache
from google.api_core import exceptions
from google.cloud.firestore import Client, DocumentReference, DocumentSnapshot

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, translated
from shared.documents.paths import store_path
from shared.domain.changes import Change, OrderChange
from shared.domain.segment import SegmentRule
from shared.domain.store import Store, Terms
from shared.errors import CurrencyMismatch, StoreContended, StoreSettled

_REMEMBERED_S = 60.0
_ATTEMPTS = 5

MOST_SHARDS = 64
_CONTENDED_COMMITS = 3
"""So many contended commits of one store in a minute double its shards; a single one is chance."""


class FirestoreStores:
    """Stores by id. Safe to share between threads.

    Only stores with orders are remembered: nothing that counts can change about them any more.
    """

    def __init__(self, client: Client, default_timezone: str) -> None:
        self._client = client
        self._default_timezone = default_timezone
        self._settled: TTLCache[str, Store] = TTLCache(10_000, _REMEMBERED_S)
        self._contended: TTLCache[str, int] = TTLCache(1_000, _REMEMBERED_S)
        # An instance keeps to one shard, so its commits never meet each other there.
        self._seat = SystemRandom().randrange(MOST_SHARDS)
        self._lock = Lock()

    def find(self, store_id: str) -> Store | None:
        """Return the store, or None if it was never heard of."""
        with self._lock:
            if store := self._settled.get(store_id):
                return store
        return self._remember(_store(self._read(store_id)))

    def ensure(self, store_id: str) -> Store:
        """Return the store; one never heard of is created."""
        with self._lock:
            known = self._settled.get(store_id)
        return known or self._settle(store_id, None)

    def find_all(self, store_ids: frozenset[str] | None) -> list[Store]:
        """Return those stores of the ids that exist, or every store, by id."""
        with translated():
            if store_ids is None:
                found = list(self._client.collection("stores").stream(retry=RETRY, timeout=TIMEOUT_S))
            elif store_ids:
                references = [self._reference(store_id) for store_id in store_ids]
                found = list(self._client.get_all(references, retry=RETRY, timeout=TIMEOUT_S))
            else:
                found = []
        stores = filter(None, map(_store, found))
        return sorted(stores, key=lambda store: store.store_id)

    def terms(self, change: Change) -> Terms:
        """Return how the change counts; a store never heard of is created.

        Raises:
            CurrencyMismatch: the order is not in the store's currency.
        """
        snapshot = change.facts.snapshot if isinstance(change, OrderChange) else None
        currency = snapshot.currency if snapshot else None
        with self._lock:
            store = self._settled.get(change.store_id)
        if store is None:
            store = self._settle(change.store_id, currency)
        if currency is not None and store.currency != currency:
            raise CurrencyMismatch(f"order.currency: expected the store's {store.currency}, got {currency}")
        return Terms(timezone=store.timezone, shard=self._seat % store.shards)

    def contended(self, store_ids: Collection[str]) -> None:
        """Note a commit that met too many other writers; the third in a minute doubles a store's shards."""
        for store_id in store_ids:
            with self._lock:
                store = self._settled.get(store_id)
                n = self._contended[store_id] = self._contended.get(store_id, 0) + 1
            if store and n % _CONTENDED_COMMITS == 0:
                self._widen(store)

    def _widen(self, seen: Store) -> None:
        """Double the shards, unless another instance did since this one looked."""
        snapshot = self._read(seen.store_id)
        known = _store(snapshot)
        if known and known.shards == seen.shards < MOST_SHARDS:
            wider = replace(known, shards=known.shards * 2)
            self._remember(wider if self._write(snapshot, wider) else known)
        else:
            self._remember(known)

    def put(self, wanted: Store) -> bool:
        """Store name, zone and currency; return whether the store is new.

        Raises:
            StoreSettled: zone or currency would change although orders were counted in them.
        """
        for _ in range(_ATTEMPTS):
            snapshot = self._read(wanted.store_id)
            known = _store(snapshot)
            if known and known.has_orders:
                _check_settled(known, wanted)
            if known:
                wanted = replace(
                    wanted, has_orders=known.has_orders, shards=known.shards, zoned_at=known.zoned_at
                )
            if self._write(snapshot, wanted):
                self._forget(wanted.store_id)
                return known is None
        raise StoreContended(f"store {wanted.store_id!r} kept changing")

    def move(self, store_id: str, timezone: str, now: datetime) -> Store | None:
        """Put the store into the zone and return it, or None if there is no such store.

        What was counted until now stays where it is: see `shared.ledger.change_zone`.
        """
        for _ in range(_ATTEMPTS):
            snapshot = self._read(store_id)
            known = _store(snapshot)
            if known is None:
                return None
            moved = known if known.timezone == timezone else replace(known, timezone=timezone, zoned_at=now)
            if moved == known or self._write(snapshot, moved):
                self._forget(store_id)
                return moved
        raise StoreContended(f"store {store_id!r} kept changing")

    def read(self, store_id: str) -> Store | None:
        """Return the store as it is, whatever is remembered."""
        return _store(self._read(store_id))

    def _settle(self, store_id: str, currency: str | None) -> Store:
        """Return the store as it stands; with a currency, one that is fixed from now on.

        Fixing it before its first order is counted makes a remembered store safe to count by: neither
        zone nor currency can change behind the back of an instance that remembers them.
        """
        for _ in range(_ATTEMPTS):
            snapshot = self._read(store_id)
            known = _store(snapshot)
            store = known or Store(
                store_id=store_id, name=store_id, timezone=self._default_timezone, currency=None
            )
            if currency is not None and store.currency in (None, currency):
                store = replace(store, currency=currency, has_orders=True)
            if store == known or self._write(snapshot, store):
                return self._remember(store) or store
        raise StoreContended(f"store {store_id!r} kept changing")

    def _read(self, store_id: str) -> DocumentSnapshot[Any]:
        with translated():
            return self._reference(store_id).get(retry=RETRY, timeout=TIMEOUT_S)

    def _write(self, seen: DocumentSnapshot[Any], store: Store) -> bool:
        """Write the store if nobody else did since it was seen; return whether that was so."""
        fields = {
            "storeId": store.store_id,
            "name": store.name,
            "timezone": store.timezone,
            "currency": store.currency,
            "hasOrders": store.has_orders,
            "shards": store.shards,
            "zonedAt": store.zoned_at,
            "segments": asdict(store.segments),
            "phoneRegion": store.phone_region,
        }
        with translated():
            try:
                if seen.exists:
                    option = self._client.write_option(last_update_time=seen.update_time)
                    seen.reference.update(fields, option=option, retry=RETRY, timeout=TIMEOUT_S)
                else:
                    seen.reference.create(fields, retry=RETRY, timeout=TIMEOUT_S)
            except (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound):
                return False
        return True

    def _forget(self, store_id: str) -> None:
        with self._lock:
            self._settled.pop(store_id, None)

    def _remember(self, store: Store | None) -> Store | None:
        if store and store.has_orders:
            with self._lock:
                self._settled[store.store_id] = store
        return store

    def _reference(self, store_id: str) -> DocumentReference:
        return self._client.document(*store_path(store_id))


def _check_settled(known: Store, wanted: Store) -> None:
    if known.timezone != wanted.timezone:
        raise StoreSettled(
            f"timezone: orders were counted in {known.timezone}; `POST /timezone` of the function reconcile"
            f" moves the store to {wanted.timezone} with all of them"
        )
    if known.currency != wanted.currency:
        raise StoreSettled(
            f"currency: orders were counted in {known.currency}, it can't become {wanted.currency}"
        )


def _store(snapshot: DocumentSnapshot[Any]) -> Store | None:
    if not snapshot.exists:
        return None
    fields: dict[str, Any] = snapshot.to_dict() or {}
    segments = {name: limits and tuple(limits) for name, limits in fields["segments"].items()}
    return Store(
        store_id=fields["storeId"],
        name=fields["name"],
        timezone=fields["timezone"],
        currency=fields["currency"],
        has_orders=fields["hasOrders"],
        segments=SegmentRule(**segments),
        phone_region=fields.get("phoneRegion"),
        shards=fields.get("shards", 1),
        zoned_at=fields.get("zonedAt"),
    )
