"""Folding: every delta counts once, whatever else happens, and nothing stays behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from logging import Logger

import pytest

from emulator.documents import MemoryDocuments
from shared.documents import retry
from shared.documents.deltas import Delta, delta_id, encode
from shared.documents.store import ABSENT, Committed, DocumentDelete, DocumentWrite, Write
from shared.errors import CommitRefused, StoreContended, StoreUnavailable
from shared.ledger import fold
from shared.ledger.fold import BUDGET_S, MOST_DELTAS, PACE_S, Folder, fold_all
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
        self.looks: list[tuple[float, datetime | None]] = []
        self.times: list[float] = []
        self._time = time
        self._made = 0

    def defer(self, amount: int, at: datetime = NOON) -> None:
        """Have a commit of a hot store defer this much."""
        self._made += 1
        text = encode([DocumentWrite(path=MONTH, increments={("totalOrders",): amount})])
        path = ("stores", "s-1", "deltas", delta_id(at, f"{self._made:06}"))
        super().commit([DocumentWrite(path=path, version=ABSENT, fields={"tallies": text})])

    def pending(self, store_id: str, since: datetime | None, most: int) -> list[Delta]:
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
        return len(super().pending("s-1", None, 1_000_000))


class Shop:
    """A hot store, and a folder of it. `woken` counts how often it woke itself."""

    def __init__(self, time: VirtualTime) -> None:
        self.time = time
        self.documents = Documents(time)
        self.woken = 0
        self.folder = self.new_folder()

    def new_folder(self) -> Folder:
        def wake(store_id: str, *, more: bool) -> None:
            assert (store_id, more) == ("s-1", True)
            self.woken += 1

        return Folder(self.documents, self.documents, wake=wake, clock=self.clock)

    def clock(self) -> datetime:
        return NOON + timedelta(seconds=self.time.now)


@pytest.fixture
def shop(virtual_time: VirtualTime) -> Shop:
    return Shop(virtual_time)


def test_pending_deltas_are_added_up_and_deleted_in_one_commit(shop: Shop) -> None:
    for amount in (1, 2, 40):
        shop.documents.defer(amount)
    shop.time.now = 3
    folded = shop.folder.fold("s-1", NOON)
    assert (folded.deltas, folded.oldest_s) == (3, 3.0)
    assert (shop.documents.orders(), shop.documents.left()) == (43, 0)
    assert len(shop.documents.times) == 1


def test_a_store_that_was_just_folded_is_folded_a_second_later(shop: Shop) -> None:
    for _ in range(3):
        shop.documents.defer(1)
        shop.folder.fold("s-1", NOON)
    assert shop.documents.times == [0.0, PACE_S, 2 * PACE_S]


def test_a_commit_of_many_deltas_comes_once_a_second(shop: Shop) -> None:
    for _ in range(3 * MOST_DELTAS):
        shop.documents.defer(1)
    assert shop.folder.fold("s-1", NOON).deltas == 3 * MOST_DELTAS
    assert shop.documents.orders() == 3 * MOST_DELTAS
    assert shop.documents.times == [0.0, PACE_S, 2 * PACE_S]


def test_the_folder_stays_for_what_comes_within_half_a_second_of_its_wake_up(shop: Shop) -> None:
    def defer(seconds: float) -> None:
        if seconds and not shop.time.now:
            shop.documents.defer(7, NOON + timedelta(seconds=0.4))
        VirtualTime.sleep(shop.time, seconds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retry, "PACING", replace(retry.PACING, sleep=defer))
        assert shop.folder.fold("s-1", NOON, more=True).deltas == 1
    assert shop.documents.orders() == 7


def test_a_sweep_looks_for_deltas_of_any_age_and_waits_for_none(shop: Shop) -> None:
    assert shop.folder.fold("s-1", None).deltas == 0
    assert shop.documents.looks == [(0.0, None)]
    shop.documents.defer(1, NOON - timedelta(days=3))
    assert shop.folder.fold("s-1", NOON - timedelta(minutes=15)).deltas == 0
    folded = shop.folder.fold("s-1", None)
    assert folded.deltas == 1
    assert folded.oldest_s >= 3 * 86_400


def test_each_look_begins_a_minute_before_what_the_last_one_saw(shop: Shop) -> None:
    early, minute = NOON - timedelta(minutes=15), timedelta(minutes=1)
    shop.documents.defer(1, early + 3 * minute)
    shop.folder.fold("s-1", early, more=True)
    assert [since for _, since in shop.documents.looks] == [early, early + 2 * minute]
    shop.documents.looks.clear()
    shop.time.now = 60.0
    shop.folder.fold("s-1", early, more=True)
    assert [since for _, since in shop.documents.looks] == [early, NOON]


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_answer_counts_nothing_twice(shop: Shop, lost: int) -> None:
    shop.documents.defer(5)
    shop.documents.lose_answers = lost
    for _ in range(lost):
        with pytest.raises(StoreUnavailable):
            shop.folder.fold("s-1", NOON)
        shop.documents.defer(5)
    shop.folder.fold("s-1", NOON)
    assert (shop.documents.orders(), shop.documents.left()) == (5 + 5 * lost, 0)


def test_of_two_folders_at_once_each_delta_counts_once(shop: Shop) -> None:
    """The other one folds after this one read, and some more comes in between."""
    rival, races = shop.new_folder(), iter(range(3))

    def let_in(_: Sequence[Write]) -> None:
        if next(races, None) is not None:
            before, shop.documents.before_commit = shop.documents.before_commit, lambda _: None
            shop.documents.defer(10)
            rival.fold("s-1", NOON)
            shop.documents.defer(100)
            shop.documents.before_commit = before

    shop.documents.defer(1)
    shop.documents.before_commit = let_in
    shop.folder.fold("s-1", NOON)
    assert (shop.documents.orders(), shop.documents.left()) == (331, 0)


def test_contended_commits_are_tried_again(shop: Shop) -> None:
    errors = [StoreContended("somebody else writes")] * 3

    def contend(_: Sequence[Write]) -> None:
        if errors:
            raise errors.pop()

    shop.documents.defer(1)
    shop.documents.before_commit = contend
    shop.folder.fold("s-1", NOON)
    assert (shop.documents.orders(), shop.documents.left()) == (1, 0)


def test_what_is_too_large_for_a_commit_is_folded_in_parts(shop: Shop) -> None:
    def refuse(writes: Sequence[Write]) -> None:
        if sum(isinstance(write, DocumentDelete) for write in writes) > 3:
            raise CommitRefused("too large")

    for _ in range(10):
        shop.documents.defer(1)
    shop.documents.before_commit = refuse
    assert shop.folder.fold("s-1", NOON).deltas == 10
    assert (shop.documents.orders(), shop.documents.left()) == (10, 0)


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
            shop.folder.fold("s-1", NOON)
    assert (shop.documents.orders(), shop.documents.left()) == (10, 0)
    assert sizes[:3] == [10, 5, 2]


def test_a_folder_that_is_out_of_time_wakes_itself(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold, "MOST_DELTAS", 1)
    shop.documents.defer(1)

    def keep_coming(_: Sequence[Write]) -> None:
        shop.documents.defer(1, shop.clock())

    shop.documents.before_commit = keep_coming
    shop.folder.fold("s-1", NOON)
    assert shop.woken == 1
    assert BUDGET_S < shop.time.now <= BUDGET_S + 2 * PACE_S
    shop.documents.before_commit = lambda _: None
    shop.folder.fold("s-1", NOON)
    assert (shop.woken, shop.documents.left()) == (1, 0)


def test_a_second_wake_up_in_an_instance_is_left_to_the_first_one(shop: Shop) -> None:
    asked: list[int] = []

    def wake_again(_: Sequence[Write]) -> None:
        if not asked:
            asked.append(shop.folder.fold("s-1", NOON - timedelta(hours=1), more=True).deltas)
            shop.documents.defer(7, NOON - timedelta(minutes=59))

    shop.documents.defer(1)
    shop.documents.before_commit = wake_again
    assert shop.folder.fold("s-1", NOON).deltas == 2
    assert asked == [0]
    assert (shop.documents.orders(), shop.documents.left()) == (8, 0)


def test_a_store_that_failed_can_be_folded_again(shop: Shop) -> None:
    shop.documents.defer(1)
    shop.documents.lose_answers = 1
    with pytest.raises(StoreUnavailable):
        shop.folder.fold("s-1", NOON)
    shop.documents.defer(1)
    assert shop.folder.fold("s-1", NOON).deltas == 1


def test_the_sweep_folds_every_store_it_can(shop: Shop) -> None:
    class Away(MemoryDocuments):
        def pending(self, store_id: str, since: datetime | None, most: int) -> list[Delta]:
            if store_id == "s-0":
                raise StoreUnavailable("no answer")
            return shop.documents.pending(store_id, since, most)

    folder = Folder(Away(), shop.documents, wake=wake_nobody, clock=shop.clock)
    shop.documents.defer(1, NOON - timedelta(hours=1))
    swept = fold_all(["s-0", "s-1", "s-2"], folder, Logger("silent"))
    assert (swept.deltas, swept.oldest_s) == (1, 3600.0)
    assert shop.documents.left() == 0
