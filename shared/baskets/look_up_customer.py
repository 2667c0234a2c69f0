"""Recognise the customer of a started basket.

The effects come in this order, and each may be repeated: the answer with its profile and calls (in one
commit), the basket, the outgoing event, the card in the cache. Wherever a delivery dies, the next one goes
on, and asks the API again only if no answer was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from google.api_core.retry import if_exception_type

from shared.baskets import outgoing
from shared.baskets.calls import ApiCall
from shared.baskets.lookup_cache import ATTEMPTS_S, LookupCache, Remembered, Subject, profile_of, remembered
from shared.baskets.lookup_config import LookupConfig
from shared.baskets.records import basket_fields, read_basket
from shared.documents.paths import basket_path, customer_path
from shared.documents.retry import retry
from shared.documents.store import Document, DocumentStore, DocumentWrite, PreconditionLost
from shared.domain.basket import Basket, LookupSource, LookupStatus
from shared.domain.customer_identifier import CustomerIdentifier, normalise
from shared.domain.lookup import Answer, NextStep, is_usable, next_step
from shared.domain.phone_region import region_of
from shared.domain.retention import Retention
from shared.domain.store import Store
from shared.errors import LookupFailed, LookupUnderWay
from shared.messages.events import BasketStarted
from shared.messages.publishing import Publishes, encode

LEASE_MARGIN = timedelta(seconds=5)
"""For keeping the answer, after the time that the calls may take."""

WAIT_S = 2.0
"""For somebody else's answer; most come sooner. After that Pub/Sub waits better: it holds no thread."""

_PAUSE_S = (0.04, 0.4)


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


class Found(NamedTuple):
    """An answer, where it came from, and whether the card may not know it yet."""

    answer: Answer
    source: LookupSource
    is_news: bool


