"""A customer is erased while every counter stays true, whatever comes late and whenever the instance dies."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.recount import Event
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.deltas import FirestoreDeltas
from shared.customers import erase
from shared.documents.paths import basket_path, lookup_call_path, lookup_path
from shared.domain.changes import Change
from shared.importing.batches import Line
from shared.importing.count import BatchCounter, read_all
from tests.builders import NOON
from tests.contract.backends import new_ledger
from tests.contract.erasing import (
    AFTERWARDS,
    CUSTOMER,
    PSEUDONYM,
    PSEUDONYMS,
    STORE,
    Killed,
    Shredder,
    renamed,
)
from tests.contract.events import amended, change_of, confirmed, created, reached, registered
from tests.contract.test_import import line_of
from tests.deferring import new_deferring_ledger, new_folder
from tests.unit.histories import deliveries

DAY = "2026-11-%02dT12:00:00Z"


def history(orders: int = 5) -> list[Event]:
    """Return orders of the customer and of another one, some of which went from one to the other."""
    events = [registered(CUSTOMER, DAY % 1), confirmed(CUSTOMER, DAY % 1), registered("c-2", DAY % 2)]
    for n in range(orders):
        events.append(
            created(f"o-{n}", DAY % (n + 1), customerId=CUSTOMER, couponCode="TEN" if n % 2 else None)
        )
    events += [reached("COMPLETED", f"o-{n}") for n in range(0, orders, 2)]
    events.append(created("o-other", DAY % 3, customerId="c-2"))
    events.append(amended("o-0", DAY % 1, customerId="c-2", price="7.00"))
    events.append(amended("o-other", DAY % 3, customerId=CUSTOMER, price="9.00"))
    return events


def know(client: Client) -> None:
    """Keep what tills and lookups know about the customer."""
    profile = {"customerId": CUSTOMER, "name": "Ana", "email": "ana@example.com"}
    basket = {"customerId": CUSTOMER, "customerName": "Ana", "requestHash": "hash", "employeeId": 7}
    call = {"customerId": CUSTOMER, "identifierHash": "h-1", "response": f'{{"customerId": "{CUSTOMER}"}}'}
    client.document(*basket_path(STORE, "b-1")).set(basket)
    client.document(*lookup_path(STORE, "h-1")).set({"profile": profile, "askedAt": NOON})
    client.document(*lookup_call_path(STORE, "found")).set(call)
    client.document(*lookup_call_path(STORE, "failed")).set({**call, "customerId": None})
    client.document(*lookup_call_path(STORE, "theirs")).set({"customerId": "c-2", "identifierHash": "h-2"})
    client.document("stores", STORE, "customers", "cust%2F%C3%A9%2Eme").update(
        {"profile": profile, "profileAskedAt": NOON, "searchTokens": {"0f1e2d3c": True}}
    )


@pytest.fixture
def shredder(client: Client) -> Shredder:
    shredder = Shredder(client)
    shredder.deliver(*history())
    know(client)
    assert "cust/é.me" in shredder.everything()
    return shredder


def test_nothing_names_the_customer_afterwards_and_every_counter_stays(shredder: Shredder) -> None:
    before = shredder.counts()
    shredder.finish()
    assert shredder.counts() == before
    assert shredder.is_exact()
    left = shredder.everything()
    for trace in (CUSTOMER, "cust%2F", "Ana", "ana@example.com", "'hash'", "0f1e2d3c"):
        assert trace not in left
    assert "theirs" in left
    assert (STORE, CUSTOMER) in shredder.cards.forgotten
    basket = shredder.backend.fields(basket_path(STORE, "b-1"))
    assert basket == {"customerId": PSEUDONYM, "customerName": None, "requestHash": None, "employeeId": 7}


def test_the_answer_tells_what_was_erased_and_when_to_ask_again(shredder: Shredder) -> None:
    progress = shredder.erase()
    told = {"orders": 5, "profiles": 1, "formerOrders": 1, "baskets": 1, "calls": 2, "lookups": 1}
    assert progress.erased == told
    assert (progress.finished, progress.ask_again_after_s) == (False, 120)
    shredder.now += timedelta(seconds=120)
    assert shredder.erase().finished
    commits = shredder.commits
    assert shredder.erase().finished
    assert shredder.commits == commits, "a call after the end writes nothing"


def test_months_of_the_store_are_not_touched(shredder: Shredder) -> None:
    def months() -> list[Any]:
        return sorted(m["version"] for m in shredder.backend.collection(STORE, "months"))

    before = months()
    shredder.finish()
    assert months() == before


def test_a_small_budget_ends_after_one_step_and_further_calls_continue(
    shredder: Shredder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase, "AT_ONCE", 1)
    calls = 0
    while not (progress := shredder.erase(timedelta(0))).finished:
        assert sum(progress.erased.values()) <= 1
        calls += 1
        shredder.now += timedelta(seconds=10)
    assert calls > 10
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_late_duplicates_bring_nobody_back(shredder: Shredder, *, warm: bool) -> None:
    shredder.erase()
    late = history()
    for event in [*late, *reversed(late)]:
        shredder.deliver(event, ledger=None if warm else new_ledger(shredder.backend))
    assert shredder.is_exact()
    shredder.finish()
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()
    shredder.deliver(*late, ledger=new_ledger(shredder.backend))
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()


def test_a_registration_that_comes_only_after_the_erasure_counts_under_the_pseudonym(client: Client) -> None:
    shredder = Shredder(client)
    shredder.deliver(created(customerId=CUSTOMER))
    shredder.finish()
    shredder.deliver(registered(CUSTOMER, DAY % 3), confirmed(CUSTOMER, DAY % 2))
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()


def test_an_order_that_comes_only_after_the_erasure_counts_under_the_pseudonym(client: Client) -> None:
    shredder = Shredder(client)
    shredder.deliver(registered(CUSTOMER, DAY % 1))
    shredder.finish()
    shredder.deliver(reached("COMPLETED", "o-late"), created("o-late", DAY % 19, customerId=CUSTOMER))
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()


def test_a_customer_is_erased_whose_counts_wait_in_deltas(client: Client) -> None:
    shredder = Shredder(client)
    shredder.ledger = new_deferring_ledger(shredder.backend)
    shredder.deliver(*history())
    know(client)
    assert shredder.counts() == {}, "everything but the customers' own metrics waits"
    shredder.finish()
    left = shredder.everything()
    assert "/deltas/" in left
    for trace in (CUSTOMER, "cust%2F", "Ana", "ana@example.com", "'hash'", "0f1e2d3c"):
        assert trace not in left
    shredder.deliver(*history())
    new_folder(shredder.backend, FirestoreDeltas(client)).sweep(STORE)
    assert shredder.is_exact()


@pytest.mark.parametrize("order_id", ["o-1", "o-0"], ids=["an order of theirs", "one that they gave away"])
def test_an_amendment_after_the_erasure_brings_nobody_back(shredder: Shredder, order_id: str) -> None:
    shredder.finish()
    day = int(order_id[-1]) + 1
    later = "2026-12-24T12:00:00Z"
    shredder.deliver(amended(order_id, DAY % day, at=later, customerId=CUSTOMER, price="3.00"))
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()


def test_an_import_brings_nobody_back_and_asks_once_for_each_batch(client: Client) -> None:
    shredder = Shredder(client)
    shredder.deliver(created(customerId=CUSTOMER))
    shredder.finish()
    events = history()
    lines = [Line(number=n, data=json.dumps(line_of(event)).encode()) for n, event in enumerate(events, 1)]
    read, others = read_all(lines, STORE, AFTERWARDS)
    asked: list[int] = []

    def redirected(changes: Sequence[Change]) -> list[Change]:
        asked.append(len(changes))
        return shredder.redirected(changes)

    counted = BatchCounter(new_ledger(shredder.backend), redirected, None).count(read)
    shredder.delivered += events
    assert (asked, others.outcomes, counted.refusals) == ([len(events)], {}, [])
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()


def test_an_event_that_began_before_the_erasure_counts_once(shredder: Shredder) -> None:
    def apply_undirected() -> None:
        shredder.meanwhile = lambda: None
        shredder.erase()
        # The function had looked for an erasure before there was one.
        for event in (registered(CUSTOMER, DAY % 1), confirmed(CUSTOMER, DAY % 1)):
            new_ledger(shredder.backend).apply([change_of(event)])

    shredder.meanwhile = apply_undirected
    shredder.erase()
    shredder.finish()
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()


def test_orders_that_come_in_meanwhile_are_erased_too(shredder: Shredder) -> None:
    left = [created(f"new-{n}", DAY % 9, customerId=CUSTOMER) for n in range(3)]

    def meanwhile() -> None:
        if left:
            shredder.deliver(left.pop(), ledger=new_ledger(shredder.backend))

    shredder.meanwhile = meanwhile
    shredder.finish()
    assert not left
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()


def test_who_comes_back_is_a_new_customer_and_can_be_erased_again(shredder: Shredder) -> None:
    shredder.finish()
    first = len(shredder.delivered)
    back = [created("back", DAY % 25, customerId=CUSTOMER), registered(CUSTOMER, DAY % 25)]
    shredder.deliver(*back, ledger=new_ledger(shredder.backend))
    again = PSEUDONYMS.name(STORE, CUSTOMER, 2)

    def names(second: str) -> Any:
        late = [event for event in shredder.delivered[first:]]
        return lambda event: second if event in late else PSEUDONYM

    assert shredder.is_exact(names(CUSTOMER))
    shredder.now = NOON + timedelta(days=10)
    shredder.finish()
    assert shredder.is_exact(names(again))
    shredder.deliver(*back, ledger=new_ledger(shredder.backend))
    assert shredder.is_exact(names(again))
    assert CUSTOMER not in shredder.everything()


def test_an_instance_may_die_at_any_commit(client: Client) -> None:
    died = 0
    shredder = Shredder(client)
    shredder.deliver(*history())
    know(client)
    while True:
        shredder.commits_left = 1 + died % 2
        try:
            finished = shredder.erase().finished
        except Killed:
            died += 1
            check_sums(shredder)
        else:
            if finished:
                break
            shredder.now += timedelta(minutes=3)
    assert died > 3
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()


def check_sums(shredder: Shredder) -> None:
    """Check that customers add up to months, whoever of them has the orders by now."""
    customers = shredder.backend.collection(STORE, "customers")
    months = shredder.backend.collection(STORE, "months")
    days = [day for month in months for day in month["days"].values()]
    for counter in ("totalOrders", "totalSales", "totalCompletedOrders"):
        assert sum(one[counter] for one in customers) == sum(day.get(counter, 0) for day in days) > 0


@given(deliveries(), st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_delivery_around_the_erasure_the_counters_equal_a_recount(
    new_client: Callable[[], Client], delivered: list[list[Event]], data: st.DataObject
) -> None:
    events = [(topic, renamed(body, "c-1", CUSTOMER)) for events in delivered for topic, body in events]
    shredder = Shredder(new_client())
    begins = data.draw(st.integers(0, len(events)))
    shredder.deliver(*events[:begins])
    shredder.erase()
    shredder.deliver(*events[begins:], *events[:begins])
    shredder.finish()
    assert shredder.is_exact()
    assert CUSTOMER not in shredder.everything()
