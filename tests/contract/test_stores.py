"""The tenants: made on first sight, theirs once, and fixed by their first order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from functools import partial
from threading import Barrier

import pytest

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.stores import FirestoreStores
from shared.domain.changes import OrderChange
from shared.domain.order import given_back
from shared.domain.segment import SegmentRule
from shared.domain.store import Completion, Store
from shared.entry.store_settings import StoreSettings
from shared.errors import CurrencyMismatch, StoreSettled
from tests.builders import NOON, a_refund, set_to
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import apply, change_of, created, in_store, reached, registered

REAL = created(currency="BRL")
YEN = created("o-2", currency="JPY", price=100, items=[])


@pytest.fixture
def new_stores(client: Client) -> Callable[[], FirestoreStores]:
    """Return what makes stores as a fresh instance has them."""
    return lambda: FirestoreStores(client, ZONE)


def a_store(*, name: str = "Aurora", timezone: str = "Asia/Tokyo", currency: str = "BRL") -> Store:
    return Store(store_id="s-1", name=name, timezone=timezone, currency=currency)


def test_a_store_never_heard_of_does_not_exist(new_stores: Callable[[], FirestoreStores]) -> None:
    assert new_stores().find("s-1") is None


def test_a_first_order_makes_its_store_with_the_default_zone_and_its_own_currency(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    assert new_stores().terms(change_of(YEN)).timezone == ZONE
    found = new_stores().find("s-1")
    assert found is not None
    assert (found.timezone, found.currency, found.has_records, found.has_orders) == (ZONE, "JPY", True, True)


@pytest.mark.parametrize("event", [reached("COMPLETED"), registered()], ids=["status", "registration"])
def test_a_store_made_by_anything_else_has_no_currency_yet(
    new_stores: Callable[[], FirestoreStores], event: tuple[str, dict[str, object]]
) -> None:
    assert new_stores().terms(change_of(event)).timezone == ZONE
    found = new_stores().find("s-1")
    assert found is not None
    assert (found.currency, found.has_records, found.has_orders) == (None, True, False)
    assert new_stores().terms(change_of(YEN)).timezone == ZONE
    assert (new_stores().find("s-1") or a_store()).currency == "JPY"


def test_a_registration_fixes_the_zone_that_it_is_counted_in_but_no_currency(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    stores = new_stores()
    stores.put("s-1", set_to(a_store(currency="BRL")))
    stores.terms(change_of(registered()))
    with pytest.raises(StoreSettled, match="registrations were counted in Asia/Tokyo"):
        stores.put("s-1", set_to(a_store(timezone="Europe/Lisbon")))
    _, changed = stores.put("s-1", set_to(a_store(currency="JPY")))
    assert (changed.timezone, changed.currency) == ("Asia/Tokyo", "JPY")


def test_an_order_in_another_currency_than_its_stores_is_refused(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    stores = new_stores()
    stores.terms(change_of(REAL))
    for instance in (stores, new_stores()):
        with pytest.raises(CurrencyMismatch, match="expected the store's BRL, got JPY"):
            instance.terms(change_of(YEN))


def test_an_order_with_a_refund_in_another_currency_is_refused_and_fixes_none(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    order = change_of(REAL)
    assert isinstance(order, OrderChange)
    refund = given_back("r-1", replace(a_refund(), currency="JPY"))
    with pytest.raises(CurrencyMismatch, match=r"^refund\.currency: expected the store's BRL, got JPY"):
        new_stores().terms(replace(order, facts=order.facts.merge(refund)))
    assert new_stores().find("s-1") is None
    new_stores().terms(change_of(YEN))


def test_a_refused_order_keeps_no_other_back_and_leaves_nothing_behind(client: Client) -> None:
    backend = FirestoreBackend(client)
    ledger = new_ledger(backend)
    apply(ledger, REAL)
    with pytest.raises(CurrencyMismatch):
        apply(ledger, created("o-3"), YEN)
    assert {order["orderId"] for order in backend.collection("s-1", "orders")} == {"o-1", "o-3"}


@pytest.mark.parametrize("_attempt", range(3))
def test_of_two_first_orders_in_different_currencies_one_decides(
    new_stores: Callable[[], FirestoreStores], _attempt: int
) -> None:
    start = Barrier(2)

    def settle(event: tuple[str, dict[str, object]]) -> bool:
        stores = new_stores()
        start.wait()
        try:
            stores.terms(change_of(event))
        except CurrencyMismatch:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(settle, [REAL, YEN]))
    assert sorted(won) == [False, True]
    assert (new_stores().find("s-1") or a_store()).currency == ("BRL" if won[0] else "JPY")


def test_put_tells_a_new_store_from_a_known_one(new_stores: Callable[[], FirestoreStores]) -> None:
    stores = new_stores()
    first = replace(a_store(), version=1)
    assert stores.put("s-1", set_to(a_store())) == (None, first)
    before, after = stores.put("s-1", lambda known: replace(known or first, name="Boreal"))
    assert (before, after) == (first, replace(a_store(name="Boreal"), version=2))
    assert stores.find("s-1") == new_stores().find("s-1") == after


def test_new_settings_keep_when_the_zone_was_changed_and_all_else_that_no_one_sets(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    stores = new_stores()
    stores.put("s-1", set_to(a_store()))
    stores.terms(change_of(REAL))
    moved = stores.move("s-1", "Europe/Lisbon", NOON)
    assert moved is not None
    for n in range(2):
        settings = StoreSettings(name=f"Boreal {n}", timezone="Europe/Lisbon", currency="BRL")
        new_stores().put("s-1", partial(settings.change, "s-1"))
        assert new_stores().read("s-1") == replace(moved, name=f"Boreal {n}", version=moved.version + n + 1)
    assert moved.zoned_at == NOON


def test_every_field_of_a_store_is_read_as_it_was_written(new_stores: Callable[[], FirestoreStores]) -> None:
    rule = SegmentRule(recency_days=(1, 2, 3, 4), completed_orders=(5, 6, 7, 8), spent=(9, 10, 11, 12))
    store = Store(
        store_id="s-1", name="Aurora", timezone="Asia/Tokyo", currency="JPY", has_records=True,
        has_orders=True, segments=rule, phone_region="JP", completes_on=Completion.FULFILMENT,
        zoned_at=NOON, version=1, deferred_at=NOON,
    )  # fmt: skip
    unchanged = [field.name for field in fields(Store) if getattr(store, field.name) == field.default]
    assert unchanged == []
    new_stores().put("s-1", set_to(store))
    assert new_stores().read("s-1") == replace(store, version=2)


def test_zone_and_currency_may_change_until_something_is_counted(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    stores = new_stores()
    stores.put("s-1", set_to(a_store()))
    assert stores.ensure("s-1").timezone == "Asia/Tokyo"
    new_stores().put("s-1", set_to(a_store(timezone="Asia/Kathmandu", currency="JPY")))
    assert stores.terms(change_of(registered())).timezone == "Asia/Kathmandu"
    assert stores.terms(change_of(YEN)).timezone == "Asia/Kathmandu"


@pytest.mark.parametrize("changed", [{"timezone": "UTC"}, {"currency": "JPY"}], ids=["zone", "currency"])
def test_zone_and_currency_stay_once_there_are_orders(
    new_stores: Callable[[], FirestoreStores], changed: dict[str, str]
) -> None:
    stores = new_stores()
    stores.put("s-1", set_to(a_store()))
    new_stores().terms(change_of(REAL))
    for instance in (stores, new_stores()):
        with pytest.raises(StoreSettled, match=f"^{next(iter(changed))}: "):
            instance.put("s-1", set_to(a_store(**changed)))
        assert instance.put("s-1", set_to(a_store(name="Boreal")))[0] is not None
    found = new_stores().find("s-1")
    assert found is not None
    assert (found.name, found.timezone, found.currency) == ("Boreal", "Asia/Tokyo", "BRL")


def test_a_store_with_orders_can_be_renamed_and_is_seen_so_by_who_renamed_it(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    stores = new_stores()
    stores.terms(change_of(REAL))
    stores.find("s-1")
    stores.put("s-1", set_to(a_store(timezone=ZONE, name="Boreal")))
    assert (stores.find("s-1") or a_store()).name == "Boreal"


def test_a_currency_set_right_is_seen_at_once_by_who_refused_an_order_before(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    refused_it, admins = new_stores(), new_stores()
    admins.put("s-1", set_to(a_store(currency="BRL")))
    with pytest.raises(CurrencyMismatch):
        refused_it.terms(change_of(YEN))
    admins.put("s-1", set_to(a_store(currency="JPY")))
    assert refused_it.terms(change_of(YEN)).timezone == "Asia/Tokyo"


def test_put_and_a_first_order_at_once_never_leave_an_order_in_the_wrong_currency(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    new_stores().put("s-1", set_to(a_store(currency="BRL")))
    start = Barrier(2)

    def put() -> bool:
        start.wait()
        try:
            new_stores().put("s-1", set_to(a_store(currency="JPY")))
        except StoreSettled:
            return False
        return True

    def order() -> bool:
        start.wait()
        try:
            new_stores().terms(change_of(REAL))
        except CurrencyMismatch:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        was_put, was_ordered = (future.result() for future in (pool.submit(put), pool.submit(order)))
    assert was_put != was_ordered
    assert (new_stores().find("s-1") or a_store()).currency == ("JPY" if was_put else "BRL")


def test_all_stores_are_found_or_those_that_exist_of_some_by_id(
    new_stores: Callable[[], FirestoreStores],
) -> None:
    for store_id in ("s/2", "s-1", "S-3"):
        new_stores().terms(change_of(in_store(store_id, REAL)))

    def found(store_ids: frozenset[str] | None) -> list[str]:
        return [store.store_id for store in new_stores().find_all(store_ids)]

    assert found(None) == ["S-3", "s-1", "s/2"]
    assert found(frozenset({"s/2", "s-1", "nowhere"})) == ["s-1", "s/2"]
    assert found(frozenset()) == []
