"""Reconcile a store while a test makes things happen in between."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from emulator.recount import Event
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.store_snapshot import FirestoreStoreSnapshot
from shared.documents.entries import Record
from shared.documents.paths import Path, store_path
from shared.documents.store import Committed, Write
from shared.domain.period import Month
from shared.ledger.ledger import Ledger
from shared.reconcile.run import Dependencies, Report, Task, reconcile
from tests.builders import NOON
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import apply
from tests.contract.wire_log import LoggedClient
from tests.counted import counted, recount

NOVEMBER = Month(2026, 11)
STORE = "s-1"


def a_task(*, repair: bool = False, month: Month = NOVEMBER, every_coupon: bool = True) -> Task:
    return Task(store_id=STORE, month=month, repair=repair, every_coupon=every_coupon)


class Killed(BaseException):
    """The instance is gone: nothing after this happens."""


class Desk:
    """A store, everything that happened to it, and who reconciles it.

    `when_reading` is called once, after the instant of the recount and before any repair. After
    `commits_left` commits the instance is killed. The answer of commit `lose_answer_of_commit`, from 0 on,
    is lost. `renewed` are the customers whose cards were renewed. Each look at the clock takes `step`.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.backend = FirestoreBackend(client)
        self.ledger: Ledger = new_ledger(self.backend)
        self.delivered: list[Event] = []
        self.when_reading: Callable[[], object] | None = None
        self.commits_left: int | None = None
        self.lose_answer_of_commit: int | None = None
        self.renewed: list[str] = []
        self.now = NOON
        self.step = timedelta(0)

    def deliver(self, *events: Event) -> None:
        apply(self.ledger, *events)
        self.delivered += events

    def run(
        self,
        *,
        repair: bool = False,
        month: Month = NOVEMBER,
        most_held: int = 5000,
        most_named: int = 5000,
        every: bool = True,
        budget_s: int | None = None,
    ) -> Report:
        task = a_task(repair=repair, month=month, every_coupon=every)
        if budget_s is not None:
            task = replace(task, budget=timedelta(seconds=budget_s))
        return reconcile(task, self.dependencies(most_held, most_named))

    def drift(self, month: Month = NOVEMBER) -> list[tuple[Any, ...]]:
        """Return (document, day and hour, counter, expected, actual) of what a run reports."""
        return sorted(
            (*d.path[2:], ".".join(d.row), d.counter, d.expected, d.actual)
            for d in self.run(month=month).drift
        )

    def dependencies(self, most_held: int = 5000, most_named: int = 5000) -> Dependencies:
        return Dependencies(
            documents=_Documents(self),
            store_snapshot=lambda store_id, read_time: _StoreSnapshot(self, store_id, read_time),
            refresh=self._renew,
            clock=self._tick,
            most_held=most_held,
            most_named=most_named,
        )

    def at(self, *path: str) -> Any:
        """Return the reference of a document of the store."""
        return self.client.document(*store_path(STORE), *path)

    def is_exact(self) -> bool:
        return counted(self.backend, STORE) == recount(self.delivered, ZONE, STORE)

    def _tick(self) -> datetime:
        self.now += self.step
        return self.now

    def _renew(self, store_id: str, customer_ids: Collection[str]) -> None:
        assert store_id == STORE
        self.renewed += customer_ids


class _Documents(FirestoreDocuments):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.client)
        self._desk = desk

    def read(self, paths: Sequence[Path]) -> Any:
        if self._desk.commits_left == 0:
            raise Killed
        return super().read(paths)

    def commit(self, writes: Sequence[Write]) -> Committed:
        if self._desk.commits_left is not None:
            if not self._desk.commits_left:
                raise Killed
            self._desk.commits_left -= 1
        if self._desk.lose_answer_of_commit is not None and isinstance(self._desk.client, LoggedClient):
            if not self._desk.lose_answer_of_commit:
                self._desk.client.log.lose_answer_of = "Commit"
            self._desk.lose_answer_of_commit -= 1
        return super().commit(writes)


class _StoreSnapshot(FirestoreStoreSnapshot):
    def __init__(self, desk: Desk, store_id: str, read_time: datetime) -> None:
        super().__init__(desk.client, store_id, read_time)
        self._desk = desk

    def orders(self, month: Month) -> Iterator[Record]:
        if hook := self._desk.when_reading:
            self._desk.when_reading = None
            hook()
        return super().orders(month)
