"""Changes that come at the same time are one commit, and what is wrong with one is no harm to others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event

import pytest

from shared.documents.store import PreconditionLost
from shared.domain.changes import Change, CustomerChange, OrderChange
from shared.domain.customer import Registration
from shared.domain.order import Status
from shared.domain.store import Terms
from shared.errors import CommitRefused, CurrencyMismatch, PermanentError, StoreContended, StoreUnavailable
from shared.ledger.group_commit import MOST_CHANGES, MOST_RACES, MOST_WAITING, GroupCommit
from shared.ledger.in_flight import Arrivals
from shared.ledger.ledger import Ledger
from shared.ledger.outcome import Outcome
from tests.builders import NOON, a_snapshot, facts
from tests.fakes import FakeStores
from tests.patience import wait_for
from tests.unit.gated_counter import Counter, an_order, orders

FOREVER_S = 3600.0
DONE = {Status.COMPLETED: NOON}


@pytest.fixture
def counter() -> Iterator[Counter]:
    counter = Counter()
    yield counter
    counter.documents.let()
    counter.threads.shutdown()


def test_a_change_alone_waits_for_nothing() -> None:
    alone = Counter(wait_s=FOREVER_S)
    alone.documents.let()
    assert [alone.group.apply(change).result for change in orders(3)] == ["applied"] * 3
    assert alone.documents.groups == [["o-0"], ["o-1"], ["o-2"]]


def test_what_comes_while_a_commit_is_under_way_is_the_next_commit(counter: Counter) -> None:
    held = counter.hold()
    started = counter.gather(*orders(20))
    counter.documents.let()
    assert [future.result().result for future in (held, *started)] == ["applied"] * 21
    assert [sorted(group) for group in counter.documents.groups] == [
        ["held"],
        sorted(f"o-{n}" for n in range(20)),
    ]


def test_each_change_has_its_own_outcome(counter: Counter) -> None:
    held = counter.hold()
    again, new, twin = counter.gather(an_order("held"), an_order("o-1"), an_order("o-1"))
    counter.documents.let()
    assert held.result().result == "applied"
    assert again.result().result == "duplicate"
    assert sorted(future.result().result for future in (new, twin)) == ["applied", "duplicate"]


def test_a_group_has_a_limit_by_count(counter: Counter) -> None:
    counter.hold()
    started = counter.gather(*orders(2 * MOST_CHANGES + 1))
    counter.documents.let()
    assert {future.result().result for future in started} == {"applied"}
    assert [len(group) for group in counter.documents.groups] == [1, MOST_CHANGES, MOST_CHANGES, 1]


def test_a_group_has_a_limit_by_weight(counter: Counter) -> None:
    counter.hold()
    started = counter.gather(*[an_order(f"o-{n}", items=1500) for n in range(5)])
    counter.documents.let()
    assert {future.result().result for future in started} == {"applied"}
    assert [len(group) for group in counter.documents.groups] == [1, 2, 2, 1]


def test_a_change_too_many_is_left_to_pubsub(counter: Counter) -> None:
    counter.hold()
    counter.gather(*orders(MOST_WAITING))
    with pytest.raises(StoreContended, match="1000 changes of store 's-1' wait already"):
        counter.group.apply(an_order("late"))


def test_stores_do_not_wait_for_each_other(counter: Counter) -> None:
    counter.hold("hot")
    counter.gather(an_order("o-1", store_id="hot"))
    counter.start(an_order("o-2", store_id="calm"))
    wait_for(lambda: ["o-2"] in counter.documents.groups)
    assert ["o-1"] not in counter.documents.groups


def test_a_poisonous_change_fails_alone(counter: Counter) -> None:
    def spoil(orders: list[str]) -> None:
        if "o-3" in orders:
            raise ValueError("o-3 can't be written")

    counter.documents.spoil = spoil
    counter.hold()
    started = counter.gather(*orders(6))
    counter.documents.let()
    for n, future in enumerate(started):
        if n == 3:
            with pytest.raises(ValueError, match="o-3"):
                future.result()
        else:
            assert future.result().result == "applied"


def test_a_record_that_was_edited_by_hand_leaves_the_others_in_one_commit(counter: Counter) -> None:
    counter.documents.let(1)
    counter.group.apply(an_order("o-3"))
    counter.documents.groups.clear()
    path = ("stores", "s-1", "orders", "o-3")
    counter.documents.documents[path] = {**counter.documents.documents[path], "statuses": "error"}
    counter.wait(0)  # another instance, which does not remember the order
    held = counter.hold()
    completed = [replace(one, facts=facts(completed=NOON), creates=False) for one in orders(6)]
    started = counter.gather(*completed)
    counter.documents.let()
    for n, future in enumerate(started):
        if n == 3:
            with pytest.raises(PermanentError, match="orders/o-3: statuses: expected dict, got str"):
                future.result()
        else:
            assert future.result().result == "applied"
    assert held.result().result == "applied"
    assert [sorted(group) for group in counter.documents.groups] == [
        ["held"], ["o-0", "o-1", "o-2", "o-4", "o-5"],
    ]  # fmt: skip


def test_an_order_in_another_currency_is_refused_before_it_joins_the_others(counter: Counter) -> None:
    class Strict(FakeStores):
        def terms(self, change: Change) -> Terms:
            if isinstance(change, OrderChange) and change.order_id == "yen":
                raise CurrencyMismatch("expected the store's BRL, got JPY")
            return super().terms(change)

    counter.group = GroupCommit(Ledger(counter.documents, Strict()), Arrivals(), wait_s=0)
    counter.hold()
    with pytest.raises(CurrencyMismatch):
        counter.group.apply(an_order("yen"))


def test_a_change_that_loses_a_race_is_in_the_next_group(counter: Counter) -> None:
    rival = Ledger(counter.documents, FakeStores())
    held = counter.hold()
    raced: list[str] = []

    def spoil(orders: list[str]) -> None:
        if "o-1" in orders and len(raced) < 3:
            raced.append("o-1")
            newer = facts(a_snapshot(occurred_at=NOON.replace(second=len(raced))))
            rival.apply([OrderChange(store_id="s-1", order_id="o-1", facts=newer)])

    completed = [replace(change, facts=replace(change.facts, statuses=DONE)) for change in orders(4)]
    started = counter.gather(*completed)
    counter.documents.spoil = spoil
    counter.documents.let()
    assert [future.result().result for future in (held, *started)] == ["applied"] * 5
    groups = [sorted(group) for group in counter.documents.groups if group != ["o-1"]]
    assert groups == [["held"], ["o-0", "o-1", "o-2", "o-3"], ["o-0", "o-2", "o-3"]]
    month = counter.documents.documents["stores", "s-1", "months", "2026-11"]
    assert (month["totalOrders"], month["days"]["20"]["totalCompletedOrders"]) == (5, 4)


def test_a_customer_who_registers_after_an_order_is_looked_up_after_the_first_lost_race(
    counter: Counter,
) -> None:
    counter.documents.let()
    counter.group.apply(replace(an_order(), facts=facts(a_snapshot(customer_id="c-1"))))
    registered = CustomerChange(
        store_id="s-1", customer_id="c-1", facts=Registration(registered_at=NOON), creates=True
    )
    assert counter.group.apply(registered).result == "applied"
    assert len(counter.documents.groups) == 3
    assert counter.documents.documents["stores", "s-1", "months", "2026-11"]["registeredCustomers"] == 1


def test_a_change_that_loses_too_many_races_is_left_to_pubsub(counter: Counter) -> None:
    def spoil(orders: list[str]) -> None:
        if "o-1" in orders:
            raise PreconditionLost("somebody else was faster")

    counter.documents.spoil = spoil
    counter.documents.let()
    with pytest.raises(StoreContended, match="other writers were faster, 10 times"):
        counter.group.apply(an_order("o-1"))
    assert len(counter.documents.groups) == MOST_RACES
    assert counter.group._lanes == {}


def test_a_group_too_large_for_one_commit_goes_on_in_the_next(counter: Counter) -> None:
    def spoil(orders: list[str]) -> None:
        if len(orders) > 4:
            raise CommitRefused(f"commit: expected at most 4 orders, got {len(orders)}")

    counter.hold()
    started = counter.gather(*orders(12))
    counter.documents.spoil = spoil
    counter.documents.let()
    assert {future.result().result for future in started} == {"applied"}
    assert [len(group) for group in counter.documents.groups] == [1, 12, 6, 3, 9, 4, 5, 2, 3]


def test_an_outage_is_told_to_everyone_and_nothing_is_tried_twice(counter: Counter) -> None:
    def spoil(_: list[str]) -> None:
        raise StoreUnavailable("gone")

    counter.hold()
    started = counter.gather(*orders(5))
    counter.documents.spoil = spoil
    counter.documents.let()
    for future in started:
        with pytest.raises(StoreUnavailable):
            future.result()
    assert len(counter.documents.groups) == 2
    counter.documents.spoil = lambda _: None
    assert counter.group.apply(an_order("o-1")).result == "applied"


def test_a_group_waits_for_those_on_their_way(counter: Counter) -> None:
    counter.wait(FOREVER_S)
    counter.documents.let()
    first = counter.start(an_order("first"))[0]
    on_its_way, go = Event(), Event()

    def arrive() -> Outcome:
        counter.arrivals.come()
        on_its_way.set()
        assert go.wait(30)
        return counter.group.apply(an_order("second"))

    assert first.result().result == "applied"
    second = counter.threads.submit(arrive)
    assert on_its_way.wait(30)
    (third,) = counter.gather(an_order("third"))
    assert counter.documents.groups == [["first"]]
    go.set()
    assert (second.result().result, third.result().result) == ("applied", "applied")
    assert sorted(counter.documents.groups[1]) == ["second", "third"]


def test_a_group_does_not_wait_for_ever(counter: Counter) -> None:
    counter.wait(0.001)
    counter.documents.let()
    counter.arrivals.come()
    assert counter.start(an_order("first"))[0].result(30).result == "applied"
    counter.arrivals.join()


def test_nothing_is_kept_of_a_store_that_rests(counter: Counter) -> None:
    counter.documents.let()
    counter.group.apply(an_order("o-1"))
    assert counter.group._lanes == {}


def test_a_list_is_one_group_and_its_results_stand_in_its_order(counter: Counter) -> None:
    class Strict(FakeStores):
        def terms(self, change: Change) -> Terms:
            if isinstance(change, OrderChange) and change.order_id == "yen":
                raise CurrencyMismatch("expected the store's BRL, got JPY")
            return super().terms(change)

    counter.group = GroupCommit(Ledger(counter.documents, Strict()), Arrivals(), wait_s=0)
    counter.documents.let()
    first, yen, again, last = counter.group.apply_each(
        [an_order("o-1"), an_order("yen"), an_order("o-1"), an_order("o-2")]
    )
    assert isinstance(yen, CurrencyMismatch)
    results = [one.result for one in (first, again, last) if isinstance(one, Outcome)]
    assert results == ["applied", "duplicate", "applied"]
    assert counter.documents.groups == [["o-1", "o-2"]]


def test_nothing_is_asked_of_the_store_for_an_empty_list(counter: Counter) -> None:
    assert counter.group.apply_each([]) == []
    assert counter.documents.groups == []


def test_lists_of_the_same_stores_in_opposite_orders_lead_each_others_lanes(counter: Counter) -> None:
    stores = ["a", "b", "c"]
    lists = [
        [an_order(f"o-{n}-{store_id}-{k}", store_id=store_id) for store_id in order for k in range(150)]
        for n, order in enumerate((stores, stores[::-1], ["b", "c", "a"]))
    ]
    started = [counter.threads.submit(counter.group.apply_each, changes) for changes in lists]
    counter.documents.let()
    for future in started:
        results = future.result(timeout=60)
        assert {one.result for one in results if isinstance(one, Outcome)} == {"applied"}
        assert len(results) == 450


def test_what_follows_comes_after_the_commit_and_before_anybody_is_told(counter: Counter) -> None:
    seen: list[tuple[str, int]] = []
    told = Event()

    def follow(store_id: str, outcomes: Sequence[Outcome]) -> list[Outcome | Exception]:
        seen.append((store_id, len(outcomes)))
        assert not told.is_set()
        lost = StoreUnavailable("undone")
        return [lost if n == 1 else replace(one, followed={"n": n}) for n, one in enumerate(outcomes)]

    counter.group = GroupCommit(Ledger(counter.documents, FakeStores()), Arrivals(), wait_s=0, follow=follow)
    counter.documents.let()
    first, second, third = counter.group.apply_each(orders(3))
    told.set()
    assert seen == [("s-1", 3)]
    assert isinstance(second, StoreUnavailable)
    assert [one.fields() for one in (first, third) if isinstance(one, Outcome)] == [
        {"outcome": "applied", "n": 0}, {"outcome": "applied", "n": 2},
    ]  # fmt: skip


def test_the_next_group_is_committed_while_what_follows_is_done(counter: Counter) -> None:
    may_follow = Event()

    def follow(store_id: str, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:  # noqa: ARG001
        if counter.documents.groups[-1] == ["held"]:
            assert may_follow.wait(30)
        return outcomes

    counter.group = GroupCommit(
        Ledger(counter.documents, FakeStores()), counter.arrivals, wait_s=0, follow=follow
    )
    held = counter.hold()
    (next_one,) = counter.gather(an_order("o-1"))
    counter.documents.let()
    assert next_one.result().result == "applied"
    assert not held.done()
    may_follow.set()
    assert held.result().result == "applied"


def test_a_bug_in_what_follows_is_raised_where_each_change_was_asked_for(counter: Counter) -> None:
    def follow(store_id: str, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        raise ValueError(f"a bug: {store_id}, {len(outcomes)}")

    counter.group = GroupCommit(Ledger(counter.documents, FakeStores()), Arrivals(), wait_s=0, follow=follow)
    counter.documents.let()
    assert {str(error) for error in counter.group.apply_each(orders(2))} == {"a bug: s-1, 2"}
