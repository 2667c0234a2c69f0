"""The night's work: which months, in which order, and what becomes of failures."""

import logging
from datetime import datetime, timedelta

import pytest

from emulator.documents import MemoryDocuments
from shared.documents.paths import reconciliation_path
from shared.documents.store import DocumentWrite
from shared.domain.period import Month
from shared.domain.store import Store
from shared.errors import Reconciling, StoreUnavailable
from shared.reconcile.nightly import reconcile_all
from shared.reconcile.run import Report, Task
from tests.builders import utc

NIGHT = utc("2026-12-01T01:30:00Z")


class Night:
    """One night; a run takes ten minutes."""

    def __init__(self) -> None:
        self.now = NIGHT
        self.documents = MemoryDocuments()
        self.runs: list[tuple[str, str]] = []
        self.drift: dict[str, int] = {}
        self.errors: dict[str, Exception] = {}

    def run(self, task: Task) -> Report:
        assert not task.repair
        assert not task.every_coupon
        self.now += timedelta(minutes=10)
        self.runs.append((task.store_id, str(task.month)))
        if error := self.errors.get(task.store_id):
            raise error
        return Report(
            task=task, read_time=self.now, orders=1, passes=1, drift=[],
            drift_count=self.drift.get(task.store_id, 0), stale_cards=0,
        )  # fmt: skip

    def finish(self, store_id: str, month: Month, at: datetime) -> None:
        """Note when the month was finished last."""
        path = reconciliation_path(store_id, month)
        self.documents.commit([DocumentWrite(path=path, fields={"finishedAt": at})])

    def pass_by(self, *stores: tuple[str, str], budget_minutes: int = 999) -> dict[str, int]:
        known = [
            Store(store_id=store_id, name=store_id, timezone=zone, currency="BRL")
            for store_id, zone in stores
        ]
        return reconcile_all(
            known,
            self.documents,
            self.run,
            clock=lambda: self.now,
            budget=timedelta(minutes=budget_minutes),
            log=logging.getLogger("test"),
        )


@pytest.fixture
def night() -> Night:
    return Night()


def test_each_stores_own_current_and_previous_month_are_compared(night: Night) -> None:
    outcome = night.pass_by(("a", "America/Sao_Paulo"), ("b", "Asia/Tokyo"))
    assert sorted(night.runs) == [("a", "2026-10"), ("a", "2026-11"), ("b", "2026-11"), ("b", "2026-12")]
    assert outcome == {"months": 4, "drifted": 0, "failed": 0, "left": 0}


def test_what_was_not_looked_at_longest_comes_first(night: Night) -> None:
    for day, (store_id, month) in enumerate([("a", Month(2026, 11)), ("b", Month(2026, 12))]):
        night.finish(store_id, month, NIGHT - timedelta(days=day))
    night.pass_by(("a", "UTC"), ("b", "UTC"))
    assert night.runs == [("a", "2026-12"), ("b", "2026-11"), ("b", "2026-12"), ("a", "2026-11")]


def test_what_there_is_no_time_for_is_left(night: Night) -> None:
    outcome = night.pass_by(("a", "UTC"), ("b", "UTC"), budget_minutes=15)
    assert outcome == {"months": 2, "drifted": 0, "failed": 0, "left": 2}


def test_a_store_with_drift_or_a_failure_does_not_keep_others_waiting(night: Night) -> None:
    night.drift["a"] = 5
    night.errors["b"] = StoreUnavailable("for the test")
    night.errors["c"] = Reconciling("for the test")
    outcome = night.pass_by(*((name, "UTC") for name in "abcd"))
    assert outcome == {"months": 4, "drifted": 2, "failed": 2, "left": 0}


def test_a_bug_is_not_hidden(night: Night) -> None:
    night.errors["a"] = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        night.pass_by(("a", "UTC"))


def test_nights_without_stores_are_short(night: Night) -> None:
    assert night.pass_by() == {"months": 0, "drifted": 0, "failed": 0, "left": 0}
