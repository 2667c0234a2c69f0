"""Reconciling by hand over HTTP: run it, and see what the last run found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Request, Response

from shared import runtime
from shared.documents.paths import reconciliation_path
from shared.domain.instants import from_micros, to_micros, to_rfc3339
from shared.domain.viewer import Viewer
from shared.entry.problem import Problem
from shared.entry.reconcile_requests import ReconcileRequest
from shared.entry.request_input import read_body, read_query
from shared.entry.web import Api, answer_json, require_admin, require_store
from shared.errors import Reconciling

routes = Api()


@routes.route("/reconciliations", "POST")
def reconcile_month(request: Request, viewer: Viewer) -> Response:
    """Compare one store's month with its orders, and repair it if that is asked."""
    # Only who reconciles waits for it to load.
    from shared.reconcile.logged_run import run_and_log
    from shared.reconcile.run import Task

    asked = read_body(ReconcileRequest, request)
    _require_known_store(viewer, asked.store_id)
    task = Task(store_id=asked.store_id, month=asked.parsed_month, repair=asked.repair)
    try:
        report = run_and_log(task, runtime.repair_dependencies(), runtime.log())
    except Reconciling as error:
        raise Problem(HTTPStatus.CONFLICT, str(error)) from error
    return answer_json(report.shown())


@routes.route("/reconciliations")
def show_reconciliation(request: Request, viewer: Viewer) -> Response:
    """Show the month's last report, with its first few wrong counters, and a run that is under way."""
    asked = read_query(ReconcileRequest, request)
    _require_known_store(viewer, asked.store_id)
    (kept,) = runtime.documents().read([reconciliation_path(asked.store_id, asked.parsed_month)])
    return answer_json(
        {
            "storeId": asked.store_id,
            "month": asked.month,
            "running": _running(kept.fields, datetime.now(UTC)),
            "report": kept.fields.get("report"),
        }
    )


def _require_known_store(viewer: Viewer, store_id: str) -> None:
    require_store(viewer, store_id)
    require_admin(viewer)
    if runtime.stores().find(store_id) is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"no store {store_id!r}")


def _running(lease: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    deadline = lease.get("deadline")
    if deadline is None or deadline <= now:
        return None
    return {"startedAt": _written(lease["startedAt"]), "until": _written(deadline)}


def _written(instant: datetime) -> str:
    return to_rfc3339(from_micros(to_micros(instant)))
