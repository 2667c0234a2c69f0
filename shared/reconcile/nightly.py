"""Reconcile every store's current and previous month, as far as the time allows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from logging import Logger

from shared.documents.paths import reconciliation_path
from shared.documents.store import DocumentStore
from shared.domain.period import Month, Period, local_day
from shared.domain.store import Store
from shared.errors import Reconciling, TransientError
from shared.reconcile.run import Report, Task

_READ_AT_ONCE = 300

Pair = tuple[str, Month]


def reconcile_all(
    stores: Collection[Store],
    documents: DocumentStore,
    run: Callable[[Task], Report],
    *,
    clock: Callable[[], datetime],
    budget: timedelta,
    log: Logger,
) -> dict[str, int]:
    """Report on every month, the one finished longest ago first.

    Nothing is repaired: drift means that somebody edited a tally, or a bug. A person should look at it
    before its trace is gone.

    Returns:
        How many: {"months", "drifted", "failed", "left"}.
    """
    began = clock()
    due = _stalest_first(documents, [pair for store in stores for pair in _months(store, began)])
    outcome = {"months": 0, "drifted": 0, "failed": 0, "left": 0}
    for n, (store_id, month) in enumerate(due):
        if clock() - began >= budget:
            outcome["left"] = len(due) - n
            break
        task = Task(store_id=store_id, month=month, repair=False, every_coupon=False)
        try:
            report = run(task)
        except Reconciling:
            log.info("somebody else reconciles it", extra={"storeId": store_id, "month": str(month)})
            continue
        except TransientError:
            log.exception("not reconciled", extra={"storeId": store_id, "month": str(month)})
            outcome["failed"] += 1
            continue
        outcome["months"] += 1
        outcome["drifted"] += report.drift_count > 0
    return outcome


def _months(store: Store, now: datetime) -> Iterator[Pair]:
    current = Period.of_month(Month.of(local_day(now, store.timezone)))
    yield store.store_id, Month.of(current.start)
    yield store.store_id, Month.of(current.previous().start)


def _stalest_first(documents: DocumentStore, pairs: Sequence[Pair]) -> list[Pair]:
    finished: dict[Pair, str] = {}
    for chunk in _chunks(pairs):
        found = documents.read([reconciliation_path(*pair) for pair in chunk])
        for pair, document in zip(chunk, found, strict=True):
            at = document.fields.get("finishedAt")
            finished[pair] = at.isoformat() if at else ""
    return sorted(pairs, key=lambda pair: (finished[pair], pair))


def _chunks(pairs: Sequence[Pair]) -> Iterable[Sequence[Pair]]:
    return (pairs[start : start + _READ_AT_ONCE] for start in range(0, len(pairs), _READ_AT_ONCE))
