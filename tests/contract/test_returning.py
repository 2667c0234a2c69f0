"""The law of returning customers: after any delivery, their figures equal a recount of the orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from emulator.recount import Event, Period, differences, recount_returning
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.customers import FirestoreCustomers
from shared.adapters.firestore.deltas import FirestoreDeltas
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.tallies import FirestoreTallies
from shared.dashboard.read import Comparison
from shared.dashboard.returning import ReturningReading, Sources
from shared.domain import period
from shared.domain.period import Month
from shared.domain.store import Store
from shared.ledger.ledger import Ledger
from tests.contract.backends import FirestoreBackend
from tests.contract.events import amended, apply, change_of, created, in_store
from tests.contract.machine import AMENDMENTS, CREATIONS, REACHED, STORE
from tests.contract.wire_log import LoggedClient
from tests.deferring import new_deferring_ledger, new_folder
from tests.fakes import FakeStores

ZONES = st.sampled_from(["UTC", "America/Sao_Paulo", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
DELIVERIES = st.lists(CREATIONS | CREATIONS | REACHED | AMENDMENTS, min_size=1, max_size=16)
PERIODS = (
    (period.Period.of_month(Month(2026, 10)), Period.month(2026, 10)),
    (period.Period.of_month(Month(2026, 11)), Period.month(2026, 11)),
    *(
        (period.Period(start, end), Period.days(start, end))
        for start, end in (
            (date(2026, 10, 31), date(2026, 11, 15)),
            (date(2026, 11, 16), date(2026, 11, 16)),
            (date(2026, 11, 1), date(2026, 11, 1)),
        )
    ),
)


def view_of(
    client: Client,
    store_id: str,
    timezone: str,
    asked: period.Period,
    compare: Comparison | None = None,
) -> Mapping[str, Any]:
    sources = Sources(FirestoreTallies(client, 1000), FirestoreCustomers(client), FirestoreDeltas(client))
    store = Store(store_id=store_id, name="Aurora", timezone=timezone, currency="BRL")
    return ReturningReading(sources, store, asked, compare, datetime.now(UTC)).view()


def test_figures_equal_a_recount_after_any_delivery(new_client: Callable[[], Client]) -> None:
    phases = set(Phase) - {Phase.shrink, Phase.explain}

    @settings(max_examples=12, deadline=None, phases=phases)
    @given(DELIVERIES, st.randoms(use_true_random=False), st.lists(ZONES, min_size=1, max_size=2))
    def check(events: list[Event], random: Any, zones: list[str]) -> None:
        client = new_client()
        documents = FirestoreDocuments(client)
        again = [*events, *events]
        random.shuffle(again)
        for n, zone in enumerate(zones):
            Ledger(documents, FakeStores(zone)).apply([change_of(event) for event in again[n :: len(zones)]])
        moved = [change_of(event) for event in events]
        Ledger(documents, FakeStores(zones[-1])).apply_each(moved, guess=False)
        for asked, recounted in PERIODS:
            expected = recount_returning(events, store_id=STORE, timezone=zones[-1], period=recounted)
            assert differences(expected, view_of(client, STORE, zones[-1], asked)) == [], asked

    check()


def figures(client: Client, asked: period.Period, timezone: str = "UTC") -> tuple[int, int]:
    """Return the first orders and those of returning customers."""
    view = view_of(client, "s-1", timezone, asked)
    assert view["ordersOfCustomers"] == view["firstOrders"] + view["returningOrders"]
    return view["firstOrders"], view["returningOrders"]


def test_an_older_order_that_arrives_late_makes_later_ones_returning(client: Client) -> None:
    november, october = (period.Period.of_month(Month(2026, month)) for month in (11, 10))
    ledger = Ledger(FirestoreDocuments(client), FakeStores())
    apply(ledger, created("o-1"), created("guest", customerId=None), in_store("s-2", created("o-9")))
    assert figures(client, november) == (1, 0)
    apply(ledger, created("o-0", "2026-10-20T12:00:00Z"))
    assert (figures(client, october), figures(client, november)) == ((1, 0), (0, 1))
    apply(ledger, amended("o-0", "2026-10-20T12:00:00Z", customerId="c-2"))
    assert (figures(client, october), figures(client, november)) == ((1, 0), (1, 0))
    apply(ledger, amended("o-0", "2026-11-01T12:00:00Z", at="2026-11-23T12:00:00Z"))
    assert (figures(client, october), figures(client, november)) == ((0, 0), (1, 1))


def test_a_day_counts_its_first_orders_where_clocks_go_back_into_the_day_before(client: Client) -> None:
    ledger = Ledger(FirestoreDocuments(client), FakeStores("America/St_Johns"))
    # Half a minute into the 7th, the clocks of Newfoundland went back to the 6th.
    apply(
        ledger, created("on the 7th", "2010-11-07T02:30:30Z"), created("on the 6th", "2010-11-07T02:32:00Z")
    )
    for day, expected in ((6, (0, 1)), (7, (1, 0))):
        asked = period.Period(date(2010, 11, day), date(2010, 11, day))
        assert figures(client, asked, "America/St_Johns") == expected


def test_a_span_has_its_beginning_and_not_its_end(client: Client) -> None:
    ledger = Ledger(FirestoreDocuments(client), FakeStores())
    [november] = period.Period.of_month(Month(2026, 11)).spans("America/Sao_Paulo")
    for n, moment in enumerate((-1, 0, 1)):
        for edge in november:
            at = edge + timedelta(microseconds=moment)
            apply(ledger, created(f"o-{n} {edge}", at.isoformat(), customerId=f"c-{n} {edge}"))
    assert FirestoreCustomers(client).count_first_orders("s-1", november, None) == 3


def test_first_orders_are_counted_as_of_an_instant(client: Client) -> None:
    ledger = Ledger(FirestoreDocuments(client), FakeStores())
    apply(ledger, created("o-1"))
    _, read_time = FirestoreTallies(client, 1000).history("s-1")
    apply(ledger, created("o-2", customerId="c-2"))
    [november] = period.Period.of_month(Month(2026, 11)).spans("UTC")
    counted = [FirestoreCustomers(client).count_first_orders("s-1", november, at) for at in (read_time, None)]
    assert counted == [1, 2]


def test_a_hot_store_says_that_its_figures_trail_until_they_are_folded(client: Client) -> None:
    backend = FirestoreBackend(client)
    november = period.Period.of_month(Month(2026, 11))
    ledger = new_deferring_ledger(backend)
    for n in range(3):
        apply(ledger, created(f"o-{n}", customerId=f"c-{n % 2}"))
    view = view_of(client, "s-1", "UTC", november)
    assert (view["ordersOfCustomers"], view["firstOrders"], view["trailing"]) == (0, 0, True)
    new_folder(backend, FirestoreDeltas(client)).sweep("s-1")
    view = view_of(client, "s-1", "UTC", november)
    assert (view["firstOrders"], view["returningOrders"], view["trailing"]) == (2, 1, False)


def test_reading_costs_the_same_calls_with_few_customers_and_with_many(logged: LoggedClient) -> None:
    november = period.Period.of_month(Month(2026, 11))
    ledger = Ledger(FirestoreDocuments(logged), FakeStores())
    costs = []
    for customers in (1, 40):
        apply(ledger, *(created(f"o-{n}", customerId=f"c-{n}") for n in range(customers)))
        logged.log.clear()
        assert view_of(logged, "s-1", "UTC", november, "previous")["firstOrders"] == customers
        costs.append((len(logged.log.calls), logged.log.documents))
    assert costs[0] == costs[1] == (5, 2), "calls, and documents: the month, twice"
