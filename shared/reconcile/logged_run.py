"""Reconcile a month and log the outcome."""

from __future__ import annotations

import time
from logging import Logger

from shared.reconcile.run import Dependencies, Report, Task, reconcile


def run_and_log(task: Task, dependencies: Dependencies, log: Logger) -> Report:
    """Reconcile a store's month. Raises what `reconcile` raises."""
    began = time.perf_counter()
    report = reconcile(task, dependencies)
    facts = report.shown(0) | {"durationMs": round((time.perf_counter() - began) * 1000, 1)}
    del facts["drift"]
    facts["finished"] = report.unfinished is None
    # Drift needs attention even after it is repaired: something caused it.
    say = log.error if report.drift_count else log.info
    say("tallies reconciled", extra=facts)
    return report
