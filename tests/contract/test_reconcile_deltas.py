"""Reconciling a hot store counts its pending deltas; everything else that touches tallies leaves them be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from google.cloud.firestore import Increment

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.deltas import FirestoreDeltas
from shared.adapters.firestore.left_behind import FirestoreLeftBehind
from shared.adapters.firestore.stores import FirestoreStores
from shared.ledger.change_zone import change_zone
from shared.ledger.fold import Folder
from shared.ledger.ledger import Ledger
from tests.contract.backends import ZONE
from tests.contract.events import amended, created, reached, registered
from tests.contract.reconciling import STORE, Desk
from tests.counted import counted, recount
from tests.deferring import counted_with_deltas, new_deferring_ledger, new_folder
from tests.virtual_time import VirtualTime

MONTHS = ("months", "2026-11")


@pytest.fixture
def desk(client: Client, virtual_time: VirtualTime) -> Desk:  # noqa: ARG001 - folders wait in it
    """Return a store with some orders in tallies, and more in pending deltas."""
    desk = Desk(client)
    desk.deliver(created("o-1", couponCode="TEN"), reached("COMPLETED", "o-1"), registered())
    desk.ledger = new_deferring_ledger(desk.backend)
    desk.deliver(created("o-2", couponCode="TEN"), created("o-3", couponCode="ELEVEN"))
    desk.deliver(reached("COMPLETED", "o-2"), reached("COMPLETED", "o-3"), registered("c-2"))
    desk.deliver(created("o-0", "2026-10-20T12:00:00Z"), reached("REFOUNDED", "o-1", "2026-11-23T12:00:00Z"))
    assert not desk.is_exact()
    return desk


def a_folder(desk: Desk) -> Folder:
    return new_folder(desk.backend, FirestoreDeltas(desk.client))


def is_exact_with_deltas(desk: Desk) -> bool:
    return counted_with_deltas(desk.backend, STORE) == recount(desk.delivered, ZONE, STORE)


def test_pending_deltas_are_no_drift(desk: Desk) -> None:
    assert is_exact_with_deltas(desk)
    assert desk.drift() == []
    a_folder(desk).sweep(STORE)
    assert desk.is_exact()
    assert desk.drift() == []


def test_a_lost_delta_is_drift_and_a_repair_adds_what_it_would_have_added(desk: Desk) -> None:
    lost, *_ = desk.at("deltas", "any").parent.stream()
    lost.reference.delete()
    assert desk.drift() != []
    desk.run(repair=True)
    assert desk.drift() == []
    assert is_exact_with_deltas(desk)
    a_folder(desk).sweep(STORE)
    assert desk.is_exact()


def test_wrong_tallies_are_found_and_repaired_with_deltas_pending(desk: Desk) -> None:
    desk.at(*MONTHS).update({"totalOrders": Increment(7), "days.20.totalOrders": Increment(-1)})
    desk.at("coupons", "ELEVEN").set({"couponCode": "ELEVEN", "timesUsed": 3, "totalSalesAmount": 1})
    assert {one[:2] for one in desk.drift()} == {MONTHS, ("coupons", "ELEVEN")}
    desk.run(repair=True)
    a_folder(desk).sweep(STORE)
    assert desk.is_exact()


@pytest.mark.parametrize("at_once", [False, True], ids=["while it reads", "and more comes"])
def test_folding_in_the_middle_of_a_repair_counts_nothing_twice(desk: Desk, at_once: bool) -> None:
    def meanwhile() -> None:
        a_folder(desk).sweep(STORE)
        if at_once:
            desk.deliver(created("o-9"), amended("o-2", couponCode="NEW"))

    desk.at(*MONTHS).update({"totalOrders": Increment(5)})
    desk.when_reading = meanwhile
    desk.run(repair=True)
    a_folder(desk).sweep(STORE)
    assert desk.is_exact()
    assert desk.drift() == []


def test_products_that_only_a_delta_knows_are_recounted_in_passes(desk: Desk) -> None:
    items = [{"productId": f"p-{n}", "productName": "Mug", "imgCardUrl": None, "quantity": 1, "total": "1.00"}
             for n in range(9)]  # fmt: skip
    desk.deliver(created("o-4", price="9.00", items=items), reached("COMPLETED", "o-4"))
    assert desk.run(most_held=2).drift == []
    assert desk.run(most_named=2).drift == []


def test_a_store_moves_to_another_zone_with_deltas_pending(desk: Desk) -> None:
    desk.deliver(created("o-5", "2026-11-01T01:00:00Z"), reached("COMPLETED", "o-5"))
    stores = FirestoreStores(desk.client, ZONE)
    progress = change_zone(
        STORE,
        "Asia/Tokyo",
        stores=stores,
        left_behind=FirestoreLeftBehind(desk.client),
        ledger=Ledger(desk.backend.documents, stores),
        tell=lambda _: None,
        clock=partial(datetime.now, UTC),
        budget=timedelta(minutes=5),
    )
    assert progress is not None
    assert desk.drift() == []
    a_folder(desk).sweep(STORE)
    assert counted(desk.backend, STORE) == recount(desk.delivered, "Asia/Tokyo", STORE)
