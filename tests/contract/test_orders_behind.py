"""The law of lists: what the orders behind a figure add sums up to the figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from emulator.documents import MemoryDocuments
from emulator.recount import Event
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.orders import FirestoreOrders
from shared.dashboard.orders import Orders, Question, list_orders
from shared.documents.store import DocumentStore
from shared.domain.behind import CounterOf
from shared.domain.instants import to_micros
from shared.domain.period import Month, Period
from shared.domain.store import Store
from shared.domain.tallies import CUSTOMERS, PRODUCT_MONTHS, STORE_MONTHS
from shared.errors import InstantOutOfReach
from shared.ledger.ledger import Ledger
from tests.builders import an_order_item
from tests.contract.events import amended, apply, change_of, created, reached
from tests.contract.listing import MemoryOrders, every_list, open_list
from tests.contract.machine import AMENDMENTS, CREATIONS, REACHED, STORE
from tests.contract.machine import CUSTOMERS as BUYERS
from tests.contract.wire_log import LoggedClient
from tests.fakes import FakeStores

NOVEMBER = Period.of_month(Month(2026, 11))
ZONES = st.sampled_from(
    ["UTC", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
)
DELIVERIES = st.lists(CREATIONS | CREATIONS | REACHED | AMENDMENTS, min_size=1, max_size=12)


def a_store(timezone: str = "UTC", store_id: str = "s-1") -> Store:
    return Store(store_id=store_id, name="Aurora", timezone=timezone, currency="BRL")


def deliver(documents: DocumentStore, zones: list[str], events: list[Event]) -> None:
    """Deliver the events, in each zone in turn, and then again in the last one: the store has moved."""
    for n, zone in enumerate(zones):
        ledger = Ledger(documents, FakeStores(zone))
        for event in events[n :: len(zones)]:
            ledger.apply([change_of(event)])
    Ledger(documents, FakeStores(zones[-1])).apply_each([change_of(event) for event in events], guess=False)


def check_every_list(orders: Orders, zone: str, limit: int) -> None:
    store = a_store(zone, STORE)
    for counter, period in every_list(["p-1", "p.2", "p/3"], ["X", "10%/off"], BUYERS):
        listed, total = open_list(orders, store, counter, period, limit)
        assert round(sum(order["adds"] for order in listed), 2) == total, (counter, period)
        assert all(order["adds"] > 0 for order in listed)
        assert len({order["orderId"] for order in listed}) == len(listed)


@settings(max_examples=150, deadline=None)
@given(DELIVERIES, st.lists(ZONES, min_size=1, max_size=2), st.integers(1, 4))
def test_lists_sum_up_to_their_figures_after_any_delivery(
    events: list[Event], zones: list[str], limit: int
) -> None:
    documents = MemoryDocuments()
    deliver(documents, zones, events)
    check_every_list(MemoryOrders(documents), zones[-1], limit)


def test_lists_in_firestore_sum_up_to_their_figures(new_client: Callable[[], Client]) -> None:
    phases = set(Phase) - {Phase.shrink, Phase.explain}

    @settings(max_examples=4, deadline=None, phases=phases)
    @given(DELIVERIES, st.lists(ZONES, min_size=1, max_size=2), st.integers(1, 4))
    def check(events: list[Event], zones: list[str], limit: int) -> None:
        client = new_client()
        deliver(FirestoreDocuments(client), zones, events)
        check_every_list(FirestoreOrders(client), zones[-1], limit)

    check()


@pytest.fixture
def orders(client: Client) -> FirestoreOrders:
    return FirestoreOrders(client)


@pytest.fixture
def count(client: Client) -> Callable[..., object]:
    """Return a function that applies events in the store's zone."""
    ledger = Ledger(FirestoreDocuments(client), FakeStores("America/St_Johns"))
    return lambda *events: apply(ledger, *events)


def listed(orders: Orders, counter: str, period: Period = NOVEMBER, limit: int = 50) -> list[str]:
    found, _ = open_list(
        orders, a_store("America/St_Johns"), CounterOf(tally=STORE_MONTHS, counter=counter), period, limit
    )
    return [order["orderId"] for order in found]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_the_newest_come_first_over_all_pages(
    orders: FirestoreOrders, count: Callable[..., object], limit: int
) -> None:
    for n in (3, 1, 4, 1, 5):
        count(created(f"o/{n}", f"2026-11-0{n}T12:00:00Z"))
    count(created("a", "2026-11-04T12:00:00Z"), created("o-6", "2026-10-24T12:00:00Z"))
    assert listed(orders, "totalOrders", limit=limit) == ["o/5", "o/4", "a", "o/3", "o/1"]


