"""Folders, deferring instances and direct ones at the same time, on the real Firestore."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from threading import Event

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.deltas import FirestoreDeltas
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
