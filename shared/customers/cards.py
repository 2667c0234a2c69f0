"""The quick-metrics card of a customer: updated in the cache after each commit, and read from there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any, Literal, NamedTuple, Protocol

from cachetools import TTLCache

from shared.customers.cache import Cache
from shared.customers.cached_card import (
    KEPT_S,
    Card,
    card_keys,
    customer_keys,
    metrics_put,
    profile_content,
    profile_put,
    read_card,
    settings_put,
)
from shared.domain.customer_metrics import customer_metrics
from shared.domain.customer_state import CustomerState
from shared.domain.store import Store
from shared.errors import CacheUnavailable, TransientError
from shared.messages.publishing import PublishesMany, encode

TOPIC = "customer-metrics-updated"

_FIRST_VERSION = 1
"""The version of a customer whose first change was an order: there is no profile to look for yet."""

_SETTINGS_AGAIN_S = 3600.0

Source = Literal["HIT", "MISS", "BYPASS"]
States = Mapping[str, CustomerState | None]
"""Customers by id."""


class Customers(Protocol):
    """Reads customers' documents."""

    def read(self, store_id: str, customer_id: str) -> CustomerState | None: ...

    def read_many(self, store_id: str, customer_ids: Sequence[str]) -> dict[str, CustomerState]:
        """Return those customers that exist: one call."""


class StoreReader(Protocol):
    """Reads stores."""

    def find(self, store_id: str) -> Store | None:
        """Return the store as it was within the last minute."""

    def read(self, store_id: str) -> Store | None:
        """Return the store as it is now."""


class Dependencies(NamedTuple):
    """What a cache miss or an update needs; each is built on first use."""

    customers: Callable[[], Customers]
    stores: Callable[[], StoreReader]
    publisher: Callable[[], PublishesMany]


class CustomerCards:
    """Keeps and shows the cards. Safe to share between threads."""

    def __init__(self, cache: Cache, dependencies: Dependencies) -> None:
        self._cache = cache
        self._with = dependencies
        self._lock = Lock()
        self._settings_kept: TTLCache[str, bool] = TTLCache(10_000, _SETTINGS_AGAIN_S)

    def update(
        self, store_id: str, customers: States, *, tells: bool = True, are_read: bool = False
    ) -> dict[str, dict[str, object] | TransientError]:
        """Write the customers' cards with one pipeline, and publish their metrics with one call.

        Args:
            store_id: their store.
            customers: their states. One that is None is read from Firestore, so a redelivered message
                repairs what a crash left undone.
            tells: whether to publish the metrics.
            are_read: whether the states come from Firestore, profile included, and not from a commit.

        Returns:
            for each customer the fields of a log line, or what left the card undone: do it again.

        Raises:
            TransientError: every card may be undone; do it again.
        """
        began = time.perf_counter()
        store = self._with.stores().find(store_id)
        unread = [customer_id for customer_id, state in customers.items() if state is None]
        read = self._with.customers().read_many(store_id, unread) if unread else {}
        states = {**customers, **read}
        metrics = {of: customer_metrics(store, of, state) for of, state in states.items() if store and state}
        puts = [metrics_put(store_id, of, metrics.get(of)) for of in states]
        puts += [
            profile_put(store_id, of, state, metrics[of]["version"])
            for of, state in states.items()
            if state
            and of in metrics
            and (are_read or of in read or metrics[of]["version"] == _FIRST_VERSION)
        ]
        calculated = time.perf_counter()
        self._keep_settings_sometimes(store_id)
        stored = dict(zip([put.key for put in puts], self._cache.put_all(puts), strict=True))
        done = time.perf_counter()
        results: dict[str, dict[str, object] | TransientError] = {}
        for of in states:
            outcomes = [stored[key] for key in customer_keys(store_id, of) if key in stored]
            error = next((one for one in outcomes if isinstance(one, CacheUnavailable)), None)
            results[of] = error or {
                "cacheOutcome": "stored" if outcomes[0] else "newer_kept",
                "calculationMs": round((calculated - began) * 1000, 2),
                "cacheMs": round((done - calculated) * 1000, 2),
            }
        told = [metrics[of] for of, result in results.items() if of in metrics and isinstance(result, dict)]
        if tells and told:
            self._with.publisher().publish_all(TOPIC, [(encode(_event(one)), {}) for one in told])
        return results

    def rebuild(self, store_id: str, *customer_ids: str) -> None:
        """Read the customers, write their cards again and publish their metrics.

        Raises:
            TransientError: some cards may be outdated; do it again.
        """
        _raise_first(self.update(store_id, dict.fromkeys(customer_ids)))

    def replace_outdated(self, store_id: str, customers: States) -> None:
        """Write the cards of customers whom an import changes, and publish nothing yet.

        Raises:
            TransientError: some cards may be outdated; do it again.
        """
        _raise_first(self.update(store_id, customers, tells=False))

    def keep_settings(self, store: Store) -> None:
        """Have every card of the store follow its settings.

        Raises:
            CacheUnavailable: cards may follow the former settings; do it again.
        """
        self._cache.put(settings_put(store))

    def show(self, store_id: str, customer_id: str, now: datetime) -> tuple[dict[str, Any] | None, Source]:
        """Return the customer's card, None for an unknown customer, and how the cache took part."""
        store: Store | None = None
        source: Source = "MISS"
        try:
            keys = card_keys(store_id, customer_id)
            cached = read_card(store_id, self._cache.get_and_renew(keys, KEPT_S))
            if cached.is_whole:
                return cached.show(now), "HIT"
            store = cached.store or self._with.stores().read(store_id)
        except CacheUnavailable:
            source = "BYPASS"
            store = self._with.stores().find(store_id)
        state = self._with.customers().read(store_id, customer_id)
        metrics = customer_metrics(store, customer_id, state) if store and state else None
        if source == "MISS":
            puts = [metrics_put(store_id, customer_id, metrics)]
            if store and state and metrics:
                puts += [profile_put(store_id, customer_id, state, metrics["version"]), settings_put(store)]
            try:
                _raise_first(dict(enumerate(self._cache.put_all(puts))))
            except CacheUnavailable:
                source = "BYPASS"
        return Card({"metrics": metrics}, profile_content(state), store).show(now), source

    def forget(self, store_id: str, customer_id: str) -> None:
        """Delete a customer's card. Raise CacheUnavailable where that may not have happened."""
        self._cache.delete(customer_keys(store_id, customer_id))

    def _keep_settings_sometimes(self, store_id: str) -> None:
        """Keep the settings of a store that this instance hears of, so that its first card is a hit."""
        with self._lock:
            if store_id in self._settings_kept:
                return
        # Not the store that the instance remembers: where the cache lost newer settings, those would win.
        if store := self._with.stores().read(store_id):
            self.keep_settings(store)
            with self._lock:
                self._settings_kept[store_id] = True


def _event(metrics: Mapping[str, Any]) -> dict[str, Any]:
    store_id, customer_id, version = metrics["storeId"], metrics["customerId"], metrics["version"]
    return {
        "event": "CUSTOMER_METRICS_UPDATED",
        # The same for every repeat of one version, so that receivers can deduplicate.
        "eventId": sha256(json.dumps([store_id, customer_id, version]).encode()).hexdigest(),
        "occurredAt": metrics["updatedAt"],
        "storeId": store_id,
        "customerId": customer_id,
        "version": version,
        "metrics": metrics,
    }


def _raise_first(results: Mapping[Any, object]) -> None:
    for result in results.values():
        if isinstance(result, Exception):
            raise result