class CustomerLookup:
    """Finds the customers of baskets. Safe to share between threads."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._with = dependencies
        self._cache = LookupCache(dependencies.documents, dependencies.retention)

    def run(self, started: BasketStarted) -> dict[str, object]:
        """Find the basket's customer, and return what became of it, for the log.

        Raises:
            TransientError: something is left undone; a repeat finishes it.
        """
        store = self._with.stores.ensure(started.store_id)
        identifier = normalise(started.customer_identifier, store.phone_region or region_of(store.timezone))
        if identifier is None:
            return {"outcome": "ignored", "lookupStatus": LookupStatus.GUEST}
        hashed = identifier.hashed(self._with.salt, started.store_id)
        subject = Subject(store_id=started.store_id, kind=identifier.kind, identifier_hash=hashed)
        basket, entry = self._with.documents.read(
            [basket_path(started.store_id, started.basket_id), subject.path]
        )
        if basket.fields.get("customerId") is not None:
            return self._finish(read_basket(basket.fields))
        try:
            found = self._find(started, identifier, subject, remembered(entry))
        except LookupFailed:
            self._settle(started, basket, Basket.failed)
            raise
        return self._show(started, basket, found)

    def _find(
        self, started: BasketStarted, identifier: CustomerIdentifier, subject: Subject, known: Remembered
    ) -> Found:
        config = self._with.configuration.current(started.store_id)
        began = self._with.now()
        first: Remembered | None = known

        def attempt() -> Found:
            nonlocal first
            known, first = first or self._cache.read(subject), None
            now = self._with.now()
            step = next_step(
                known.entry,
                now=now,
                began=began,
                started_at=started.occurred_at,
                ttl=config.ttl,
                kept_for=self._with.retention.lookups,
            )
            if step is NextStep.USE and known.entry.answer:
                is_news = known.entry.answer.asked_at >= started.occurred_at
                return Found(known.entry.answer, LookupSource.CACHE, is_news)
            if step is NextStep.FAIL:
                return self._stale(known.entry.answer, config, now)
            if step is NextStep.CALL:
                until = now + timedelta(seconds=config.budget_s) + LEASE_MARGIN
                if leased := self._cache.lease(subject, known, until):
                    return self._ask(identifier, subject, leased, config)
            raise LookupUnderWay("another delivery asks the API about this customer")

        return retry(
            attempt, when=if_exception_type(LookupUnderWay), within_s=self._with.wait_s, pause_s=_PAUSE_S
        )

    def _ask(
        self, identifier: CustomerIdentifier, subject: Subject, leased: Remembered, config: LookupConfig
    ) -> Found:
        calls = self._with.api().look_up(subject.store_id, identifier, config)
        answer = calls[-1].answer if calls else None
        if answer is None:
            self._cache.save_failure(subject, leased, calls, self._with.now())
            return self._stale(leased.entry.answer, config, self._with.now(), calls)
        newest = self._cache.save_answer(subject, leased, answer, calls)
        return Found(newest, LookupSource.API, is_news=True)

    def _stale(
        self, answer: Answer | None, config: LookupConfig, now: datetime, calls: Sequence[ApiCall] = ()
    ) -> Found:
        may_fall_back = config.fallback_to_cache_on_error and answer and answer.profile
        if answer and may_fall_back and is_usable(answer, now, self._with.retention.lookups):
            return Found(answer, LookupSource.STALE_CACHE, is_news=False)
        said = calls[-1].outcome if calls else "not asked"
        raise LookupFailed(f"no answer from the customer API: {said}")

    def _show(self, started: BasketStarted, known: Document, found: Found) -> dict[str, object]:
        answer, profile = found.answer, found.answer.profile
        if profile is None:
            basket, is_new = self._settle(started, known, Basket.not_found)
        else:
            at = self._with.now()

            def with_customer(basket: Basket) -> Basket:
                return basket.found(str(answer.customer_id), profile["name"], found.source, at)

            basket, is_new = self._settle(started, known, with_customer)
            if basket.customer_id == answer.customer_id:
                self._publish(basket, profile)
            if found.is_news:
                self._with.cards().rebuild(basket.store_id, str(answer.customer_id))
        return _facts("applied" if is_new else "duplicate", basket, found.source)

    def _settle(
        self, started: BasketStarted, known: Document, change: Callable[[Basket], Basket]
    ) -> tuple[Basket, bool]:
        """Change the basket, whoever else changes it; return it, and whether anything changed."""
        path = basket_path(started.store_id, started.basket_id)

        def attempt() -> tuple[Basket, bool]:
            nonlocal known
            before = read_basket(known.fields) if known.exists else _unknown_basket(started)
            after = change(before)
            if after == before and known.exists:
                return after, False
            fields = basket_fields(after, self._with.retention.baskets)
            write = DocumentWrite(path=path, version=known.version, fields=fields)
            try:
                self._with.documents.commit([write])
            except PreconditionLost:
                [known] = self._with.documents.read([path])
                raise
            return after, True

        return retry(attempt, within_s=ATTEMPTS_S)

    def _finish(self, basket: Basket) -> dict[str, object]:
        """Repeat what an earlier delivery may have left undone after it set the basket's customer."""
        if basket.lookup_source is not None and basket.customer_id is not None:
            [customer] = self._with.documents.read([customer_path(basket.store_id, basket.customer_id)])
            if profile := profile_of(customer.fields):
                self._publish(basket, profile)
            self._with.cards().rebuild(basket.store_id, basket.customer_id)
        return _facts("duplicate", basket, basket.lookup_source)

    def _publish(self, basket: Basket, profile: Mapping[str, Any]) -> None:
        event = outgoing.customer_data_fetched(basket, profile)
        self._with.publisher().publish(outgoing.FETCHED, encode(event), {})


def _unknown_basket(started: BasketStarted) -> Basket:
    """Return the basket of an event that nobody here sent: some tills start baskets by themselves."""
    return Basket(
        basket_id=started.basket_id,
        store_id=started.store_id,
        employee_id=started.employee_id,
        terminal_id=started.terminal_id,
        started_at=started.occurred_at,
        lookup_status=LookupStatus.PENDING,
    )


def _facts(outcome: str, basket: Basket, source: LookupSource | None) -> dict[str, object]:
    return {
        "outcome": outcome,
        "basketId": basket.basket_id,
        "lookupStatus": basket.lookup_status,
        "source": source,
    }
