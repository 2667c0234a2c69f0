"""Recognise the customer of a started basket.

The effects come in this order, and each may be repeated: the answer with its profile and calls (in one
commit), the basket, the outgoing event, the card in the cache. Wherever a delivery dies, the next one goes
on, and asks the API again only if no answer was kept.

A lookup ends without an answer when the API refused one, or when the basket's attempts are used up. Until
then, a failure is transient: the event is delivered again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from shared.baskets import outgoing
from shared.baskets.calls import ApiCall, Reuse, Subject, reuse_write
from shared.baskets.find_answer import AnswerFinder, Found, NoAnswer, Wanted
from shared.baskets.lookup_cache import LookupCache, remembered
from shared.baskets.lookup_config import LookupConfig
from shared.baskets.records import read_basket
from shared.baskets.settle_basket import BasketSettler
from shared.documents.paths import basket_path, customer_path
from shared.documents.profiles import read_profile
from shared.documents.store import Document, DocumentStore
from shared.domain.basket import Basket, LookupSource, LookupStatus
from shared.domain.customer_identifier import CustomerIdentifier, normalise
from shared.domain.phone_region import region_of_store
from shared.domain.retention import Retention
from shared.domain.store import Store
from shared.errors import LookupFailed
from shared.messages.events import BasketStarted
from shared.messages.publishing import Publishes, encode

WAIT_S = 2.0
"""For somebody else's answer; most come sooner. After that Pub/Sub waits better: it holds no thread."""


class Api(Protocol):
    def look_up(
        self, store_id: str, identifier: CustomerIdentifier, config: LookupConfig
    ) -> list[ApiCall]: ...


class Configuration(Protocol):
    def current(self, store_id: str) -> LookupConfig: ...


class Cards(Protocol):
    def rebuild(self, store_id: str, customer_id: str) -> None: ...


class StoreProvider(Protocol):
    def ensure(self, store_id: str) -> Store: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """What a lookup works with. `salt` is secret; the times are for tests to set."""

    documents: DocumentStore
    stores: StoreProvider
    configuration: Configuration
    api: Callable[[], Api]
    publisher: Callable[[], Publishes]
    cards: Callable[[], Cards]
    salt: str
    retention: Retention
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    wait_s: float = WAIT_S


class CustomerLookup:
    """Finds the customers of baskets. Safe to share between threads."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._with = dependencies
        self._finder = AnswerFinder(dependencies, LookupCache(dependencies.documents, dependencies.retention))
        self._baskets = BasketSettler(dependencies.documents, dependencies.retention)

    def run(self, started: BasketStarted) -> dict[str, object]:
        """Find the basket's customer, and return what became of it, for the log.

        Raises:
            TransientError: something is left undone; a repeat finishes it.
        """
        began = time.perf_counter()
        store = self._with.stores.ensure(started.store_id)
        region = region_of_store(store)
        identifier = normalise(started.customer_identifier, region)
        if identifier is None:
            return {"outcome": "ignored", "lookupStatus": LookupStatus.GUEST}
        hashed = identifier.hashed(self._with.salt, started.store_id)
        subject = Subject(store_id=started.store_id, kind=identifier.kind, identifier_hash=hashed)
        basket, entry = self._with.documents.read(
            [basket_path(started.store_id, started.basket_id), subject.path]
        )
        if basket.fields.get("customerId") is not None:
            return self._finish(read_basket(basket.fields))
        wanted = Wanted(
            subject=subject,
            basket_id=started.basket_id,
            started_at=started.occurred_at,
            identifier=identifier,
            region=region,
            attempts=basket.fields.get("lookupAttempts", 0),
        )
        try:
            found = self._finder.find(wanted, remembered(entry))
        except NoAnswer as error:
            calls = error.calls
            settled, _ = self._baskets.settle(started, basket, lambda one: one.failed(calls))
            if error.is_final:
                return _facts("failed", settled, None)
            raise
        except LookupFailed:
            self._baskets.settle(started, basket, lambda one: one.failed(0))
            raise
        return self._show(started, basket, subject, found, began)

    def _show(
        self, started: BasketStarted, known: Document, subject: Subject, found: Found, began: float
    ) -> dict[str, object]:
        answer, profile, at = found.answer, found.answer.profile, self._with.now()

        def change(basket: Basket) -> Basket:
            if profile is None:
                return basket.not_found()
            return basket.found(str(answer.customer_id), profile["name"], found.source, at)

        history = []
        if found.source is not LookupSource.API:
            duration_ms = round((time.perf_counter() - began) * 1000, 1)
            reuse = Reuse(used_at=at, source=found.source, answer=answer, duration_ms=duration_ms)
            kept_for = self._with.retention.lookup_calls
            history = [reuse_write(subject, started.basket_id, reuse, kept_for)]
        basket, is_new = self._baskets.settle(started, known, change, history)
        if profile is not None:
            if basket.customer_id == answer.customer_id:
                self._publish(basket, profile)
            if found.is_news:
                self._with.cards().rebuild(basket.store_id, str(answer.customer_id))
        return _facts("applied" if is_new else "duplicate", basket, found.source)

    def _finish(self, basket: Basket) -> dict[str, object]:
        """Repeat what an earlier delivery may have left undone after it set the basket's customer."""
        if basket.lookup_source is not None and basket.customer_id is not None:
            [customer] = self._with.documents.read([customer_path(basket.store_id, basket.customer_id)])
            if profile := read_profile(customer.fields.get("profile")):
                self._publish(basket, profile)
            self._with.cards().rebuild(basket.store_id, basket.customer_id)
        return _facts("duplicate", basket, basket.lookup_source)

    def _publish(self, basket: Basket, profile: Mapping[str, Any]) -> None:
        event = outgoing.customer_data_fetched(basket, profile)
        self._with.publisher().publish(outgoing.FETCHED, encode(event), {})


def _facts(outcome: str, basket: Basket, source: LookupSource | None) -> dict[str, object]:
    return {
        "outcome": outcome,
        "basketId": basket.basket_id,
        "lookupStatus": basket.lookup_status,
        "source": source,
    }
