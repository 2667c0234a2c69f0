"""Reconciliation: what the tallies say is compared with the orders, by hand and every night."""

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus

import functions_framework
from flask import Request, Response

from shared import runtime
from shared.access import Viewer
from shared.change_zone import change_zone
from shared.errors import Reconciling
from shared.problem import Problem
from shared.reconcile import nightly
from shared.reconcile.request import ReconcileRequest, ZoneRequest
from shared.reconcile.run import Report, Task, Tools
from shared.reconcile.run import reconcile as run
from shared.request_input import read_body
from shared.web import Api, answer_json, require_admin, require_store

NIGHTLY_BUDGET = timedelta(minutes=25)
"""A scheduled call may take half an hour; what is left comes first the next night."""

BY_HAND_BUDGET = timedelta(minutes=5)
"""Whoever asked hears how far it went, and asks again."""

by_hand = Api()
scheduled = Api()


@functions_framework.http
def reconcile(request: Request) -> Response:
    """Answer an admin."""
    return by_hand.answer(request)


@functions_framework.http
def reconcile_all(request: Request) -> Response:
    """Answer the scheduler."""
    return scheduled.answer(request)


@by_hand.route("/", "POST")
def reconcile_month(request: Request, viewer: Viewer) -> Response:
    """Compare one store's month with its orders, and repair it if that is asked."""
    asked = read_body(ReconcileRequest, request)
    require_store(viewer, asked.store_id)
    require_admin(viewer)
    if runtime.stores().find(asked.store_id) is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"no store {asked.store_id!r}")
    try:
        task = Task(store_id=asked.store_id, month=asked.parsed_month, repair=asked.repair)
        report = _run(runtime.repair_tools(), task)
    except Reconciling as error:
        raise Problem(HTTPStatus.CONFLICT, str(error)) from error
    return answer_json(report.shown())


@by_hand.route("/timezone", "POST")
def move_store(request: Request, viewer: Viewer) -> Response:
    """Count a store by another time zone, also what was counted before."""
    asked = read_body(ZoneRequest, request)
    require_store(viewer, asked.store_id)
    require_admin(viewer)
    progress = change_zone(
        asked.store_id,
        asked.timezone,
        stores=runtime.stores(),
        left_behind=runtime.left_behind(),
        ledger=runtime.ledger(),
        clock=partial(datetime.now, UTC),
        budget=BY_HAND_BUDGET,
    )
    if progress is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"no store {asked.store_id!r}")
    answer = {
        "storeId": asked.store_id,
        "timezone": asked.timezone,
        "moved": progress.moved,
        "finished": progress.finished,
        "askAgainAfterSeconds": progress.ask_again_after_s,
    }
    runtime.log().info("store moved to another time zone", extra=answer)
    return answer_json(answer)


@scheduled.route("/", "POST", public=True)
def reconcile_stores(request: Request) -> Response:  # noqa: ARG001 - every view takes it
    """Compare every store's current and previous month with its orders; repair nothing."""
    outcome = nightly.reconcile_all(
        runtime.stores().find_all(None),
        runtime.storage(),
        partial(_run, runtime.recount_tools()),
        clock=partial(datetime.now, UTC),
        budget=NIGHTLY_BUDGET,
        log=runtime.log(),
    )
    runtime.log().info("stores reconciled", extra=outcome)
    return answer_json(outcome)


def _run(tools: Tools, task: Task) -> Report:
    began = time.perf_counter()
    report = run(task, tools)
    facts = report.shown(0) | {"durationMs": round((time.perf_counter() - began) * 1000, 1)}
    del facts["drift"]
    # Tallies that are wrong want somebody's attention, also where they are right again.
    say = runtime.log().error if report.drift_count else runtime.log().info
    say("tallies reconciled", extra=facts)
    return report
