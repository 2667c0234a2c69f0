"""Folding: every delta counts once, whatever else happens, and nothing stays behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, pairwise
from logging import getLogger
from threading import Event, Timer

import pytest

from emulator.documents import MemoryDocuments
from shared.documents import retry
from shared.documents.deltas import EVER, Delta, delta_id, encode
from shared.documents.store import ABSENT, Committed, DocumentDelete, DocumentWrite, Write
from shared.errors import CommitRefused, StoreContended, StoreUnavailable
from shared.ledger import fold
from shared.ledger.fold import BUDGET_S, MOST_DELTAS, PACE_S, Folded, Folder, fold_all
from shared.ledger.looks import CLOCKS_S, FRESH_S, WAKES_APART_S
from tests.builders import NOON
from tests.deferring import wake_nobody
from tests.virtual_time import VirtualTime

MONTH = ("stores", "s-1", "months", "2026-11")


class Documents(MemoryDocuments):
    """Calls `before_commit` with the writes of each commit that folds. `times` says when each was."""

    def __init__(self, time: VirtualTime) -> None:
        super().__init__()
        self.before_commit: Callable[[Sequence[Write]], object] = lambda _: None
        self.lose_answers = 0
        self.looks: list[tuple[float, datetime]] = []
        self.times: list[float] = []
        self._time = time
        self._made = 0

    def defer(self, amount: int, at: datetime = NOON) -> None:
        """Have a commit of a hot store defer this much."""
        self._made += 1
        text = encode([DocumentWrite(path=MONTH, increments={("totalOrders",): amount})])
        path = ("stores", "s-1", "deltas", delta_id(at, f"{self._made:06}"))
        super().commit([DocumentWrite(path=path, version=ABSENT, fields={"tallies": text})])

    def pending(self, store_id: str, since: datetime, most: int) -> list[Delta]:
        self.looks.append((self._time.now, since))
        return super().pending(store_id, since, most)

    def commit(self, writes: Sequence[Write]) -> Committed:
        self.before_commit(writes)
        committed = super().commit(writes)
        self.times.append(self._time.now)
        if self.lose_answers:
            self.lose_answers -= 1
            raise StoreUnavailable("the answer got lost")
        return committed

    def orders(self) -> int:
        return int(self.documents.get(MONTH, {}).get("totalOrders", 0))

    def left(self) -> int:
        return len(super().pending("s-1", EVER, 1_000_000))


class Shop:
    """A hot store, and a folder of it. `woken` says since when, whenever it woke itself."""

    def __init__(self, time: VirtualTime) -> None:
        self.time = time
        self.documents = Documents(time)
        self.woken: list[datetime] = []
        self.folder = self.new_folder()

    def new_folder(self) -> Folder:
        def wake(store_id: str, *, since: datetime | None = None) -> None:
            assert store_id == "s-1"
            assert since is not None
            self.woken.append(since)

        return Folder(self.documents, self.documents, wake=wake, clock=self.clock)

    def clock(self) -> datetime:
        return NOON + timedelta(seconds=self.time.now)

    def fold(self, since: datetime = NOON, *, age_s: float = 0.0) -> Folded:
        """Answer a wake-up of that age."""
        return self.folder.fold("s-1", since, self.clock() - timedelta(seconds=age_s))


@pytest.fixture
def shop(virtual_time: VirtualTime) -> Shop:
    return Shop(virtual_time)


def test_pending_deltas_are_added_up_and_deleted_in_one_commit(shop: Shop) -> None:
    for amount in (1, 2, 40):
        shop.documents.defer(amount)
    shop.time.now = 3
    folded = shop.fold()
    assert (folded.deltas, folded.oldest_s) == (3, 3.0 + WAKES_APART_S)
    assert folded.shown() == {"deltas": 3, "oldestDeltaMs": 3500}
    assert (shop.documents.orders(), shop.documents.left()) == (43, 0)
    assert len(shop.documents.times) == 1


def test_a_store_that_was_just_folded_is_folded_a_second_later(shop: Shop) -> None:
    for _ in range(3):
        shop.documents.defer(1)
        shop.fold()
    assert shop.documents.times == [0.5, 0.5 + PACE_S, 0.5 + 2 * PACE_S]


def test_a_commit_of_many_deltas_comes_once_a_second(shop: Shop) -> None:
    for _ in range(3 * MOST_DELTAS):
        shop.documents.defer(1)
    assert shop.fold().deltas == 3 * MOST_DELTAS
    assert shop.documents.orders() == 3 * MOST_DELTAS
    assert shop.documents.times == [0.5, 0.5 + PACE_S, 0.5 + 2 * PACE_S]


def test_a_look_finds_what_comes_within_half_a_second_of_its_wake_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defer(seconds: float) -> None:
        shop.documents.defer(7, NOON + timedelta(seconds=0.4))
        shop.time.sleep(seconds)

    monkeypatch.setattr(retry, "PACING", replace(retry.PACING, sleep=defer))
    assert shop.fold().deltas == 1
    assert shop.documents.orders() == 7


def test_a_wake_up_that_a_look_covers_costs_nothing(shop: Shop) -> None:
    shop.time.now = 100.0
    shop.fold(NOON, age_s=60.0)
    shop.documents.looks.clear()
    for age_s in (99.0, 60.0, CLOCKS_S + WAKES_APART_S):
        shop.documents.defer(1, shop.clock())
        assert shop.fold(NOON, age_s=age_s).deltas == 0
    assert shop.documents.looks == []
    assert shop.fold(NOON, age_s=5.4).deltas == 3


def test_a_backlog_of_wake_ups_has_the_store_looked_at_every_few_seconds(shop: Shop) -> None:
    """Each wake-up comes a minute late; the deltas of the store are younger than that."""
    for _ in range(100):
        shop.documents.defer(1, shop.clock())
        shop.fold(age_s=60.0)
        shop.time.now += 0.5
    looks = [at for at, _ in shop.documents.looks]
    assert all(PACE_S <= later - earlier <= FRESH_S + 0.5 for earlier, later in pairwise(looks))
    assert len(looks) <= 10
    assert shop.documents.left() <= 10


def test_a_backlog_of_wake_ups_for_a_quiet_store_costs_one_look(shop: Shop) -> None:
    for _ in range(100):
        shop.fold(age_s=60.0)
        shop.time.now += 0.5
    assert len(shop.documents.looks) == 1


def test_a_look_covers_no_wake_up_for_earlier_deltas(shop: Shop) -> None:
    shop.time.now = 600.0
    shop.fold(NOON, age_s=60.0)
    shop.documents.defer(1, NOON - timedelta(minutes=5))
    assert shop.fold(NOON - timedelta(minutes=5), age_s=120.0).deltas == 1


def test_a_look_that_failed_covers_nothing(shop: Shop) -> None:
    shop.documents.defer(1)
    away = iter([StoreUnavailable("no answer")])

    def fail_once(_: Sequence[Write]) -> None:
        for error in away:
            raise error

    shop.documents.before_commit = fail_once
    with pytest.raises(StoreUnavailable):
        shop.fold(age_s=60.0)
    assert shop.fold(age_s=61.0).deltas == 1


def test_wake_ups_that_wait_for_the_same_look_are_answered_by_it(shop: Shop) -> None:
    """Real threads: the second wake-up arrives while the first one waits for its look."""
    waits, go_on = Event(), Event()

    def wait(seconds: float) -> None:
        if threading.current_thread() is not threading.main_thread():
            waits.set()
            assert go_on.wait(10)
        shop.time.sleep(seconds)

    shop.documents.defer(1)
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(retry, "PACING", replace(retry.PACING, sleep=wait))
        first = pool.submit(shop.fold)
        assert waits.wait(10)
        Timer(0.1, go_on.set).start()
        assert shop.fold().deltas == 0
        assert first.result().deltas == 1
    assert len(shop.documents.looks) == 1


def test_a_wake_up_that_waited_too_long_for_others_is_left_to_pubsub(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = count(0.0, BUDGET_S + 1)
    monkeypatch.setattr(retry, "PACING", replace(retry.PACING, monotonic=lambda: next(times)))
    with pytest.raises(StoreContended, match=r"^store 's-1' was being folded all the time$"):
        shop.fold()


def test_a_sweep_looks_for_deltas_of_any_age_at_once(shop: Shop) -> None:
    assert shop.folder.sweep("s-1").deltas == 0
    assert [at for at, _ in shop.documents.looks] == [0.0]
    shop.documents.defer(1, NOON - timedelta(days=3))
    assert shop.fold(NOON - timedelta(minutes=15)).deltas == 0
    folded = shop.new_folder().sweep("s-1")
    assert folded.deltas == 1
    assert folded.oldest_s >= 3 * 86_400


def test_a_look_begins_a_minute_before_the_one_that_it_follows(shop: Shop) -> None:
    early, minute = NOON - timedelta(minutes=15), timedelta(minutes=1)
    shop.fold(early)
    shop.fold(early + minute)
    first = shop.clock() - timedelta(seconds=PACE_S)
    shop.time.now = 3600.0
    shop.fold(NOON + timedelta(minutes=45))
    sinces = [since for _, since in shop.documents.looks]
    assert sinces == [early - minute, first - minute, NOON + timedelta(minutes=44)]


def test_a_page_begins_a_minute_before_the_end_of_the_last_one(shop: Shop) -> None:
    for n in range(MOST_DELTAS + 1):
        shop.documents.defer(1, NOON + timedelta(seconds=n))
    shop.time.now = 3600.0
    shop.fold()
    last = NOON + timedelta(seconds=MOST_DELTAS - 1)
    assert [since for _, since in shop.documents.looks] == [
        NOON - timedelta(minutes=1),
        last - timedelta(minutes=1),
    ]


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_answer_counts_nothing_twice(shop: Shop, lost: int) -> None:
    shop.documents.defer(5)
    shop.documents.lose_answers = lost
    for _ in range(lost):
        with pytest.raises(StoreUnavailable):
            shop.fold()
        shop.documents.defer(5)
    shop.fold()
    assert (shop.documents.orders(), shop.documents.left()) == (5 + 5 * lost, 0)


def test_of_two_folders_at_once_each_delta_counts_once(shop: Shop) -> None:
    """The other one folds after this one read, and some more comes in between."""
    rival, races = shop.new_folder(), iter(range(3))

    def let_in(_: Sequence[Write]) -> None:
        if next(races, None) is not None:
            before, shop.documents.before_commit = shop.documents.before_commit, lambda _: None
            shop.documents.defer(10)
            rival.sweep("s-1")
            shop.documents.defer(100)
            shop.documents.before_commit = before

    shop.documents.defer(1)
    shop.documents.before_commit = let_in
    shop.fold()
    assert (shop.documents.orders(), shop.documents.left()) == (331, 0)


def test_contended_commits_are_tried_again(shop: Shop) -> None:
    errors = [StoreContended("somebody else writes")] * 3

    def contend(_: Sequence[Write]) -> None:
        if errors:
            raise errors.pop()

    shop.documents.defer(1)
    shop.documents.before_commit = contend
    shop.fold()
    assert (shop.documents.orders(), shop.documents.left()) == (1, 0)


@pytest.mark.parametrize(
    ("most", "tried"), [(1, [10, 5, 2, 1] + 8 * [2, 1] + [1]), (3, [10, 5, 2] + 3 * [4, 2] + [2])]
)
def test_what_is_too_large_for_a_commit_is_folded_in_parts(shop: Shop, most: int, tried: list[int]) -> None:
    sizes: list[int] = []

    def refuse(writes: Sequence[Write]) -> None:
        sizes.append(sum(isinstance(write, DocumentDelete) for write in writes))
        if sizes[-1] > most:
            raise CommitRefused("too large")

    for _ in range(10):
        shop.documents.defer(1)
    shop.documents.before_commit = refuse
    assert shop.fold().deltas == 10
    assert (shop.documents.orders(), shop.documents.left()) == (10, 0)
    assert sizes == tried


def test_a_commit_ends_with_the_delta_that_makes_it_too_long(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    for _ in range(7):
        shop.documents.defer(1)
    [one, *_] = shop.documents.pending("s-1", EVER, 1)
    monkeypatch.setattr(fold, "MOST_CHARACTERS", 2 * len(one.text))
    shop.documents.before_commit = lambda writes: sizes.append(len(writes) - 1)
    assert shop.fold().deltas == 7
    assert sizes == [3, 3, 1]


def test_a_commit_that_takes_too_long_is_smaller_the_next_time(shop: Shop) -> None:
    sizes: list[int] = []

    def time_out(writes: Sequence[Write]) -> None:
        sizes.append(sum(isinstance(write, DocumentDelete) for write in writes))
        if sizes[-1] > 3:
            raise StoreUnavailable("Firestore did not answer: 504")

    for _ in range(10):
        shop.documents.defer(1)
    shop.documents.before_commit = time_out
    for _ in range(8):
        with suppress(StoreUnavailable):
            shop.fold()
    assert (shop.documents.orders(), shop.documents.left()) == (10, 0)
    assert sizes[:3] == [10, 5, 2]


def test_a_sweep_that_is_out_of_time_wakes_the_folder_for_the_rest(shop: Shop) -> None:
    for n in range(15 * MOST_DELTAS):
        shop.documents.defer(1, NOON - timedelta(days=1, seconds=-n))
    shop.folder.sweep("s-1")
    assert BUDGET_S < shop.time.now <= BUDGET_S + 2 * PACE_S
    while shop.woken:
        shop.fold(shop.woken.pop())
    assert shop.documents.left() == 0


def test_a_store_that_failed_can_be_folded_again(shop: Shop) -> None:
    shop.documents.defer(1)
    shop.documents.lose_answers = 1
    with pytest.raises(StoreUnavailable):
        shop.fold()
    shop.documents.defer(1)
    assert shop.fold().deltas == 1


def test_the_sweep_folds_every_store_it_can_and_logs_the_others(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    class Away(MemoryDocuments):
        def pending(self, store_id: str, since: datetime, most: int) -> list[Delta]:
            if store_id == "s-0":
                raise StoreUnavailable("no answer")
            return shop.documents.pending(store_id, since, most)

    folder = Folder(Away(), shop.documents, wake=wake_nobody, clock=shop.clock)
    shop.documents.defer(1, NOON - timedelta(hours=1))
    swept = fold_all(["s-0", "s-1", "s-2"], folder, getLogger("sweep"))
    assert (swept.deltas, swept.oldest_s) == (1, 3600.0)
    [logged] = caplog.records
    assert (logged.message, vars(logged)["storeId"], logged.levelname) == ("not folded", "s-0", "ERROR")
    assert logged.exc_info
    assert shop.documents.left() == 0
