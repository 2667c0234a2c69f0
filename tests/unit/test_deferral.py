"""Which commits defer the tallies, and when the folder is woken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from emulator.documents import MemoryDocuments
from shared.documents.deltas import EVER
from shared.documents.store import Committed, PreconditionLost, Write
from shared.errors import PublishFailed, StoreContended, StoreUnavailable
from shared.ledger.deferral import NOTED_EACH_S, SLOW_S, Deferral, Mode
from shared.ledger.ledger import Ledger
from shared.ledger.looks import WAKES_APART_S
from shared.ledger.outcome import Outcome
from tests.builders import NOON, a_snapshot, an_order_change, facts
from tests.fakes import FakeStores
from tests.virtual_time import VirtualTime


class Documents(MemoryDocuments):
    """Takes `takes_s` for a commit, and raises the `errors` first, where they are any."""

    def __init__(self, time: VirtualTime) -> None:
        super().__init__()
        self.takes_s = 0.0
        self.errors: list[Exception | None] = []
        self._time = time

    def commit(self, writes: Sequence[Write]) -> Committed:
        self._time.now += self.takes_s
        if self.errors and (error := self.errors.pop(0)):
            raise error
        return super().commit(writes)


class Bench:
    """An instance whose group commits may defer. `woken` are the stores whose folders were woken."""

    def __init__(self, mode: Mode, time: VirtualTime) -> None:
        self.time = time
        self.documents = Documents(time)
        self.woken: list[str] = []
        self.fails = False
        self.deferral = Deferral(self.documents, mode, wake=self.wake, clock=lambda: NOON)
        self.ledger = Ledger(self.deferral, FakeStores())
        self.follow = self.deferral.following(self.note)
        self.followed: list[tuple[str, Sequence[Outcome]]] = []
        self._orders = 0

    def wake(self, store_id: str, *, since: datetime | None = None) -> None:
        assert since is None
        if self.fails:
            raise PublishFailed("Pub/Sub is away")
        self.woken.append(store_id)

    def count(self, store_id: str = "s-1") -> None:
        """Count a new order, and do what follows, as a group commit does."""
        self._orders += 1
        self.repeat(store_id)

    def repeat(self, store_id: str = "s-1") -> None:
        """Have the last order come again."""
        change = an_order_change(facts(a_snapshot()), f"o-{self._orders}", store_id=store_id, creates=True)
        outcomes = self.ledger.apply([change])
        assert self.follow(store_id, outcomes) == outcomes

    def note(self, store_id: str, outcomes: Sequence[Outcome]) -> Sequence[Outcome | Exception]:
        self.followed.append((store_id, outcomes))
        return outcomes

    def kinds(self, store_id: str = "s-1") -> set[str]:
        return {path[2] for path in self.documents.documents if path[1] == store_id and len(path) > 2}

    def defers(self) -> bool:
        """Whether a commit now writes a delta."""
        before = len(self.documents.pending("s-1", EVER, 1000))
        self.count()
        return len(self.documents.pending("s-1", EVER, 1000)) > before


@pytest.fixture
def time(virtual_time: VirtualTime) -> VirtualTime:
    return virtual_time


@pytest.fixture
def bench(time: VirtualTime) -> Bench:
    return Bench("auto", time)


def test_by_default_a_store_is_cold_and_nobody_is_woken(bench: Bench) -> None:
    for _ in range(5):
        bench.count()
    assert bench.kinds() == {"orders", "months"}
    assert bench.woken == []


def test_a_setting_forces_or_forbids_it(time: VirtualTime) -> None:
    always, never = Bench("always", time), Bench("never", time)
    never.documents.takes_s = 5.0
    for _ in range(5):
        always.count()
        never.count()
    assert always.kinds() == {"orders", "deltas"}
    assert never.kinds() == {"orders", "months"}


@pytest.mark.parametrize("slow_s", [SLOW_S, 10.0])
def test_slow_commits_make_the_store_hot(bench: Bench, slow_s: float) -> None:
    bench.documents.takes_s = slow_s
    assert [bench.defers() for _ in range(4)] == [False, False, False, True]


def test_a_commit_that_ran_into_its_deadline_was_slow(bench: Bench) -> None:
    for _ in range(3):
        bench.documents.errors = [StoreUnavailable("Firestore did not answer: 504")]
        bench.documents.takes_s = 10.0
        with pytest.raises(StoreUnavailable):
            bench.count()
    bench.documents.takes_s = 0.0
    assert bench.defers()


def test_contended_commits_make_the_store_hot_and_others_not(bench: Bench) -> None:
    bench.documents.errors = [StoreContended("somebody else writes")] * 3
    assert bench.defers()
    bench.count("s-2")
    assert bench.kinds("s-2") == {"orders", "months"}


def test_lost_races_and_quick_failures_are_no_strain(bench: Bench) -> None:
    bench.documents.errors = [PreconditionLost("moved")] * 5
    assert not bench.defers()
    for _ in range(5):
        bench.documents.errors = [StoreUnavailable("no connection")]
        with pytest.raises(StoreUnavailable):
            bench.count()
    assert not bench.defers()


def test_a_store_turns_cold_again(bench: Bench) -> None:
    bench.documents.errors = [StoreContended("somebody else writes")] * 3
    assert bench.defers()
    bench.time.now += 3600
    assert not bench.defers()


def test_the_store_shows_when_it_was_deferred_last(time: VirtualTime) -> None:
    bench = Bench("always", time)
    noted = []
    for _ in range(4):
        bench.count()
        noted.append(bench.documents.documents["stores", "s-1"]["deferredAt"])
        time.now += NOTED_EACH_S / 2
    assert noted[0] == noted[1] < noted[2] == noted[3]


def test_each_store_shows_for_itself_that_it_was_deferred(time: VirtualTime) -> None:
    bench = Bench("always", time)
    for store_id in ("s-1", "s-2"):
        bench.count(store_id)
        assert "deferredAt" in bench.documents.documents["stores", store_id]


def test_an_order_counts_although_the_store_can_not_show_that_it_was_deferred(time: VirtualTime) -> None:
    bench = Bench("always", time)
    bench.documents.errors = [None, StoreUnavailable("no connection")]
    bench.count()
    assert bench.documents.errors == []
    assert bench.kinds() == {"orders", "deltas"}
    assert ("stores", "s-1") not in bench.documents.documents


def test_a_busy_stores_folder_is_woken_twice_a_second(time: VirtualTime) -> None:
    bench = Bench("always", time)
    for _ in range(50):
        bench.count()
        time.now += 0.1
    assert 8 <= len(bench.woken) <= 10


def test_every_deferring_commit_is_followed_by_a_wake_up_or_comes_shortly_after_one(
    time: VirtualTime,
) -> None:
    bench = Bench("always", time)
    covered = -1.0
    for step in range(1, 60):
        time.now += (step * 7 % 13) / 10
        bench.woken.clear()
        bench.count()
        if bench.woken:
            covered = time.now + WAKES_APART_S
        assert covered >= time.now


def test_a_repeat_always_wakes_the_folder(bench: Bench) -> None:
    bench.count()
    assert bench.woken == []
    bench.repeat()
    assert bench.woken == ["s-1"]


def test_a_repeat_among_new_events_wakes_the_folder_before_what_follows(bench: Bench) -> None:
    outcomes = [Outcome(result=one, customers={}) for one in ("applied", "duplicate", "applied")]
    bench.fails = True
    with pytest.raises(PublishFailed):
        bench.follow("s-1", outcomes)
    assert bench.followed == []
    bench.fails = False
    assert bench.follow("s-1", outcomes) == outcomes
    assert bench.woken == ["s-1"]
    assert bench.followed == [("s-1", outcomes)]


def test_a_deferring_store_finds_a_customers_other_orders(time: VirtualTime) -> None:
    deferral = Bench("always", time).deferral
    times = [NOON + timedelta(hours=n) for n in range(3)]
    orders = [
        an_order_change(facts(a_snapshot(customer_id="c-1", created_at=at)), f"o-{n}", creates=True)
        for n, at in enumerate(times)
    ]
    Ledger(deferral, FakeStores()).apply(orders)
    assert deferral.other_orders(("s-1", "c-1"), {"o-2"}).times == (times[0], times[1])
    assert deferral.other_orders(("s-1", "c-2"), set()).times == ()


def test_a_wake_up_that_fails_is_tried_again_with_the_next_event(time: VirtualTime) -> None:
    bench = Bench("always", time)
    bench.fails = True
    with pytest.raises(PublishFailed):
        bench.count()
    bench.fails = False
    bench.count()
    assert bench.woken == ["s-1"]


def test_a_commit_without_an_answer_may_have_deferred(time: VirtualTime) -> None:
    bench = Bench("always", time)
    bench.documents.errors = [StoreUnavailable("the answer got lost")]
    with pytest.raises(StoreUnavailable):
        bench.count()
    bench.deferral.wake("s-1", is_repeat=False)
    assert bench.woken == ["s-1"]
