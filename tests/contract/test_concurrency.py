"""Two to four writers at once, each trying again as Pub/Sub would: totals are exact."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from emulator.recount import Event
from shared.adapters.firestore.client import Client
from shared.errors import TransientError
from shared.ledger.ledger import Ledger
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import amended, apply, confirmed, created, reached, registered
from tests.counted import counted, recount

TRIES = 5


@pytest.fixture
def firestore(client: Client) -> FirestoreBackend:
    return FirestoreBackend(client)


def deliver(ledger: Ledger, event: Event) -> str:
    for left in reversed(range(TRIES)):
        try:
            return apply(ledger, event)[0]
        except TransientError:
            if not left:
                raise
    raise AssertionError


def race(firestore: FirestoreBackend, writers: Sequence[Sequence[Event]]) -> list[list[str]]:
    """Deliver each writer's events in a thread of its own; every other writer is on the same instance."""
    ledgers = [new_ledger(firestore), new_ledger(firestore)]
    start = Barrier(len(writers))

    def write(n: int) -> list[str]:
        start.wait()
        return [deliver(ledgers[n % 2], event) for event in writers[n]]

    with ThreadPoolExecutor(len(writers)) as pool:
        return list(pool.map(write, range(len(writers))))


def check(firestore: FirestoreBackend, writers: Sequence[Sequence[Event]]) -> None:
    assert counted(firestore, "s-1") == recount([event for events in writers for event in events], ZONE)


def test_one_event_delivered_four_times_at_once_counts_once(firestore: FirestoreBackend) -> None:
    writers = [[created()]] * 4
    results = race(firestore, writers)
    assert sorted(result for (result,) in results) == ["applied", "duplicate", "duplicate", "duplicate"]
    check(firestore, writers)


def test_writers_of_one_order_lose_nothing(firestore: FirestoreBackend) -> None:
    writers = [
        [created(), reached("COMPLETED", at="2026-11-21T12:00:00Z")],
        [reached("REFOUNDED", at="2026-11-22T12:00:00Z"), created()],
        [amended(price="7.00", customerId="c-2"), reached("COMPLETED", at="2026-11-23T12:00:00Z")],
        [reached("EXPIRED"), reached("COMPLETED", at="2026-11-21T12:00:00Z")],
    ]
    race(firestore, writers)
    check(firestore, writers)


def test_writers_of_one_customer_lose_nothing(firestore: FirestoreBackend) -> None:
    moved = [amended(f"o-{n}", customerId="c-2", at=f"2026-11-23T12:00:0{n}Z") for n in range(3)]
    writers = [
        [created(f"o-{n}", f"2026-11-{20 - n:02}T12:00:00Z") for n in range(5)],
        [created(f"x-{n}", f"2026-11-{10 + n:02}T12:00:00Z") for n in range(5)],
        [registered(), *moved[:2]],
        [confirmed("c-1", "2026-11-19T12:00:00Z"), *moved[1:]],
    ]
    race(firestore, writers)
    check(firestore, writers)


def test_writers_of_one_store_lose_nothing(firestore: FirestoreBackend) -> None:
    writers = [
        [
            event
            for n in range(8)
            for event in (created(f"{w}-{n}", customerId=f"c-{n % 2}"), reached("COMPLETED", f"{w}-{n}"))
        ]
        for w in range(4)
    ]
    race(firestore, writers)
    check(firestore, writers)


def test_lists_that_share_orders_lose_nothing(firestore: FirestoreBackend) -> None:
    ledgers = [new_ledger(firestore), new_ledger(firestore)]
    first = [created(f"o-{n}") for n in range(10)]
    second = [reached("COMPLETED", f"o-{n}") for n in range(5, 10)] + [
        created(f"o-{n}") for n in range(5, 15)
    ]

    def write(n: int) -> list[str]:
        return apply(ledgers[n], *(first, second)[n])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(2)))
    check(firestore, [first, second])
