"""The night's work: which months, in which order, and what becomes of failures."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from emulator.documents import MemoryDocuments
from shared.documents.paths import reconciliation_path
from shared.documents.store import DocumentWrite
from shared.domain.period import Month
from shared.domain.store import Store
from shared.errors import BudgetSpent, Reconciling, StoreUnavailable
from shared.reconcile.nightly import Budget, reconcile_all
from shared.reconcile.run import Report, Task
from tests.builders import utc

EVENING = utc("2026-12-01T01:30:00Z")
CLEAN = {"months": 0, "drifted": 0, "unfinished": 0, "failed": 0, "left": 0, "failures": []}


class Nights:
    """The nights of some stores; a run takes ten minutes."""

    def __init__(self) -> None:
        self.now = EVENING
        self.documents = MemoryDocuments()
        self.runs: list[tuple[str, str]] = []
        self.drift: dict[str, int] = {}
        self.errors: dict[str, Exception] = {}
        self.unfinished: set[str] = set()

    def run(self, task: Task) -> Report:
        assert not task.repair
        assert not task.every_coupon
        assert task.budget == timedelta(minutes=10)
        self.start(task.store_id, task.month, self.now)
        self.now += timedelta(minutes=10)
        self.runs.append((task.store_id, str(task.month)))
        if error := self.errors.get(task.store_id):
            raise error
        return Report(
            task=task, read_time=self.now, orders=1, passes=1, drift=[],
            drift_count=self.drift.get(task.store_id, 0), stale_cards=0,
            unfinished={} if task.store_id in self.unfinished else None,
        )  # fmt: skip

    def start(self, store_id: str, month: Month, at: Any) -> None:
        """Note when a run of the month was started last."""
        path = reconciliation_path(store_id, month)
        self.documents.commit([DocumentWrite(path=path, fields={"startedAt": at})])

    def pass_by(self, *stores: tuple[str, str], minutes: int = 999) -> dict[str, Any]:
        known = [
            Store(store_id=store_id, name=store_id, timezone=zone, currency="BRL")
            for store_id, zone in stores
        ]
        return reconcile_all(
            known,
            self.documents,
            self.run,
            clock=lambda: self.now,
            budget=Budget(night=timedelta(minutes=minutes), month=timedelta(minutes=10)),
            log=logging.getLogger("test"),
        ).shown()


@pytest.fixture
def nights() -> Nights:
    return Nights()


def test_each_stores_own_current_and_previous_month_are_compared(nights: Nights) -> None:
    outcome = nights.pass_by(("a", "America/Sao_Paulo"), ("b", "Asia/Tokyo"))
    assert sorted(nights.runs) == [("a", "2026-10"), ("a", "2026-11"), ("b", "2026-11"), ("b", "2026-12")]
    assert outcome == CLEAN | {"months": 4}


def test_what_was_started_longest_ago_comes_first(nights: Nights) -> None:
    for day, (store_id, month) in enumerate([("a", Month(2026, 11)), ("b", Month(2026, 12))]):
        nights.start(store_id, month, EVENING - timedelta(days=day))
    nights.pass_by(("a", "UTC"), ("b", "UTC"))
    assert nights.runs == [("a", "2026-12"), ("b", "2026-11"), ("b", "2026-12"), ("a", "2026-11")]


def test_what_there_is_no_time_for_is_left_and_comes_first_the_next_night(nights: Nights) -> None:
    stores = [("a", "UTC"), ("b", "UTC")]
    assert nights.pass_by(*stores, minutes=25) == CLEAN | {"months": 2, "left": 2}
    assert nights.pass_by(*stores, minutes=25) == CLEAN | {"months": 2, "left": 2}
    assert [store_id for store_id, _ in nights.runs] == ["a", "a", "b", "b"]


@pytest.mark.parametrize("error", [BudgetSpent("for the test"), ZeroDivisionError("for the test")], ids=repr)
def test_a_store_that_never_finishes_keeps_no_other_waiting(nights: Nights, error: Exception) -> None:
    nights.errors["a"] = error
    stores = [(name, "UTC") for name in "abc"]
    for _ in range(3):
        nights.pass_by(*stores, minutes=20)
    assert {store_id for store_id, _ in nights.runs} == {"a", "b", "c"}
    assert len(nights.runs) == len(set(nights.runs)) == 6


def test_drift_a_failure_or_a_bug_stops_nothing_and_the_failed_months_are_named(nights: Nights) -> None:
    nights.drift["a"] = 5
    nights.errors["b"] = StoreUnavailable("for the test")
    nights.errors["c"] = Reconciling("for the test")
    nights.errors["d"] = ZeroDivisionError("a bug")
    nights.unfinished = {"e"}
    outcome = nights.pass_by(*((name, "UTC") for name in "abcdef"))
    failures = [
        {"storeId": store_id, "month": month, "error": error}
        for store_id, error in (("b", "StoreUnavailable: for the test"), ("d", "ZeroDivisionError: a bug"))
        for month in ("2026-11", "2026-12")
    ]
    assert outcome == CLEAN | {
        "months": 6, "drifted": 2, "unfinished": 2, "failed": 4, "failures": failures,
    }  # fmt: skip


def test_a_store_or_a_report_that_was_spoiled_by_hand_stops_nothing(nights: Nights) -> None:
    nights.start("b", Month(2026, 12), "yesterday")
    outcome = nights.pass_by(("a", "Mars/Olympus"), ("b", "UTC"))
    assert [failure["storeId"] for failure in outcome["failures"]] == ["a"]
    assert nights.runs == [("b", "2026-11"), ("b", "2026-12")]


def test_nights_without_stores_are_short(nights: Nights) -> None:
    assert nights.pass_by() == CLEAN
