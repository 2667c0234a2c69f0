"""Reconcile a store's month: recount it, compare, report, and repair on request."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from shared.documents.paths import reconciliation_path, repair_path
from shared.documents.store import DocumentStore
from shared.domain.instants import from_micros, to_micros, to_rfc3339
from shared.domain.period import Month
from shared.errors import BudgetSpent, TransientError
from shared.reconcile.comparison import Drift, drift_of
from shared.reconcile.lease import Lease
from shared.reconcile.pending import WithDeltas
from shared.reconcile.recount import Recount
from shared.reconcile.repair import Repair
from shared.reconcile.scope import MOST_HELD, MOST_NAMED, Scope
from shared.reconcile.store_snapshot import StoreSnapshot

MOST_SHOWN = 1000
_MOST_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to reconcile.

    Args:
        every_coupon: also compare the coupons that no order of the month used.
        budget: how long the run may take; it continues where the last one stopped that was out of time.
            None for as long as it takes, from the beginning.
    """

    store_id: str
    month: Month
    repair: bool
    every_coupon: bool = True
    budget: timedelta | None = None


class Dependencies(NamedTuple):
    """What a run works with. `store_snapshot` opens a store at an instant; `refresh` updates cards."""

    documents: DocumentStore
    store_snapshot: Callable[[str, datetime], StoreSnapshot]
    refresh: Callable[[str, Collection[str]], object]
    clock: Callable[[], datetime]
    most_held: int = MOST_HELD
    most_named: int = MOST_NAMED


def renew_nothing(store_id: str, customer_ids: Collection[str]) -> None:
    """Stand in for the cards in runs that repair nothing."""
    raise RuntimeError(f"no cards to renew for {len(customer_ids)} customers of {store_id!r}")


@dataclass(slots=True)
class _Findings:
    drift: list[Drift] = field(default_factory=list)
    count: int = 0

    @classmethod
    def of(cls, unfinished: Mapping[str, Any]) -> _Findings:
        return cls([Drift.read(one) for one in unfinished["drift"]], unfinished["driftCount"])

    def add(self, drift: list[Drift]) -> None:
        self.count += len(drift)
        self.drift += drift[: MOST_SHOWN - len(self.drift)]

    def unfinished(self, position: Mapping[str, str]) -> dict[str, Any]:
        drift = [one.shown() for one in self.drift[:_MOST_KEPT]]
        return {"position": position, "driftCount": self.count, "drift": drift}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The findings at one instant. `drift` holds the first thousand of `drift_count`.

    `unfinished` is None, or what the next run continues with. The drift of customers and coupons includes
    what the runs found that this one continued.
    """

    task: Task
    read_time: datetime
    orders: int
    passes: int
    drift: list[Drift]
    drift_count: int
    stale_cards: int
    unfinished: Mapping[str, Any] | None = None

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
    """Compare every tally of the month, with its pending deltas, with the month's orders, as of one instant.

    Raises:
        Reconciling: another run is under way.
        RecordUnreadable: an order or a customer can't be counted; correct the document that the text names.
        LeaseLost: another run took over.
        BudgetSpent: the budget was too small to compare the month's own tallies.
        TransientError: some of the drift may be repaired; a later run finds what is left.
    """
    # Months have customers and coupons in common: two repairs at once would add their drift twice.
    paths = [repair_path(task.store_id)] if task.repair else []
    leases: list[Lease] = []
    try:
        for path in (*paths, reconciliation_path(task.store_id, task.month)):
            leases.append(Lease.take(dependencies.documents, path, uuid4().hex, dependencies.clock()))
        report = _run(task, dependencies, leases[-1])
    except BaseException:
        # The month's lease first: while it is ours, a repair may still be on its way.
        all(lease.release() for lease in reversed(leases))
        raise
    *others, lease = leases
    if report.unfinished is None:
        lease.finish(report.shown(_MOST_KEPT), dependencies.clock())
    else:
        lease.pause(report.unfinished)
    for other in others:
        other.release()
    return report


def _run(task: Task, dependencies: Dependencies, lease: Lease) -> Report:
    cards = _Cards(task.store_id, dependencies.refresh)
    repair = Repair(lease, dependencies.documents, task.store_id, cards.refresh)
    stored = dependencies.store_snapshot(task.store_id, lease.read_time)
    store_snapshot = WithDeltas(stored, task.store_id)
    before = lease.unfinished if task.budget is not None else None
    scope = Scope(
        every_coupon=task.every_coupon,
        most_held=dependencies.most_held,
        most_named=dependencies.most_named,
        after=before["position"] if before else {},
        check_time=_time_check(task.budget, dependencies.clock),
    )
    recount = Recount(store_snapshot, task.store_id, task.month, scope)
    of_month, of_lifetimes = _Findings(), _Findings.of(before) if before else _Findings()
    unfinished = None
    try:
        for document in recount.documents():
            drift = drift_of(document)
            (of_month if document.tally.is_monthly else of_lifetimes).add(drift)
            if drift and task.repair:
                repair.add(document, drift)
    except BudgetSpent:
        if recount.position is None:
            raise
        unfinished = of_lifetimes.unfinished(recount.position)
    repair.flush()
    return Report(
        task=task,
        read_time=lease.read_time,
        orders=recount.orders,
        passes=recount.passes,
        drift=[*of_month.drift, *of_lifetimes.drift][:MOST_SHOWN],
        drift_count=of_month.count + of_lifetimes.count,
        stale_cards=cards.stale,
        unfinished=unfinished,
    )


def _time_check(budget: timedelta | None, clock: Callable[[], datetime]) -> Callable[[], None]:
    """Return a function that raises `BudgetSpent` once the budget is over."""
    until = None if budget is None else clock() + budget

    def check() -> None:
        if until is not None and clock() >= until:
            raise BudgetSpent(f"the recount takes longer than {budget}")

    return check


class _Cards:
    """Renews the cards of repaired customers. A card that could not be renewed is written by `warm-cards`."""

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
