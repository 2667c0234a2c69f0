"""Instances that group what they handle at the same time: every order counts exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from google.api_core.retry import Retry, if_exception_type

from emulator.recount import Event
from shared.errors import CurrencyMismatch, TransientError
from shared.ledger.group_commit import GroupCommit
from shared.ledger.in_flight import Arrivals
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import amended, apply, change_of, created, reached
from tests.contract.wire_log import LoggedClient
from tests.counted import counted, recount

THREADS = 24


@pytest.fixture
def firestore(logged: LoggedClient) -> FirestoreBackend:
    return FirestoreBackend(logged)


def instances(firestore: FirestoreBackend, n: int) -> list[GroupCommit]:
    return [GroupCommit(new_ledger(firestore), Arrivals(), wait_s=0.005) for _ in range(n)]


def deliver(groups: Sequence[GroupCommit], events: Sequence[Event], rng: Random) -> Counter[str]:
    """Deliver from many threads, each event to any instance and again until it is acknowledged."""
    again = Retry(predicate=if_exception_type(TransientError), initial=0.05, timeout=60)
    jobs = [(rng.choice(groups), change_of(event)) for event in events]
    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(outcome.result for outcome in pool.map(lambda job: again(job[0].apply)(job[1]), jobs))


def history(orders: int) -> list[Event]:
    events: list[Event] = []
    for n in range(orders):
        code, customer = ("TEN" if n % 5 == 0 else None), f"c-{n % 7}"
        events.append(created(f"o-{n}", couponCode=code, customerId=customer))
        events.append(reached("COMPLETED", f"o-{n}"))
        if n % 6 == 0:
            events.append(reached("REFOUNDED", f"o-{n}", "2026-11-23T12:00:00Z"))
        if n % 9 == 0:
            events.append(amended(f"o-{n}", "2026-11-19T12:00:00Z", customerId="c-moved"))
    return events


@pytest.mark.parametrize("seed", [1, 8])
def test_whatever_comes_at_once_at_whichever_instance_counts_once(
    firestore: FirestoreBackend, seed: int
) -> None:
    rng = Random(seed)  # noqa: S311 - a repeatable shuffle
    apply(new_ledger(firestore), created("first"))
    events = history(90)
    arriving = [*events, *rng.sample(events, len(events) // 3)]
    rng.shuffle(arriving)
    results = deliver(instances(firestore, 3), arriving, rng)
    assert results["applied"] <= len(events)
    assert results.total() == len(arriving)
    assert counted(firestore, "s-1") == recount([created("first"), *events], ZONE)


def test_a_busy_instance_commits_less_often_than_it_is_asked(
    firestore: FirestoreBackend, logged: LoggedClient
) -> None:
    apply(new_ledger(firestore), created("first"))
    logged.log.clear()
    results = deliver(instances(firestore, 1), [created(f"o-{n}") for n in range(120)], Random(1))  # noqa: S311
    assert results == {"applied": 120}
    assert logged.log.calls.count("Commit") < 60


def test_an_order_in_another_currency_is_refused_alone(firestore: FirestoreBackend) -> None:
    [group] = instances(firestore, 1)
    apply(new_ledger(firestore), created("first"))
    currencies = ["JPY" if n == 5 else "BRL" for n in range(20)]
    events = [created(f"o-{n}", currency=c, price="100", items=[]) for n, c in enumerate(currencies)]

    def result(event: Event) -> str:
        try:
            return group.apply(change_of(event)).result
        except CurrencyMismatch:
            return "refused"

    with ThreadPoolExecutor(len(events)) as pool:
        assert Counter(pool.map(result, events)) == {"applied": 19, "refused": 1}
    good = [event for n, event in enumerate(events) if n != 5]
    assert counted(firestore, "s-1") == recount([created("first"), *good], ZONE)
