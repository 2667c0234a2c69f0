"""Reconcile a store's month: recount it, compare, report, and repair on request."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from shared.documents.paths import reconciliation_path
from shared.documents.store import DocumentStore
from shared.domain.instants import from_micros, to_micros, to_rfc3339
from shared.domain.period import Month
from shared.errors import TransientError
from shared.reconcile.comparison import Drift, drift_of
from shared.reconcile.lease import Lease
from shared.reconcile.recount import MOST_HELD, Recount
from shared.reconcile.repair import Repair
from shared.reconcile.store_snapshot import StoreSnapshot

MOST_SHOWN = 1000
_MOST_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to reconcile. `every_coupon` includes the coupons that no order of the month used."""

    store_id: str
    month: Month
    repair: bool
    every_coupon: bool = True


class Dependencies(NamedTuple):
    """What a run works with. `store_snapshot` opens a store at an instant; `refresh` updates cards."""

    documents: DocumentStore
    store_snapshot: Callable[[str, datetime], StoreSnapshot]
    refresh: Callable[[str, Collection[str]], object]
    clock: Callable[[], datetime]
    most_held: int = MOST_HELD


def renew_nothing(store_id: str, customer_ids: Collection[str]) -> None:
    """Stand in for the cards in runs that repair nothing."""
    raise RuntimeError(f"no cards to renew for {len(customer_ids)} customers of {store_id!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The findings at one instant. `drift` holds the first thousand of `drift_count`."""

    task: Task
    read_time: datetime
    orders: int
    passes: int
    drift: list[Drift]
    drift_count: int
    stale_cards: int

    def shown(self, most: int = MOST_SHOWN) -> dict[str, Any]:
        """Return the report as JSON shows it, with at most this many counters."""
        return {
            "storeId": self.task.store_id,
            "month": str(self.task.month),
            "readTime": to_rfc3339(from_micros(to_micros(self.read_time))),
            "orders": self.orders,
            "passes": self.passes,
            "driftCount": self.drift_count,
            "drift": [one.shown() for one in self.drift[:most]],
            "repaired": self.task.repair,
            "staleCards": self.stale_cards,
        }


def reconcile(task: Task, dependencies: Dependencies) -> Report:
    """Compare every tally of the month with the month's orders, as of one instant.

    Raises:
        Reconciling: another run is under way.
        LeaseLost: another run took over.
        TransientError: some of the drift may be repaired; a later run finds what is left.
    """
    path = reconciliation_path(task.store_id, task.month)
    lease = Lease.take(dependencies.documents, path, uuid4().hex, dependencies.clock())
    try:
        report = _run(task, dependencies, lease)
    except BaseException:
        lease.release()
        raise
    lease.finish(report.shown(_MOST_KEPT), dependencies.clock())
    return report


def _run(task: Task, dependencies: Dependencies, lease: Lease) -> Report:
    cards = _Cards(task.store_id, dependencies.refresh)
    repair = Repair(lease, dependencies.documents, task.store_id, cards.refresh)
    store_snapshot = dependencies.store_snapshot(task.store_id, lease.read_time)
    recount = Recount(
        store_snapshot,
        task.store_id,
        task.month,
        every_coupon=task.every_coupon,
        most_held=dependencies.most_held,
    )
    shown: list[Drift] = []
    count = 0
    for document in recount.documents():
        drift = drift_of(document)
        count += len(drift)
        shown += drift[: MOST_SHOWN - len(shown)]
        if drift and task.repair:
            repair.add(document, drift)
    repair.flush()
    return Report(
        task=task,
        read_time=lease.read_time,
        orders=recount.orders,
        passes=recount.passes,
        drift=shown,
        drift_count=count,
        stale_cards=cards.stale,
    )


class _Cards:
    """Renews the cards of repaired customers. A card that could not be renewed expires within an hour."""

    def __init__(self, store_id: str, refresh: Callable[[str, Collection[str]], object]) -> None:
        self.stale = 0
        self._store_id = store_id
        self._refresh = refresh

    def refresh(self, customer_ids: Collection[str]) -> None:
        try:
            self._refresh(self._store_id, customer_ids)
        except TransientError:
            # The counters are right already, and must not depend on the cache.
            self.stale += len(customer_ids)
