"""Reconciling by hand over HTTP: run it, and see what the last run found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from shared import runtime
from shared.documents.paths import reconciliation_path
from shared.domain.instants import from_micros, to_micros, to_rfc3339
from shared.entry import audit
from shared.entry.reconcile_requests import MonthQuery, ReconcileRequest
from shared.entry.routes.stores import NO_STORE, find_store
from shared.entry.views import ADMIN, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.reconciliations import Reconciliation, ReconciliationShown

routes = Blueprint("reconciliations", __name__)


@routes.post("/reconciliations")
@Endpoint(
    ADMIN,
    body=ReconcileRequest,
    audited="month.reconciled",
    statuses={HTTPStatus.NOT_FOUND: NO_STORE, HTTPStatus.CONFLICT: "Another run reconciles the month."},
)
def reconcile_month(body: ReconcileRequest) -> Answer[Reconciliation]:
    """Compare a store's month with its orders, and repair the tallies if asked.

    The function `reconcile` has an hour for it, the dashboard nine minutes. Orders may come in meanwhile.
    """
    # Only who reconciles waits for it to load.
    from shared.reconcile.logged_run import run_and_log
    from shared.reconcile.run import Task

    find_store(body.store_id)
    audit.of(body.month)
    audit.told({"repair": body.repair})
    task = Task(store_id=body.store_id, month=body.parsed_month, repair=body.repair)
    report = run_and_log(task, runtime.repair_dependencies(), runtime.log())
    audit.told({"repair": body.repair, "driftCount": report.drift_count})
    return answer_json(report.shown())


@routes.get("/reconciliations")
@Endpoint(ADMIN, query=MonthQuery, statuses={HTTPStatus.NOT_FOUND: NO_STORE})
def show_reconciliation(query: MonthQuery) -> Answer[ReconciliationShown]:
    """Show the month's last report, with its first few wrong counters, and a run that is under way."""
    find_store(query.store_id)
    (kept,) = runtime.documents().read([reconciliation_path(query.store_id, query.parsed_month)])
    return answer_json(
        {
            "storeId": query.store_id,
            "month": query.month,
            "running": _running(kept.fields, datetime.now(UTC)),
            "report": kept.fields.get("report"),
        }
    )


def _running(lease: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    deadline = lease.get("deadline")
    if deadline is None or deadline <= now:
        return None
    return {"startedAt": _written(lease["startedAt"]), "until": _written(deadline)}


def _written(instant: datetime) -> str:
    return to_rfc3339(from_micros(to_micros(instant)))