def test_an_order_leaves_a_list_when_it_leaves_the_figure(
    orders: FirestoreOrders, count: Callable[..., object]
) -> None:
    count(created("o-1"), reached("COMPLETED", "o-1", "2026-11-21T12:00:00Z"))
    assert listed(orders, "totalSales") == ["o-1"]
    count(reached("REFOUNDED", "o-1", "2026-11-22T12:00:00Z"))
    assert listed(orders, "totalSales") == []
    assert listed(orders, "totalRefundedOrders") == ["o-1"]
    count(amended("o-1", "2026-10-20T12:00:00Z", at="2026-11-23T12:00:00Z"))
    assert listed(orders, "totalRefundedOrders") == []
    assert listed(orders, "totalRefundedOrders", Period.of_month(Month(2026, 10))) == ["o-1"]


def test_a_day_lists_its_orders_where_clocks_go_back_into_the_day_before(
    orders: FirestoreOrders, count: Callable[..., object]
) -> None:
    # Half a minute into the 7th, the clocks of Newfoundland went back to the 6th.
    count(created("on the 7th", "2010-11-07T02:30:30Z"), created("later, on the 6th", "2010-11-07T02:32:00Z"))
    for number, order_id in ((6, "later, on the 6th"), (7, "on the 7th")):
        day = date(2010, 11, number)
        assert listed(orders, "totalOrders", Period(day, day)) == [order_id]


def test_a_product_lists_what_each_order_adds_to_it(
    orders: FirestoreOrders, count: Callable[..., object]
) -> None:
    lines = [an_order_item("p-1", "1.00"), an_order_item("p-2", "5.00"), an_order_item("p-1", "2.50")]
    count(created("o-1", items=lines), reached("COMPLETED", "o-1"), created("o-2", items=lines[:1]))
    for counter, total, ids in (("totalSales", 3.5, ["o-1"]), ("totalOrders", 2, ["o-2", "o-1"])):
        of = CounterOf(tally=PRODUCT_MONTHS, counter=counter, of="p-1")
        found = open_list(orders, a_store("America/St_Johns"), of, NOVEMBER, 50)
        assert [order["orderId"] for order in found.orders] == ids
        assert found.total == total


def test_pages_are_as_of_the_first_ones_instant(
    orders: FirestoreOrders, count: Callable[..., object]
) -> None:
    count(created("o-1"), created("o-2"))
    counter = CounterOf(tally=CUSTOMERS, counter="totalOrders", of="c-1")

    def page(after: tuple[int, str] | None) -> dict[str, Any]:
        question = Question(counter=counter, period=None, limit=1, after=after)
        return list_orders(orders, a_store(), question, datetime.now(UTC))

    first = page(None)
    count(created("o-3"), created("o-0"))
    at, order_id = first["nextCursor"]
    second = page((at, order_id))
    assert [order["orderId"] for order in first["orders"] + second["orders"]] == ["o-2", "o-1"]
    assert (second["total"], second["nextCursor"]) == (2, None)
    assert page(None)["total"] == 4


@pytest.mark.parametrize(
    "after", [(0, "o-1"), (2**52, "o-1"), (None, "unknown")], ids=["old", "in the future", "no order"]
)
def test_a_cursor_that_leads_nowhere_is_refused(
    orders: FirestoreOrders, count: Callable[..., object], after: tuple[int | None, str]
) -> None:
    count(created("o-1"))
    counter = CounterOf(tally=STORE_MONTHS, counter="totalOrders")
    now = datetime.now(UTC)
    at = to_micros(now) if after[0] is None else after[0]
    question = Question(counter=counter, period=NOVEMBER, limit=1, after=(at, after[1]))
    with pytest.raises(InstantOutOfReach):
        list_orders(orders, a_store(), question, now)


def test_a_page_costs_the_same_with_few_orders_and_with_many(logged: LoggedClient) -> None:
    ledger = Ledger(FirestoreDocuments(logged), FakeStores())
    question = Question(
        counter=CounterOf(tally=STORE_MONTHS, counter="totalOrders"), period=NOVEMBER, limit=3, after=None
    )
    costs = []
    for first in (0, 5):
        for n in range(first, first * 8 + 5):
            apply(ledger, created(f"o-{n}"))
        logged.log.clear()
        page = list_orders(FirestoreOrders(logged), a_store(), question, datetime.now(UTC))
        assert len(page["orders"]) == 3
        costs.append((len(logged.log.calls), logged.log.documents))
    assert costs[0] == costs[1] == (2, 3 + 1 + 1), "calls, and reads: the page, one more, and the month"
