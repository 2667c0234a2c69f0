"""What is done about an identifier, by what is remembered of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.lookup import UNKNOWN_FOR, Answer, LookupEntry, NextStep, next_step
from tests.builders import NOON

ANA = {"customerId": "cust-001", "name": "Ana"}
SECOND = timedelta(seconds=1)
TTL = timedelta(hours=1)
KEPT_FOR = timedelta(days=3)


def decided(entry: LookupEntry, *, ttl: timedelta = TTL, started: timedelta = timedelta(0)) -> NextStep:
    return next_step(
        entry, now=NOON, began=NOON - SECOND, started_at=NOON + started, ttl=ttl, kept_for=KEPT_FOR
    )


def answered(age: timedelta, *, known: bool = True) -> LookupEntry:
    return LookupEntry(answer=Answer(asked_at=NOON - age, profile=ANA if known else None))


def test_nothing_remembered_is_asked_for() -> None:
    assert decided(LookupEntry()) is NextStep.CALL


@pytest.mark.parametrize(
    ("age", "step"),
    [(TTL - SECOND, NextStep.USE), (TTL, NextStep.CALL), (timedelta(0), NextStep.USE)],
)
def test_a_customer_is_fresh_for_the_configured_time(age: timedelta, step: NextStep) -> None:
    assert decided(answered(age)) is step


@pytest.mark.parametrize(
    ("age", "ttl", "step"),
    [
        (UNKNOWN_FOR - SECOND, TTL, NextStep.USE),
        (UNKNOWN_FOR, TTL, NextStep.CALL),
        (2 * SECOND, SECOND, NextStep.CALL),
    ],
)
def test_an_unknown_customer_is_believed_briefly(age: timedelta, ttl: timedelta, step: NextStep) -> None:
    assert decided(answered(age, known=False), ttl=ttl) is step


def test_an_answer_asked_for_after_the_basket_started_is_fresh_for_it_whatever_the_ttl() -> None:
    assert decided(answered(SECOND), ttl=timedelta(0), started=-SECOND) is NextStep.USE
    assert decided(answered(2 * SECOND), ttl=timedelta(0), started=-SECOND) is NextStep.CALL


def test_an_answer_too_old_to_be_kept_is_never_fresh() -> None:
    old = answered(KEPT_FOR)
    assert decided(old, ttl=2 * KEPT_FOR, started=-2 * KEPT_FOR) is NextStep.CALL


@pytest.mark.parametrize(("ends", "step"), [(SECOND, NextStep.WAIT), (timedelta(0), NextStep.CALL)])
def test_a_lease_holds_until_its_deadline(ends: timedelta, step: NextStep) -> None:
    assert decided(LookupEntry(leased_until=NOON + ends)) is step


def test_a_failure_is_shared_by_those_who_waited_for_it_only() -> None:
    assert decided(LookupEntry(failed_at=NOON - SECOND)) is NextStep.FAIL
    assert decided(LookupEntry(failed_at=NOON - 2 * SECOND)) is NextStep.CALL


@pytest.mark.parametrize(
    ("age", "ttl", "step"),
    [
        (UNKNOWN_FOR - SECOND, TTL, NextStep.FAIL),
        (UNKNOWN_FOR, TTL, NextStep.CALL),
        (2 * SECOND, SECOND, NextStep.CALL),
    ],
)
def test_a_refusal_is_believed_briefly(age: timedelta, ttl: timedelta, step: NextStep) -> None:
    assert decided(LookupEntry(refused_at=NOON - age), ttl=ttl) is step


def test_a_fresh_answer_is_used_whatever_the_api_refused_since() -> None:
    assert decided(replace(answered(SECOND), refused_at=NOON)) is NextStep.USE


BRUNO = Answer(asked_at=NOON - 2 * SECOND, profile={"customerId": "cust-002"})
NEWS = Answer(asked_at=NOON, profile=ANA)


@pytest.mark.parametrize(
    "entry",
    [
        LookupEntry(),
        answered(SECOND),
        answered(SECOND, known=False),
        answered(timedelta(0), known=False),
        LookupEntry(leased_until=NOON),
    ],
)
def test_an_answer_is_good_for_another_identifier_of_its_customer(entry: LookupEntry) -> None:
    assert entry.with_answer_for(NEWS) == replace(entry, answer=NEWS)


@pytest.mark.parametrize(
    "entry", [LookupEntry(answer=BRUNO), answered(-SECOND), answered(-SECOND, known=False)]
)
def test_what_the_api_said_of_that_identifier_itself_stands(entry: LookupEntry) -> None:
    assert entry.with_answer_for(NEWS) is entry
