"""Reconciliation: what the tallies say is compared with the orders, by hand and every night."""

from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus

import functions_framework
from flask import Request, Response

from shared import runtime
from shared.domain.viewer import Viewer
from shared.entry.problem import Problem
from shared.entry.reconcile_requests import ZoneRequest
from shared.entry.request_input import read_body
from shared.entry.routes.reconciliations import reconcile_month, routes
from shared.entry.web import Api, answer_json, require_admin, require_store
from shared.ledger.change_zone import change_zone
from shared.reconcile import nightly
from shared.reconcile.logged_run import run_and_log

NIGHTLY_BUDGET = timedelta(minutes=25)
"""A scheduled call may take half an hour; what is left comes first the next night."""

BY_HAND_BUDGET = timedelta(minutes=5)
"""Whoever asked hears how far it went, and asks again."""

by_hand = Api()
by_hand.include(routes)
by_hand.route("/", "POST")(reconcile_month)
scheduled = Api()


@functions_framework.http
def reconcile(request: Request) -> Response:
    """Answer an admin."""
    return by_hand.answer(request)


@functions_framework.http
def reconcile_all(request: Request) -> Response:
    """Answer the scheduler."""
    return scheduled.answer(request)


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
        runtime.documents(),
        partial(run_and_log, dependencies=runtime.recount_dependencies(), log=runtime.log()),
        clock=partial(datetime.now, UTC),
        budget=NIGHTLY_BUDGET,
        log=runtime.log(),
    )
    runtime.log().info("stores reconciled", extra=outcome)
    return answer_json(outcome)
