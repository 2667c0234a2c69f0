"""Folders, deferring instances and direct ones at the same time, on the real Firestore."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain
from threading import Event

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.deltas import FirestoreDeltas
from shared.adapters.firestore.tallies import FirestoreTallies
from shared.domain.period import Month, Period
from shared.domain.tallies import PRODUCT_MONTHS
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import apply, created, reached
from tests.counted import counted, recount
from tests.deferring import new_deferring_ledger, new_folder

STORE = "s-1"
ORDERS = 12


def test_racing_folders_count_each_delta_once(client: Client) -> None:
    backend, over = FirestoreBackend(client), Event()
    apply(new_ledger(backend), created("first"))
    orders = [[f"o-{writer}-{n}" for n in range(ORDERS)] for writer in range(3)]
    events = [[event for one in mine for event in (created(one), reached(8, one))] for mine in orders]

    def write(writer: int) -> None:
        ledger = new_ledger(backend) if writer == 0 else new_deferring_ledger(backend)
        for event in events[writer]:
            apply(ledger, event)

    def fold() -> int:
        folded = 0
        while not over.is_set():
            # A fresh instance each time: one that folded just now would wait for a second.
            folded += new_folder(backend, FirestoreDeltas(client)).sweep(STORE).deltas
        return folded

    with ThreadPoolExecutor(5) as pool:
        folders = [pool.submit(fold) for _ in range(2)]
        for done in [pool.submit(write, writer) for writer in range(3)]:
            done.result()
        over.set()
        folded = sum(folder.result() for folder in folders)
    folded += new_folder(backend, FirestoreDeltas(client)).sweep(STORE).deltas
    assert folded == 2 * len(events[1])
    assert backend.collection(STORE, "deltas") == []
    assert counted(backend, STORE) == recount([created("first"), *chain(*events)], ZONE, STORE)


def test_a_product_whose_name_waits_in_a_delta_is_read_without_it(client: Client) -> None:
    backend, tallies = FirestoreBackend(client), FirestoreTallies(client, most_range_reads=1000)
    month, days = Period.of_month(Month(2026, 11)), Period(date(2026, 11, 2), date(2026, 11, 29))

    def names() -> list[list[str]]:
        _, now = tallies.history(STORE)
        assert now
        rankings = [tallies.ranking(PRODUCT_MONTHS, STORE, period, 50, now) for period in (month, days)]
        return [[one.labels["productName"] for one in ranking] for ranking in rankings]

    # One instance defers, and another one does not.
    apply(new_deferring_ledger(backend), created("o-1"))
    apply(new_ledger(backend), reached(8, "o-1"))
    assert names() == [[], ["p-1"]]
    new_folder(backend, FirestoreDeltas(client)).sweep(STORE)
    assert names() == [["Blue mug"], ["Blue mug"]]
