"""What events and the dashboard cost, counted at the wire."""

from __future__ import annotations

from datetime import date

import pytest

from shared.adapters.firestore.stores import FirestoreStores
from shared.adapters.firestore.tallies import FirestoreTallies
from shared.dashboard import read
from shared.dashboard.read import DashboardReading, Question
from shared.domain.period import Month, Period
from shared.ledger.group_commit import GroupCommit
from shared.ledger.in_flight import Arrivals
from tests.builders import an_order_item, utc
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import amended, apply, change_of, created, reached, registered
from tests.contract.wire_log import LoggedClient

NOW = utc("2026-11-30T12:00:00Z")


@pytest.fixture
def firestore(logged: LoggedClient) -> FirestoreBackend:
    """Return an empty Firestore in which the store of the tests is known."""
    backend = FirestoreBackend(logged)
    apply(new_ledger(backend), created("o-0", "2026-11-01T12:00:00Z"))
    return backend


def test_the_first_event_of_an_order_costs_one_call(
    firestore: FirestoreBackend, logged: LoggedClient
) -> None:
    ledger = new_ledger(firestore)
    apply(ledger, created("o-1"))
    logged.log.clear()
    apply(ledger, created("o-2"))
    assert logged.log.calls == ["Commit"]


def test_a_status_on_another_instance_costs_one_read_and_one_commit(
    firestore: FirestoreBackend, logged: LoggedClient
) -> None:
    apply(new_ledger(firestore), created("o-1"))
    other = new_ledger(firestore)
    apply(other, created("o-2"))
    logged.log.clear()
    apply(other, reached("COMPLETED", "o-1"))
    assert logged.log.calls == ["BatchGetDocuments", "Commit"]
    assert logged.log.documents == 1


def test_a_status_on_the_instance_that_created_the_order_costs_one_call(
    firestore: FirestoreBackend, logged: LoggedClient
) -> None:
    ledger = new_ledger(firestore)
    apply(ledger, created("o-1"))
    logged.log.clear()
    apply(ledger, reached("COMPLETED", "o-1"))
    assert logged.log.calls == ["Commit"]


def test_a_repeat_on_the_same_instance_costs_nothing(
    firestore: FirestoreBackend, logged: LoggedClient
) -> None:
    ledger = new_ledger(firestore)
    apply(ledger, created("o-1"))
    apply(ledger, reached("COMPLETED", "o-1"))
    logged.log.clear()
    assert apply(ledger, created("o-1")) == ["duplicate"]
    assert apply(ledger, reached("COMPLETED", "o-1")) == ["duplicate"]
    assert logged.log.calls == []


def test_a_list_costs_one_read_and_one_commit(firestore: FirestoreBackend, logged: LoggedClient) -> None:
    ledger = new_ledger(firestore)
    apply(ledger, *[created(f"o-{n}") for n in range(20)])
    other = new_ledger(firestore)
    apply(other, created("o-99"))
    logged.log.clear()
    apply(other, *[reached("COMPLETED", f"o-{n}") for n in range(20)])
    assert logged.log.calls == ["BatchGetDocuments", "Commit"]
    assert logged.log.documents == 20


