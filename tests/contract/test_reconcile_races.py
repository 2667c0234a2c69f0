"""Repairs are exact while events keep coming, and happen once whatever becomes of the run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Flag

import pytest
from google.cloud.firestore import Increment

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.documents.paths import customer_path, reconciliation_path
from shared.documents.store import Committed, Write
from shared.domain.order_times import OtherOrders, Owner
from shared.domain.period import Month
from shared.errors import CacheUnavailable, LeaseLost, Reconciling, StoreContended, StoreUnavailable
from shared.reconcile import repair
from shared.reconcile.lease import LASTS
from shared.reconcile.run import reconcile
from tests.builders import an_order_item
from tests.contract.events import amended, created, reached, registered
from tests.contract.reconciling import NOVEMBER, STORE, Desk, Killed, a_task
from tests.contract.wire_log import LoggedClient
from tests.virtual_time import VirtualTime

SPOILED = {
    "months": "totalOrders",
    "productMonths": "totalOrders",
    "couponMonths": "totalSalesAmount",
    "coupons": "timesUsed",
    "customers": "totalSales",
}
SPOILED_COUNTERS = 1 + 4 + 4 + 4 + 4
CUSTOMER = customer_path(STORE, "c-1")[2:]
LEASE = reconciliation_path(STORE, NOVEMBER)[2:]


def stock(desk: Desk) -> Desk:
    """Deliver orders of four customers, products and coupons, and spoil a counter of each tally."""
    for n in range(4):
        items = [an_order_item(f"p-{n}", "129.90")]
        desk.deliver(created(f"o-{n}", customerId=f"c-{n}", couponCode=f"X-{n}", items=items))
        desk.deliver(reached("COMPLETED", f"o-{n}"))
    spoil(desk)
    assert not desk.is_exact()
    return desk


def spoil(desk: Desk) -> None:
    for name, counter in SPOILED.items():
        for reference in desk.at(name, "any").parent.list_documents():
            reference.update({counter: Increment(7)})


@pytest.fixture
def desk(client: Client) -> Desk:
    return stock(Desk(client))


@pytest.fixture
def _two_documents_in_a_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "_AT_ONCE", 2)


def test_events_between_the_recount_and_the_repair_count_once(desk: Desk) -> None:
    def meanwhile() -> None:
        desk.deliver(created("new", "2026-11-02T12:00:00Z"), reached("COMPLETED", "new"))
        desk.deliver(reached("REFOUNDED", "o-0", "2026-11-25T12:00:00Z"), reached("EXPIRED", "o-1"))
        desk.deliver(amended("o-2", "2026-10-20T12:00:00Z", customerId="c-1", couponCode=None))
        desk.deliver(created("more", items=[an_order_item("p-1"), an_order_item("p-new")]))
        desk.deliver(registered("c-new"), registered("c-1", "2026-11-03T12:00:00Z"))

    desk.when_reading = meanwhile
    report = desk.run(repair=True)
    assert (report.orders, report.drift_count) == (4, SPOILED_COUNTERS)
    assert desk.is_exact()
    assert desk.drift() == []


def test_five_hundred_events_that_come_while_tallies_are_spoiled_and_repaired_count_once(desk: Desk) -> None:
    done = Flag()

    def keep_coming() -> None:
        other = Desk(desk.client)
        for n in range(250):
            coupon = f"X-{n % 4}" if n % 2 else None
            order = created(f"n-{n}", customerId=f"c-{n % 4}", couponCode=coupon)
            events = [order, reached("COMPLETED", f"n-{n}")]
            for event in events:
                other.deliver(event)
            desk.delivered += events
        done.set()

    runs = 0
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(keep_coming)
        while not done.is_set() and not coming.done():
            desk.run(repair=True)
            runs += 1
            spoil(desk)
        coming.result()
    assert runs > 1
    desk.run(repair=True)
    assert desk.is_exact()


@pytest.mark.usefixtures("_two_documents_in_a_commit")
@pytest.mark.parametrize("commits", [2, 3, 5, 7])
def test_a_run_that_was_killed_half_way_is_not_applied_twice(desk: Desk, commits: int) -> None:
    desk.commits_left = commits
    with pytest.raises(Killed):
        desk.run(repair=True)
    desk.commits_left = None
    assert not desk.is_exact()
    with pytest.raises(Reconciling, match="2026-11-20T13:00:00Z"):
        desk.run(repair=True)
    desk.now += LASTS
    assert desk.run(repair=True).drift_count == SPOILED_COUNTERS - 2 * (commits - 2)
    assert desk.is_exact()


@pytest.mark.usefixtures("_two_documents_in_a_commit")
def test_a_run_that_lost_its_lease_repairs_nothing_more(desk: Desk) -> None:
    def take_over() -> None:
        desk.now += LASTS
        assert desk.run(repair=True).drift_count == SPOILED_COUNTERS

    desk.when_reading = take_over
    with pytest.raises(LeaseLost):
        desk.run(repair=True)
    assert desk.is_exact()
    assert desk.drift() == []


def test_of_two_runs_at_once_the_second_is_told_to_wait(desk: Desk) -> None:
    refused: list[str] = []

    def second() -> None:
        with pytest.raises(Reconciling) as caught:
            desk.run(repair=True)
        refused.append(str(caught.value))

    desk.when_reading = second
    desk.run(repair=True)
    assert refused == ["another run is under way, until 2026-11-20T13:00:00Z at the latest"]
    assert desk.is_exact()
    assert desk.run().drift_count == 0


def test_two_months_with_a_customer_in_common_are_not_repaired_at_once(client: Client) -> None:
    desk = Desk(client)
    desk.deliver(created("o-1", "2026-11-10T12:00:00Z"), created("o-2", "2026-10-10T12:00:00Z"))
    desk.at("customers", "c-1").update({"totalOrders": Increment(7)})

    def repair_october() -> None:
        with pytest.raises(Reconciling):
            desk.run(repair=True, month=Month(2026, 10))

    desk.when_reading = repair_october
    assert desk.run(repair=True).drift_count == 1
    assert desk.is_exact()
    assert desk.run(repair=True, month=Month(2026, 10)).drift_count == 0


def test_of_runs_that_start_together_one_goes_on(desk: Desk) -> None:
    def attempt(_: int) -> int:
        try:
            return reconcile(a_task(repair=True), desk.dependencies()).drift_count
        except Reconciling:
            return -1

    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(attempt, range(3)))
    assert counts.count(SPOILED_COUNTERS) == 1
    assert set(counts) <= {SPOILED_COUNTERS, -1, 0}
    assert desk.is_exact()


def test_after_a_failure_the_next_run_need_not_wait(desk: Desk) -> None:
    def fail() -> None:
        raise StoreContended("for the test")

    desk.when_reading = fail
    with pytest.raises(StoreContended):
        desk.run(repair=True)
    assert desk.run(repair=True).drift_count == SPOILED_COUNTERS
    assert desk.is_exact()


@pytest.mark.parametrize("which", range(5))
@pytest.mark.usefixtures("_two_documents_in_a_commit")
def test_a_repair_whose_answer_was_lost_is_not_repeated(logged: LoggedClient, which: int) -> None:
    desk = stock(Desk(logged))
    desk.lose_answer_of_commit = which
    assert desk.run(repair=True).drift_count == SPOILED_COUNTERS
    assert desk.lose_answer_of_commit < 0
    assert logged.log.lose_answer_of is None
    assert desk.is_exact()
    assert desk.at(*LEASE).get().get("deadline") is None


def test_order_times_are_set_as_they_are_when_an_order_comes_meanwhile(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.at(*CUSTOMER).update({"firstOrderAt": 1, "lastOrderAt": 2})
    came: Iterator[str] = iter(["2026-11-01T12:00:00Z", "2026-11-29T12:00:00Z"])
    read = FirestoreDocuments.other_orders

    def other_orders(self: FirestoreDocuments, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        known = read(self, owner, order_ids)
        if at := next(came, None):
            desk.deliver(created(at, at))
        return known

    monkeypatch.setattr(FirestoreDocuments, "other_orders", other_orders)
    desk.run(repair=True)
    assert desk.is_exact()


def test_a_cache_that_is_away_does_not_keep_counters_wrong(desk: Desk) -> None:
    def away(store_id: str, customer_ids: Collection[str]) -> None:  # noqa: ARG001 - as it is called
        raise CacheUnavailable("for the test")

    dependencies = desk.dependencies()._replace(refresh=away)
    assert reconcile(a_task(repair=True), dependencies).stale_cards == 4
    assert desk.is_exact()


class FailingDocuments(FirestoreDocuments):
    """Firestore goes away once the commits are used up."""

    commits_left = 0

    def commit(self, writes: Sequence[Write]) -> Committed:
        if not self.commits_left:
            raise StoreUnavailable("for the test")
        self.commits_left -= 1
        return super().commit(writes)


@pytest.mark.parametrize(("commits", "is_repaired"), [(2, False), (3, True)])
def test_without_firestore_a_repair_fails_and_a_report_that_is_ready_is_given(
    desk: Desk, virtual_time: VirtualTime, commits: int, is_repaired: bool
) -> None:
    documents = FailingDocuments(desk.client)
    documents.commits_left = commits
    dependencies = desk.dependencies()._replace(documents=documents)
    if is_repaired:
        assert reconcile(a_task(repair=True), dependencies).drift_count == SPOILED_COUNTERS
    else:
        with pytest.raises(StoreUnavailable):
            reconcile(a_task(repair=True), dependencies)
    assert desk.is_exact() is is_repaired
    assert 10 < virtual_time.now < 20


def test_the_lease_keeps_a_short_report(desk: Desk) -> None:
    desk.now += timedelta(minutes=1)
    report = desk.run()
    kept = desk.at(*LEASE).get().to_dict()
    assert kept["report"] == report.shown(20)
    assert kept["finishedAt"] == desk.now
    assert kept["readTime"] == report.read_time
