"""The quick-metrics card of a customer: updated in the cache after each commit, and read from there.

A card is two cached values, read in one round trip, so that a hit needs nothing else. One holds the metrics
and the store settings that a card depends on: {"metrics": {...} or null for an unknown customer, "timezone":
"...", "segments": {...}}. The other is {"profile": {...} or null}. Orders change only the first.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple, Protocol

from shared.domain.customer_metrics import customer_card, customer_metrics
from shared.domain.customer_state import CustomerState
from shared.domain.identifiers import document_id
from shared.domain.segment import SegmentRule
from shared.domain.store import Store
from shared.errors import CacheUnavailable
from shared.messages.publishing import Publishes

TOPIC = "customer-metrics-updated"
KNOWN_S = 3600
"""Bounds how long a card stays wrong after a lost update or a change of segment thresholds."""

UNKNOWN_S = 30

_MOMENT_S = 30
"""Longer than any request takes."""

_FIRST_VERSION = 1
"""The version of a customer whose first change was an order: there is no profile to look for yet."""

_METRICS, _PROFILE = "customer-card", "customer-profile"

Source = Literal["HIT", "MISS", "BYPASS"]


class Cached(Protocol):
    """A cached value."""

    @property
    def value(self) -> bytes: ...


class Cache(Protocol):
    """A cache that keeps the newest version; its errors are CacheUnavailable."""

    def get_many(self, keys: Sequence[str]) -> Sequence[Cached | None]: ...

    def put_if_newer(self, key: str, value: bytes, *, version: int, ttl_s: int) -> bool: ...

    def delete(self, keys: Sequence[str]) -> None: ...


class Customers(Protocol):
    """Reads customers' documents."""

    def read(self, store_id: str, customer_id: str) -> CustomerState | None: ...


class StoreReader(Protocol):
    """Reads stores."""

    def find(self, store_id: str) -> Store | None: ...


class Dependencies(NamedTuple):
    """What a cache miss or an update needs; each is built on first use."""

    customers: Callable[[], Customers]
    stores: Callable[[], StoreReader]
    publisher: Callable[[], Publishes]


