"""What a commit tells of each change: whether it was new, and the customers whom it concerns."""

from datetime import timedelta

import pytest

from emulator.documents import MemoryDocuments
from shared.domain.changes import OrderChange
from shared.domain.instants import to_micros
from shared.ledger.ledger import Ledger
from shared.ledger.outcome import Outcome
from tests.builders import NOON, a_customer_change, a_snapshot, an_order_change, facts
from tests.fakes import FakeStores

LATER = NOON + timedelta(hours=1)


def bought(customer_id: str | None, order_id: str = "o-1", *, amended: bool = False) -> OrderChange:
    snapshot = a_snapshot(customer_id=customer_id, occurred_at=LATER if amended else NOON)
    return an_order_change(facts(snapshot), order_id)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(MemoryDocuments(), FakeStores())


def counters(outcome: Outcome, customer_id: str) -> dict[str, int | None]:
    state = outcome.customers[customer_id]
    assert state is not None
    assert to_micros(state.updated_at) == state.counters["updatedAt"]
    return {name: n for name, n in state.counters.items() if n and name != "updatedAt"}


def test_a_new_order_tells_its_customers_counters_after_the_commit(ledger: Ledger) -> None:
    times = {"firstOrderAt": to_micros(NOON), "lastOrderAt": to_micros(NOON)}
    for n in (1, 2):
        [outcome] = ledger.apply([bought("c-1", f"o-{n}")])
        assert (outcome.result, counters(outcome, "c-1")) == (
            "applied",
            times | {"totalOrders": n, "version": n},
        )


def test_a_repeat_tells_no_counters(ledger: Ledger) -> None:
    first, repeat = ledger.apply([bought("c-1"), bought("c-1")])
    assert (first.result, repeat.result) == ("applied", "duplicate")
    [later] = ledger.apply([bought("c-1")])
    assert (later.result, later.customers) == ("duplicate", {"c-1": None})


def test_a_guests_order_and_a_registration_concern_no_card(ledger: Ledger) -> None:
    guests, registered = ledger.apply([bought(None), a_customer_change("c-1")])
    assert (guests.customers, registered.customers) == ({}, {})


def test_an_order_beside_a_registration_that_wrote_its_customer_tells_the_counters(ledger: Ledger) -> None:
    [_, outcome] = ledger.apply([a_customer_change("c-1"), bought("c-1")])
    assert counters(outcome, "c-1")["totalOrders"] == 1


def test_a_repeat_beside_a_registration_tells_no_counters_of_a_commit_that_moved_none(ledger: Ledger) -> None:
    ledger.apply([bought("c-1")])
    [repeat, _] = ledger.apply([bought("c-1"), a_customer_change("c-1")])
    assert repeat.customers == {"c-1": None}


def test_an_amendment_tells_of_both_customers_and_so_does_its_repeat(ledger: Ledger) -> None:
    ledger.apply([bought("c-1")])
    [moved] = ledger.apply([bought("c-2", amended=True)])
    assert counters(moved, "c-1") == {"version": 2}
    assert counters(moved, "c-2")["totalOrders"] == 1
    [repeat] = ledger.apply([bought("c-2", amended=True)])
    assert repeat.customers == {"c-1": None, "c-2": None}


def test_what_is_new_of_an_order_does_not_concern_its_former_customers(ledger: Ledger) -> None:
    ledger.apply([bought("c-1")])
    ledger.apply([bought("c-2", amended=True)])
    [completed] = ledger.apply([an_order_change(facts(completed=LATER))])
    assert completed.customers.keys() == {"c-2"}


def test_a_customer_who_loses_the_last_order_has_no_times(ledger: Ledger) -> None:
    ledger.apply([bought("c-1")])
    [moved] = ledger.apply([bought(None, amended=True)])
    state = moved.customers["c-1"]
    assert state is not None
    assert (state.counters["firstOrderAt"], state.counters["lastOrderAt"]) == (None, 0)
