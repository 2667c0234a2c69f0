"""A run, and the line about it in the log."""

from __future__ import annotations

import time
from logging import Logger

from shared.reconcile.run import Dependencies, Report, Task, reconcile


def run_and_log(task: Task, dependencies: Dependencies, log: Logger) -> Report:
    """Reconcile a store's month; the errors are those of `reconcile`."""
    began = time.perf_counter()
    report = reconcile(task, dependencies)
    facts = report.shown(0) | {"durationMs": round((time.perf_counter() - began) * 1000, 1)}
    del facts["drift"]
    # Tallies that are wrong want somebody's attention, also where they are right again.
    say = log.error if report.drift_count else log.info
    say("tallies reconciled", extra=facts)
    return report