class CustomerCards:
    """Keeps and shows the cards. Safe to share between threads."""

    def __init__(self, cache: Cache, dependencies: Dependencies) -> None:
        self._cache = cache
        self._with = dependencies

    def update_and_publish(
        self, store_id: str, customers: Mapping[str, CustomerState | None]
    ) -> dict[str, object]:
        """Update each customer's card and publish their metrics; return fields for the log.

        A state of None is read from Firestore, so a redelivered message repairs what a crash left undone.

        Raises:
            TransientError: something is left undone; do it again.
        """
        fields: dict[str, object] = {}
        for customer_id, state in customers.items():
            began = time.perf_counter()
            known = state or self._with.customers().read(store_id, customer_id)
            content = self._content(store_id, customer_id, known)
            calculated = time.perf_counter()
            stored = self._put(store_id, customer_id, content)
            if content["metrics"] and content["metrics"]["version"] == _FIRST_VERSION:
                self._put_profile(store_id, customer_id, content, _profile(known))
            fields = {
                "calculationMs": round((calculated - began) * 1000, 2),
                "cacheOutcome": "stored" if stored else "newer_kept",
                "cacheMs": round((time.perf_counter() - calculated) * 1000, 2),
            }
            if content["metrics"]:
                self._publish(content["metrics"])
        return fields

    def show(self, store_id: str, customer_id: str, now: datetime) -> tuple[dict[str, Any] | None, Source]:
        """Return the customer's card, None for an unknown customer, and how the cache took part."""
        source: Source = "MISS"
        try:
            keys = [_key(_METRICS, store_id, customer_id), _key(_PROFILE, store_id, customer_id)]
            metrics, profile = (
                _parse(cached.value) if cached else None for cached in self._cache.get_many(keys)
            )
            if metrics and (profile or metrics["metrics"] is None):
                return _card(metrics, profile, now), "HIT"
        except CacheUnavailable:
            source = "BYPASS"
        state = self._with.customers().read(store_id, customer_id)
        content, profile = self._content(store_id, customer_id, state), _profile(state)
        if source == "MISS":
            try:
                self._put(store_id, customer_id, content)
                self._put_profile(store_id, customer_id, content, profile)
            except CacheUnavailable:
                source = "BYPASS"
        return _card(content, profile, now), source

    def rebuild(self, store_id: str, customer_id: str) -> None:
        """Write both cached values again, after the customer's profile changed.

        Raises:
            TransientError: the card may be outdated; do it again.
        """
        state = self._with.customers().read(store_id, customer_id)
        content = self._content(store_id, customer_id, state)
        self._put(store_id, customer_id, content)
        self._put_profile(store_id, customer_id, content, _profile(state))

    def replace_outdated(self, store_id: str, customers: Mapping[str, CustomerState | None]) -> None:
        """Replace cached cards that many changes at once made outdated, without publishing anything.

        The new card lives only for a moment: long enough to win over an older one that a concurrent reader
        is about to write, short enough that a million customers don't fill the cache. Where the state is
        None, only a card that is cached is replaced.

        Raises:
            TransientError: some cards may be outdated; do it again.
        """
        for customer_id, state in customers.items():
            if state is None and not any(self._cache.get_many([_key(_METRICS, store_id, customer_id)])):
                continue
            known = state or self._with.customers().read(store_id, customer_id)
            self._put(store_id, customer_id, self._content(store_id, customer_id, known), _MOMENT_S)

    def forget(self, store_id: str, customer_id: str) -> None:
        """Delete a customer's card. Raise CacheUnavailable where that may not have happened."""
        self._cache.delete([_key(kind, store_id, customer_id) for kind in (_METRICS, _PROFILE)])

    def _content(self, store_id: str, customer_id: str, state: CustomerState | None) -> dict[str, Any]:
        store = self._with.stores().find(store_id) if state else None
        if state is None or store is None:
            return {"metrics": None}
        return {
            "metrics": customer_metrics(store, customer_id, state),
            "timezone": store.timezone,
            "segments": asdict(store.segments),
        }

    def _put(
        self, store_id: str, customer_id: str, content: Mapping[str, Any], known_s: int = KNOWN_S
    ) -> bool:
        metrics = content["metrics"]
        return self._cache.put_if_newer(
            _key(_METRICS, store_id, customer_id),
            json.dumps(content, ensure_ascii=False).encode(),
            version=metrics["version"] if metrics else 0,
            ttl_s=known_s if metrics else UNKNOWN_S,
        )

    def _put_profile(
        self, store_id: str, customer_id: str, content: Mapping[str, Any], profile: Mapping[str, Any]
    ) -> None:
        if content["metrics"]:
            value = json.dumps(profile, ensure_ascii=False).encode()
            version = content["metrics"]["version"]
            key = _key(_PROFILE, store_id, customer_id)
            self._cache.put_if_newer(key, value, version=version, ttl_s=KNOWN_S)

    def _publish(self, metrics: Mapping[str, Any]) -> None:
        store_id, customer_id, version = metrics["storeId"], metrics["customerId"], metrics["version"]
        event = {
            "event": "CUSTOMER_METRICS_UPDATED",
            # The same for every repeat of one version, so that receivers can deduplicate.
            "eventId": sha256(json.dumps([store_id, customer_id, version]).encode()).hexdigest(),
            "occurredAt": metrics["updatedAt"],
            "storeId": store_id,
            "customerId": customer_id,
            "version": version,
            "metrics": metrics,
        }
        self._with.publisher().publish(TOPIC, json.dumps(event, ensure_ascii=False).encode(), {})


def _key(kind: str, store_id: str, customer_id: str) -> str:
    # In a cluster, keys with the same text in braces share a slot.
    return f"{kind} {{{document_id(store_id, customer_id)}}}"


def _parse(value: bytes) -> dict[str, Any] | None:
    """Return the cached content, or None where it is not in the current format."""
    try:
        content = json.loads(value)
        if "profile" in content:
            return {"profile": content["profile"] and dict(content["profile"])}
        if content["metrics"] is not None:
            SegmentRule(**content["segments"])
            content["timezone"], content["metrics"]["version"]
    except (ValueError, KeyError, TypeError):
        return None
    return dict(content)


def _profile(state: CustomerState | None) -> dict[str, Any]:
    return {"profile": dict(state.profile) if state and state.profile else None}


def _card(
    content: Mapping[str, Any], profile: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any] | None:
    if content["metrics"] is None:
        return None
    card = customer_card(content["metrics"], content["timezone"], SegmentRule(**content["segments"]), now)
    if profile and profile["profile"]:
        card["profile"] = profile["profile"]
    return card
