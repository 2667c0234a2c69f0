"""Orders whose commit is too large for Firestore are committed in parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from emulator.recount import Event
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.left_behind import FirestoreLeftBehind
from shared.adapters.firestore.stores import FirestoreStores
from shared.importing.batches import Line
from shared.importing.count import BatchCounter, ReadLine
from shared.ledger.change_zone import change_zone
from shared.ledger.group_commit import GroupCommit
from shared.ledger.in_flight import Arrivals
from shared.ledger.ledger import Ledger
from tests.builders import an_order_item
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import apply, change_of, created, reached
from tests.counted import counted, recount

ORDERS = 24
IMAGE = "https://images.example/" + "a" * 877
"""900 characters: the commit of sixteen orders takes more than the 4 MiB that the emulator takes."""


def pictured(order: int) -> Event:
    items = [an_order_item(f"p-{n}", imgCardUrl=f"{IMAGE}{order}") for n in range(250)]
    return created(f"o-{order}", items=items)


@pytest.fixture
def firestore(client: Client) -> FirestoreBackend:
    """Return a Firestore with orders that were applied one by one."""
    backend = FirestoreBackend(client)
    ledger = new_ledger(backend)
    for order in range(ORDERS):
        apply(ledger, pictured(order))
    return backend


def completed() -> list[Event]:
    return [reached("COMPLETED", f"o-{order}") for order in range(ORDERS)]


def expected(events: Sequence[Event], zone: str) -> object:
    return recount([*map(pictured, range(ORDERS)), *events], zone)


def test_a_group_is_committed_in_parts(firestore: FirestoreBackend) -> None:
    group = GroupCommit(new_ledger(firestore), Arrivals(), wait_s=0.05)
    with ThreadPoolExecutor(ORDERS) as pool:
        outcomes = list(pool.map(group.apply, map(change_of, completed())))
    assert Counter(outcome.result for outcome in outcomes) == {"applied": ORDERS}
    assert counted(firestore, "s-1") == expected(completed(), ZONE)


def test_a_list_is_imported_in_parts(firestore: FirestoreBackend) -> None:
    lines = [
        ReadLine(line=Line(number=n, data=b""), change=change_of(event))
        for n, event in enumerate(completed(), 1)
    ]
    counted_lines = BatchCounter(new_ledger(firestore), list, None).count(lines)
    assert counted_lines.outcomes == {"applied": ORDERS}
    assert counted(firestore, "s-1") == expected(completed(), ZONE)


def test_a_store_moves_to_another_zone_in_parts(firestore: FirestoreBackend) -> None:
    stores = FirestoreStores(firestore.client, ZONE)
    progress = change_zone(
        "s-1",
        "Asia/Tokyo",
        tell=lambda _: None,
        stores=stores,
        left_behind=FirestoreLeftBehind(firestore.client),
        ledger=Ledger(firestore.documents, stores),
        clock=partial(datetime.now, UTC),
        budget=timedelta(minutes=5),
    )
    assert progress is not None
    assert progress.moved == ORDERS
    assert counted(firestore, "s-1") == expected([], "Asia/Tokyo")
