"""A customer lookup on the real Firestore, Valkey and customer API, with what tests need to see of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from shared.adapters.customer_api import CustomerApi
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.customers import FirestoreCustomers
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.stores import FirestoreStores
from shared.adapters.valkey import connect_url
from shared.baskets.look_up_customer import CustomerLookup, Dependencies
from shared.baskets.lookup_config import LookupConfig
from shared.baskets.lookup_configuration import LookupConfiguration
from shared.customers import cards as customer_cards
from shared.customers.cards import CustomerCards
from shared.documents.paths import basket_path, customer_path, store_path
from shared.domain.retention import Retention
from shared.errors import PublishFailed, TransientError
from shared.messages.events import BasketStarted
from tests.played_api import PlayedApi

ANA = "+1234567890"
WAIT_S = 0.3
PAST_THE_LEASE = timedelta(minutes=1)
RETENTION = Retention(
    baskets=timedelta(days=90),
    lookups=timedelta(days=30),
    lookup_calls=timedelta(days=20),
    outbox=timedelta(days=10),
)


@dataclass
class Outgoing:
    """What was published; refuses while it is away."""

    events: list[dict[str, Any]] = field(default_factory=list)
    is_away: bool = False

    def publish_all(self, topic: str, messages: Sequence[tuple[bytes, Mapping[str, str]]]) -> None:
        for data, attributes in messages:
            self.publish(topic, data, attributes)

    def publish(self, topic: str, data: bytes, attributes: Mapping[str, str]) -> None:  # noqa: ARG002
        if self.is_away:
            raise PublishFailed("away")
        self.events.append({"topic": topic, **json.loads(data)})


class LookupBench:
    """Lookups in one store; `ahead` moves the clock, `config` changes the configuration."""

    def __init__(self, client: Client, valkey_url: str, api: PlayedApi, store_id: str) -> None:
        self.api = api
        self.store_id = store_id
        self.outgoing = Outgoing()
        self.ahead = timedelta(0)
        self.client = client
        documents = FirestoreDocuments(client)
        stores, customers = FirestoreStores(client, "America/Sao_Paulo"), FirestoreCustomers(client)
        cache = connect_url(valkey_url)
        card_dependencies = customer_cards.Dependencies(
            customers=lambda: customers, stores=lambda: stores, publisher=lambda: self.outgoing
        )
        self.cards = CustomerCards(cache, card_dependencies)
        self.configuration = LookupConfiguration(
            documents, local=True, default_endpoint=api.endpoint, log=logging.getLogger("test")
        )
        self.dependencies = Dependencies(
            documents=documents,
            stores=stores,
            configuration=self.configuration,
            api=lambda: CustomerApi(local=True, sleep=lambda _: None),
            publisher=lambda: self.outgoing,
            cards=lambda: self.cards,
            salt="salt",
            retention=RETENTION,
            now=self.now,
            wait_s=WAIT_S,
        )

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def configure(self, **changed: Any) -> None:
        fields = {"api_endpoint": self.api.endpoint} | changed
        self.configuration.put(LookupConfig.model_validate(fields, context=self.configuration.context()))

    def started(self, given: str | None = ANA, **changed: Any) -> BasketStarted:
        """Return the event of a new basket."""
        basket_id = uuid4().hex
        fields = {
            "eventId": f"e-{basket_id}",
            "occurredAt": self.now().isoformat(),
            "storeId": self.store_id,
            "basketId": basket_id,
            "employeeId": 1,
            "terminalId": "term_001",
            "customerIdentifier": given,
        }
        return BasketStarted.model_validate(fields | changed)

    def run(self, started: BasketStarted, **changed: Any) -> dict[str, object]:
        """Deliver the event to an instance of its own."""
        return CustomerLookup(replace(self.dependencies, **changed)).run(started)

    def deliver(self, started: BasketStarted) -> dict[str, object]:
        """Deliver the event until it is acknowledged, each time a minute later, as Pub/Sub would."""
        for _ in range(10):
            try:
                return self.run(started)
            except TransientError:
                self.ahead += PAST_THE_LEASE
        raise AssertionError("it was never acknowledged")

    def basket(self, started: BasketStarted) -> dict[str, Any]:
        fields: dict[str, Any] = self._read(*basket_path(started.store_id, started.basket_id))
        return fields

    def customer(self, customer_id: str = "cust-001") -> dict[str, Any]:
        fields: dict[str, Any] = self._read(*customer_path(self.store_id, customer_id))
        return fields

    def card(self, customer_id: str = "cust-001") -> dict[str, Any] | None:
        return self.cards.show(self.store_id, customer_id, self.now())[0]

    def logged(self) -> list[dict[str, Any]]:
        """Return the call log, oldest first."""
        calls = self.client.collection(*store_path(self.store_id), "lookupCalls").stream()
        return sorted((call.to_dict() or {} for call in calls), key=lambda call: call["calledAt"])

    def entries(self) -> list[dict[str, Any]]:
        found = self.client.collection(*store_path(self.store_id), "lookups").stream()
        return [entry.to_dict() or {} for entry in found]

    def fetched(self, started: BasketStarted) -> list[dict[str, Any]]:
        """Return the events about the basket's customer."""
        return [
            event
            for event in self.outgoing.events
            if event["topic"] == "customer-data-fetched" and event["basketId"] == started.basket_id
        ]

    def _read(self, *path: str) -> dict[str, Any]:
        return self.client.document(*path).get().to_dict() or {}


class Killed(BaseException):
    """The instance is gone."""


class Mortal:
    """Stands before what a lookup works with, and kills it at its n-th step, before or after that acts."""

    def __init__(self, at: int, *, before: bool) -> None:
        self.steps = 0
        self._at = at
        self._before = before

    def guard(self, target: Any) -> Any:
        return _Guarded(target, self)

    def step(self, act: Callable[[], Any]) -> Any:
        self.steps += 1
        if self.steps == self._at and self._before:
            raise Killed
        done = act()
        if self.steps == self._at:
            raise Killed
        return done


class _Guarded:
    def __init__(self, target: Any, mortal: Mortal) -> None:
        self._target = target
        self._mortal = mortal

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._target, name)
        return lambda *args, **kwargs: self._mortal.step(lambda: method(*args, **kwargs))
