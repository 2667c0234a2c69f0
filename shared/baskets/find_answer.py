"""Find the answer to who a basket's customer is: a fresh one that is remembered, the API's, or an old one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from google.api_core.retry import if_exception_type

from shared.baskets.calls import Subject
from shared.baskets.lookup_cache import Asked, LookupCache, Remembered
from shared.documents.retry import retry
from shared.domain.basket import LookupSource
from shared.domain.customer_identifier import CustomerIdentifier, identifiers_of
from shared.domain.customer_search import SearchTokens
from shared.domain.lookup import Answer, NextStep, is_usable, next_step
from shared.errors import LookupFailed, LookupUnderWay

if TYPE_CHECKING:
    from shared.baskets.look_up_customer import Dependencies
    from shared.baskets.lookup_config import LookupConfig

LEASE_MARGIN = timedelta(seconds=5)
"""For keeping the answer, after the time that the calls may take."""

_PAUSE_S = (0.04, 0.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A basket's customer.

    `region` is the country of phone numbers without a country code, and `attempts` are the calls that were
    made for the basket before.
    """

    subject: Subject
    basket_id: str
    started_at: datetime
    identifier: CustomerIdentifier
    region: str | None
    attempts: int


class Found(NamedTuple):
    """An answer, where it came from, and whether the card may not know it yet."""

    answer: Answer
    source: LookupSource
    is_news: bool


class NoAnswer(LookupFailed):
    """The API was called so many times in vain; if final, it is not called again for this basket."""

    def __init__(self, said: str, *, calls: int, is_final: bool) -> None:
        super().__init__(f"no answer from the customer API: {said}")
        self.calls = calls
        self.is_final = is_final


class AnswerFinder:
    """Finds answers. Safe to share between threads."""

    def __init__(self, dependencies: Dependencies, cache: LookupCache) -> None:
        self._with = dependencies
        self._cache = cache

    def find(self, wanted: Wanted, known: Remembered) -> Found:
        """Return the answer; `known` is what is remembered of the identifier.

        Raises:
            NoAnswer: there is none.
            LookupFailed: lookups are not configured.
            LookupUnderWay: another delivery asks the API, and takes too long to wait for.
        """
        config = self._with.configuration.current(wanted.subject.store_id)
        began = self._with.now()
        left = config.retry_attempts - wanted.attempts
        first: Remembered | None = known

        def attempt() -> Found:
            nonlocal first
            known, first = first or self._cache.read(wanted.subject), None
            answer, now = known.entry.answer, self._with.now()
            step = next_step(
                known.entry,
                now=now,
                began=began,
                started_at=wanted.started_at,
                ttl=config.ttl,
                kept_for=self._with.retention.lookups,
            )
            if step is NextStep.USE and answer:
                return Found(answer, LookupSource.CACHE, is_news=answer.asked_at >= wanted.started_at)
            is_final = left <= 0 or known.entry.is_refused(now, config.ttl)
            if step is NextStep.FAIL or (step is NextStep.CALL and is_final):
                return self._stale(answer, config, NoAnswer("not asked", calls=0, is_final=is_final))
            if step is NextStep.CALL:
                until = now + timedelta(seconds=config.budget_s) + LEASE_MARGIN
                if leased := self._cache.lease(wanted.subject, known, until):
                    return self._ask(wanted, leased, config, left)
            raise LookupUnderWay("another delivery asks the API about this customer")

        return retry(
            attempt, when=if_exception_type(LookupUnderWay), within_s=self._with.wait_s, pause_s=_PAUSE_S
        )

    def _ask(self, wanted: Wanted, leased: Remembered, config: LookupConfig, left: int) -> Found:
        bounded = config.model_copy(update={"retry_attempts": left})
        calls = self._with.api().look_up(wanted.subject.store_id, wanted.identifier, bounded)
        asked = Asked(subject=wanted.subject, basket_id=wanted.basket_id, calls=calls)
        answer = calls[-1].answer if calls else None
        if answer is None:
            self._cache.save_failure(asked, leased, self._with.now())
            said = calls[-1].outcome if calls else "not asked"
            is_final = asked.is_refused or len(calls) >= left
            failure = NoAnswer(said, calls=len(calls), is_final=is_final)
            return self._stale(leased.entry.answer, config, failure)
        newest = self._cache.save_answer(
            asked, leased, answer, self._others(wanted, answer), self._search_tokens(wanted, answer)
        )
        return Found(newest, LookupSource.API, is_news=True)

    def _others(self, wanted: Wanted, answer: Answer) -> list[Subject]:
        """Return the other identifiers that the answer names: it is good for them too."""
        store_id = wanted.subject.store_id
        return [
            Subject(store_id=store_id, kind=one.kind, identifier_hash=one.hashed(self._with.salt, store_id))
            for one in identifiers_of(answer.profile or {}, wanted.region)
            if one != wanted.identifier
        ]

    def _search_tokens(self, wanted: Wanted, answer: Answer) -> list[str]:
        tokens = SearchTokens(salt=self._with.salt, store_id=wanted.subject.store_id, region=wanted.region)
        return tokens.of_profile(answer.profile or {})

    def _stale(self, answer: Answer | None, config: LookupConfig, failure: NoAnswer) -> Found:
        """Return an old answer, if that may stand in; else raise the failure."""
        may_fall_back = config.fallback_to_cache_on_error and answer and answer.profile
        if answer and may_fall_back and is_usable(answer, self._with.now(), self._with.retention.lookups):
            return Found(answer, LookupSource.STALE_CACHE, is_news=False)
        raise failure
