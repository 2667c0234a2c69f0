"""The cached values that a card is made of. Pure.

Three values are read in one round trip, so that a hit needs nothing else. The metrics change with each order:
{"metrics": {...}}, or null for an unknown customer. The profile changes with an answer of the customer API:
{"profile": {...}}, or null. The settings are what a card needs of its store, one value for all of its
customers: {"currency": "...", "timezone": "...", "segments": {...}}. What depends on them or on today is
computed when a card is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from shared.customers.cache import Cached, Put
from shared.domain.customer_metrics import customer_card
from shared.domain.customer_state import CustomerState
from shared.domain.identifiers import document_id
from shared.domain.segment import SegmentRule
from shared.domain.store import Store

KEPT_S = 30 * 24 * 3600
"""Renewed by each read. A server without memory evicts what was not read for longest."""

UNKNOWN_S = 30
"""How long an unknown customer is remembered. Not renewed: anybody may ask for any id."""


class Card(NamedTuple):
    """A customer's card, or as much of it as is cached.

    Attributes:
        metrics: {"metrics": {...} or null}; None where they are not cached.
        profile: {"profile": {...} or null}; None where it is not cached.
        store: None where its settings are not cached. It is named by its id.
    """

    metrics: Mapping[str, Any] | None
    profile: Mapping[str, Any] | None
    store: Store | None

    @property
    def is_whole(self) -> bool:
        if self.metrics is None:
            return False
        return self.metrics["metrics"] is None or (self.profile is not None and self.store is not None)

    def show(self, now: datetime) -> dict[str, Any] | None:
        """Return the card as the API shows it, None for an unknown customer. It must be whole."""
        if self.metrics is None or self.metrics["metrics"] is None or self.store is None:
            return None
        # A store without orders may change its currency.
        metrics = {**self.metrics["metrics"], "currency": self.store.currency}
        card = customer_card(metrics, self.store.timezone, self.store.segments, now)
        if self.profile and self.profile["profile"]:
            card["profile"] = self.profile["profile"]
        return card


def card_keys(store_id: str, customer_id: str) -> list[str]:
    """Return the keys of metrics, profile and settings."""
    return [*customer_keys(store_id, customer_id), _settings_key(store_id)]


def customer_keys(store_id: str, customer_id: str) -> list[str]:
    """Return the keys of metrics and profile. In a cluster they share a slot."""
    of = document_id(store_id, customer_id)
    return [f"customer-card {{{of}}}", f"customer-profile {{{of}}}"]


def read_card(store_id: str, values: Sequence[Cached | None]) -> Card:
    """Return what is in the values of `card_keys`. One of another format counts as missing."""
    metrics, profile, settings = values
    return Card(
        metrics=_parse(metrics, _check_metrics),
        profile=_parse(profile, lambda content: content["profile"] and dict(content["profile"])),
        store=_read_store(store_id, settings),
    )


def metrics_put(store_id: str, customer_id: str, metrics: Mapping[str, Any] | None) -> Put:
    """Return the value to store for the customer's metrics, None for an unknown customer."""
    key, _ = customer_keys(store_id, customer_id)
    version = metrics["version"] if metrics else 0
    return Put(key, _encode({"metrics": metrics}), version, KEPT_S if metrics else UNKNOWN_S)


def profile_put(store_id: str, customer_id: str, state: CustomerState, version: int) -> Put:
    """Return the value to store for the customer's profile, which must be known."""
    _, key = customer_keys(store_id, customer_id)
    return Put(key, _encode(profile_content(state)), version, KEPT_S)


def profile_content(state: CustomerState | None) -> dict[str, Any]:
    return {"profile": dict(state.profile) if state and state.profile else None}


def settings_put(store: Store) -> Put:
    """Return the value to store for the store's settings."""
    content = {"currency": store.currency, "timezone": store.timezone, "segments": asdict(store.segments)}
    return Put(_settings_key(store.store_id), _encode(content), store.version, KEPT_S)


def _settings_key(store_id: str) -> str:
    return f"card-settings {{{document_id(store_id)}}}"


def _encode(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _parse(cached: Cached | None, check: Callable[[dict[str, Any]], object]) -> dict[str, Any] | None:
    try:
        content = json.loads(cached.value) if cached else None
        if content is not None:
            check(content)
    except (ValueError, KeyError, TypeError):
        return None
    return content


def _check_metrics(content: Mapping[str, Any]) -> None:
    if content["metrics"] is not None:
        content["metrics"]["version"]


def _read_store(store_id: str, cached: Cached | None) -> Store | None:
    if cached is None:
        return None
    try:
        content = json.loads(cached.value)
        return Store(
            store_id=store_id,
            name=store_id,
            timezone=content["timezone"],
            currency=content["currency"],
            segments=SegmentRule(**content["segments"]),
            version=cached.version,
        )
    except (ValueError, KeyError, TypeError):
        return None