def test_an_amendment_that_moves_order_times_reads_no_more_than_three_documents_beside_the_order(
    firestore: FirestoreBackend, logged: LoggedClient
) -> None:
    ledger = new_ledger(firestore)
    apply(ledger, *[created(f"o-{n}", f"2026-11-{n + 1:02}T12:00:00Z") for n in range(1, 20)])
    logged.log.clear()
    apply(ledger, amended("o-1", "2026-11-09T12:00:00Z"))
    # The customer's version comes first, so that an order between the readings moves it.
    assert logged.log.calls == ["BatchGetDocuments", "RunQuery", "RunQuery", "Commit"]
    # One order more than the list holds is looked at from each end, and the customer.
    assert logged.log.documents <= 5


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        (Question(), 4),
        (Question(period=Period.of_month(Month(2026, 11))), 4),
        (Question(period=Period(date(2026, 11, 3), date(2026, 11, 25))), 4),
        # Products and coupons of a range over several months are read by month.
        (Question(period=Period(date(2026, 10, 20), date(2026, 11, 25))), 6),
        (Question(period=Period(date(2026, 11, 30), date(2026, 11, 30)), compare="previous-weekdays"), 4),
    ],
    ids=["default", "month", "days", "days of two months", "today, compared"],
)
def test_a_dashboard_costs_the_same_calls_and_reads_however_many_orders(
    firestore: FirestoreBackend, logged: LoggedClient, question: Question, calls: int
) -> None:
    reads = []
    for n_orders in (10, 200):
        events = [
            created(
                f"o-{n}",
                f"2026-11-{n % 28 + 1:02}T12:00:00Z",
                items=[an_order_item(f"p-{n % 5}"), an_order_item(f"p-{(n + 1) % 5}")],
                customerId=f"c-{n}",
            )
            for n in range(n_orders)
        ]
        apply(new_ledger(firestore), *events, *[reached(8, f"o-{n}") for n in range(n_orders)])
        store = FirestoreStores(logged, ZONE).find("s-1")
        assert store is not None
        logged.log.clear()
        DashboardReading(FirestoreTallies(logged, most_range_reads=1000), store, question, NOW).view()
        assert len(logged.log.calls) == calls
        reads.append(logged.log.documents)
    assert reads[0] == reads[1] <= 15


@pytest.mark.parametrize(
    ("period", "months"),
    [(Period.of_month(Month(2026, 11)), 1), (Period(date(2026, 10, 20), date(2026, 11, 25)), 2)],
    ids=["month", "days of two months"],
)
def test_a_page_of_all_products_reads_no_more_than_a_page_of_each_month(
    firestore: FirestoreBackend,
    logged: LoggedClient,
    period: Period,
    months: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(read, "PRODUCTS_PER_PAGE", 3)
    events = [
        created(f"{month}-{n}", f"2026-{month}-21T12:00:00Z", items=[an_order_item(f"p-{n}")])
        for month in (10, 11)
        for n in range(20)
    ]
    apply(new_ledger(firestore), *events)
    store = FirestoreStores(logged, ZONE).find("s-1")
    assert store is not None
    logged.log.clear()
    question = Question(period=period, products=None)
    view = DashboardReading(FirestoreTallies(logged, 20_000), store, question, NOW).view()
    assert len(view["salesByProduct"]) == 3
    # Both months for their totals, each month of the period for its days, and a page and one of its products.
    assert logged.log.documents <= 2 + months + 4 * months


def test_a_dashboard_that_did_not_change_costs_one_call(
    firestore: FirestoreBackend, logged: LoggedClient
) -> None:
    ledger = new_ledger(firestore)
    apply(ledger, *[created(f"o-{n}", items=[an_order_item(f"p-{n}")]) for n in range(30)])
    store = FirestoreStores(logged, ZONE).find("s-1")
    assert store is not None

    def etag() -> str:
        return DashboardReading(FirestoreTallies(logged, most_range_reads=1000), store, Question(), NOW).etag

    logged.log.clear()
    first = etag()
    assert (logged.log.calls, logged.log.documents) == (["RunQuery"], 1)
    assert apply(ledger, created("o-1", items=[an_order_item("p-1")])) == ["duplicate"]
    assert etag() == first
    seen = {first}
    for event in (
        reached("COMPLETED", "o-1"),
        amended("o-1", items=[an_order_item("p-2")]),
        amended("o-1", at="2026-11-23T12:00:00Z", items=[an_order_item("p-2", productName="Navy mug")]),
        amended("o-1", at="2026-11-24T12:00:00Z", items=[an_order_item("p-2", productName="Navy mug")],
                couponCode="TEN"),
    ):  # fmt: skip
        apply(ledger, event)
        assert etag() not in seen
        seen.add(etag())


def test_registrations_in_a_store_without_orders_read_the_store_once(logged: LoggedClient) -> None:
    backend = FirestoreBackend(logged)
    apply(new_ledger(backend), registered("c-0"))
    ledger = new_ledger(backend)
    logged.log.clear()
    assert apply(ledger, *[registered(f"c-{n}") for n in range(1, 21)]) == ["applied"] * 20
    assert logged.log.calls == ["BatchGetDocuments", "Commit"]
    logged.log.clear()
    GroupCommit(ledger, Arrivals(), wait_s=0).apply(change_of(registered("c-99")))
    assert logged.log.calls == ["BatchGetDocuments", "Commit"]
