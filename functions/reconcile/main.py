"""Reconciliation: what the tallies say is compared with the orders, by hand and every night."""

from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response

from shared import runtime
from shared.entry.routes import reconciliations, zones
from shared.entry.views import PUBLIC, Endpoint, answer_json
from shared.entry.web import entry_point
from shared.reconcile import nightly
from shared.reconcile.logged_run import run_and_log

NIGHTLY_BUDGET = nightly.Budget(night=timedelta(minutes=28), month=timedelta(minutes=9))
"""A scheduled call may take half an hour; what is left comes first the next night."""

by_hand = Blueprint("by_hand", __name__)
by_hand.post("/")(reconciliations.reconcile_month)

# Google Cloud lets only the scheduler call it.
scheduled = Blueprint("scheduled", __name__)


@scheduled.post("/")
@Endpoint(PUBLIC)
def reconcile_stores() -> Response:
    """Compare every store's current and previous month with its orders; repair nothing.

    Where a month failed, the answer is an error, so that the scheduler tries again and then raises an alert.
    """
    night = nightly.reconcile_all(
        runtime.stores().find_all(None),
        runtime.documents(),
        partial(run_and_log, dependencies=runtime.recount_dependencies(), log=runtime.log()),
        clock=partial(datetime.now, UTC),
        budget=NIGHTLY_BUDGET,
        log=runtime.log(),
    )
    outcome = night.shown()
    if night.failures:
        runtime.log().error("some months were not reconciled", extra=outcome)
        return answer_json(outcome, HTTPStatus.INTERNAL_SERVER_ERROR)
    runtime.log().info("stores reconciled", extra=outcome)
    return answer_json(outcome)


reconcile = entry_point("reconcile", by_hand, reconciliations.routes, zones.routes)
reconcile_all = entry_point("reconcile_all", scheduled)
