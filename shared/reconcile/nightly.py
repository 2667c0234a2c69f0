"""Reconcile every store's current and previous month, as far as the time allows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from logging import Logger
from typing import Any

from shared.documents.paths import reconciliation_path
from shared.documents.store import DocumentStore
from shared.domain.period import Month, Period, local_day
from shared.domain.store import Store
from shared.errors import Reconciling
from shared.reconcile.run import Report, Task

_READ_AT_ONCE = 300
_NEVER = datetime.min.replace(tzinfo=UTC)

Pair = tuple[str, Month]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long a night may take, and each month of it. No month is started that could end after the night."""

    night: timedelta
    month: timedelta


@dataclass(slots=True, kw_only=True)
class Night:
    """What became of the months that were due.

    Args:
        months: were compared, as far as their budget allowed.
        drifted: of these, had wrong counters.
        unfinished: of these, were out of time; the next night continues them.
        left: were not started; they come first the next night.
        failures: the store, the month and the error of each that failed.
    """

    months: int = 0
    drifted: int = 0
    unfinished: int = 0
    left: int = 0
    failures: list[dict[str, str]] = field(default_factory=list)

    def note(self, report: Report) -> None:
        self.months += 1
        self.drifted += report.drift_count > 0
        self.unfinished += report.unfinished is not None

    def fail(self, of: dict[str, str], error: Exception, log: Logger) -> None:
        log.exception("not reconciled", extra=of)
        self.failures.append(of | {"error": f"{type(error).__name__}: {error}"})

    def shown(self) -> dict[str, Any]:
        """Return the outcome as JSON shows it."""
        return {
            "months": self.months,
            "drifted": self.drifted,
            "unfinished": self.unfinished,
            "failed": len(self.failures),
            "left": self.left,
            "failures": self.failures,
        }


def reconcile_all(
    stores: Collection[Store],
    documents: DocumentStore,
    run: Callable[[Task], Report],
    *,
    clock: Callable[[], datetime],
    budget: Budget,
    log: Logger,
) -> Night:
    """Report on every month, the one started longest ago first.

    Nothing is repaired: drift means that somebody edited a tally, or a bug. A person should look at it
    before its trace is gone. A month that fails, for whatever reason, is logged and keeps no other month
    waiting: it was started, so it comes last the next night.
    """
    began = clock()
    night = Night()
    due = _longest_ago_first(documents, list(_due(stores, began, night, log)))
    for n, (store_id, month) in enumerate(due):
        if clock() - began + budget.month > budget.night:
            night.left = len(due) - n
            break
        task = Task(store_id=store_id, month=month, repair=False, every_coupon=False, budget=budget.month)
        of = {"storeId": store_id, "month": str(month)}
        try:
            night.note(run(task))
        except Reconciling:
            log.info("somebody else reconciles it", extra=of)
        except Exception as error:  # noqa: BLE001 - a bug too: it must not hide drift in the other months
            night.fail(of, error, log)
    return night


def _due(stores: Collection[Store], now: datetime, night: Night, log: Logger) -> Iterator[Pair]:
    for store in stores:
        try:
            yield from _months(store, now)
        except ValueError as error:  # settings edited by hand
            night.fail({"storeId": store.store_id}, error, log)


def _months(store: Store, now: datetime) -> Iterator[Pair]:
    current = Period.of_month(Month.of(local_day(now, store.timezone)))
    yield store.store_id, Month.of(current.start)
    yield store.store_id, Month.of(current.previous().start)


def _longest_ago_first(documents: DocumentStore, pairs: Sequence[Pair]) -> list[Pair]:
    started: dict[Pair, datetime] = {}
    for chunk in _chunks(pairs):
        found = documents.read([reconciliation_path(*pair) for pair in chunk])
        for pair, document in zip(chunk, found, strict=True):
            at = document.fields.get("startedAt")
            started[pair] = at if isinstance(at, datetime) else _NEVER
    return sorted(pairs, key=lambda pair: (started[pair], pair))


def _chunks(pairs: Sequence[Pair]) -> Iterable[Sequence[Pair]]:
    return (pairs[start : start + _READ_AT_ONCE] for start in range(0, len(pairs), _READ_AT_ONCE))
