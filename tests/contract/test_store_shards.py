"""How many documents a store's month spreads over, and which of them an instance writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from google.cloud.firestore import Client

from shared.adapters.firestore.stores import MOST_SHARDS, FirestoreStores
from shared.domain.store import Store
from tests.builders import set_to
from tests.contract.backends import ZONE
from tests.contract.events import change_of, created
from tests.virtual_time import VirtualTime

REAL = created(currency="BRL")


@pytest.fixture
def new_stores(client: Client) -> Callable[[], FirestoreStores]:
    """Return what makes stores as a fresh instance has them."""
    return lambda: FirestoreStores(client, ZONE)


def shards(stores: FirestoreStores) -> int:
    found = stores.find("s-1")
    assert found is not None
    return found.shards


def test_the_third_contended_commit_in_a_minute_doubles_the_shards(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    stores = new_stores()
    stores.terms(change_of(REAL))
    for expected in (1, 1, 2, 2, 2, 4):
        stores.contended(["s-1"])
        assert shards(stores) == shards(new_stores()) == expected


def test_contention_that_comes_now_and_then_leaves_the_shards_as_they_are(client: Client) -> None:
    time = VirtualTime()
    stores = FirestoreStores(client, ZONE, timer=lambda: time.now)
    for _ in range(9):
        stores.terms(change_of(REAL))
        stores.contended(["s-1"])
        time.sleep(59)
    assert shards(stores) == 1
    time.sleep(60)
    for _ in range(3):
        stores.terms(change_of(REAL))
        stores.contended(["s-1"])
        time.sleep(20)
    assert shards(stores) == 2


def test_instances_that_met_the_same_contention_double_the_shards_once(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    instances = [new_stores() for _ in range(5)]
    for stores in instances:
        stores.terms(change_of(REAL))
    for stores in instances:
        for _ in range(3):
            stores.contended(["s-1"])
        assert shards(stores) == 2
    assert shards(new_stores()) == 2


def test_shards_have_an_end_and_spread_the_instances(
    client: Client, new_stores: Callable[[], FirestoreStores]
) -> None:
    new_stores().terms(change_of(REAL))
    client.document("stores", "s-1").update({"shards": MOST_SHARDS})
    stores = new_stores()
    stores.terms(change_of(REAL))
    for _ in range(3):
        stores.contended(["s-1"])
    assert shards(new_stores()) == MOST_SHARDS
    taken = {new_stores().terms(change_of(REAL)).shard for _ in range(40)}
    assert taken <= set(range(MOST_SHARDS))
    assert len(taken) > 10


def test_an_instance_keeps_its_shard_and_uses_new_ones(
    client: Client, new_stores: Callable[[], FirestoreStores]
) -> None:
    new_stores().terms(change_of(REAL))
    assert new_stores().terms(change_of(REAL)).shard == 0
    client.document("stores", "s-1").update({"shards": MOST_SHARDS})
    stores = new_stores()
    seat = stores.terms(change_of(REAL)).shard
    assert {stores.terms(change_of(REAL)).shard for _ in range(5)} == {seat}


def test_settings_leave_the_shards_as_they_are(
    client: Client, new_stores: Callable[[], FirestoreStores]
) -> None:
    stores = new_stores()
    stores.terms(change_of(REAL))
    client.document("stores", "s-1").update({"shards": 8})
    stores.put("s-1", set_to(Store(store_id="s-1", name="Boreal", timezone=ZONE, currency="BRL")))
    assert shards(new_stores()) == 8
