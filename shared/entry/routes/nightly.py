"""The nightly run: what was deferred is folded, and tallies are compared with the orders."""

from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response

from shared import runtime
from shared.entry.views import PUBLIC, Endpoint, answer_json
from shared.ledger.fold import fold_all
from shared.reconcile.logged_run import run_and_log
from shared.reconcile.nightly import Budget, reconcile_all

BUDGET = Budget(night=timedelta(minutes=28), month=timedelta(minutes=9))
"""A scheduled call may take half an hour; what is left comes first the next night."""

# Google Cloud lets only the scheduler call it.
routes = Blueprint("nightly", __name__)


@routes.post("/")
@Endpoint(PUBLIC)
def reconcile_stores() -> Response:
    """Fold what nobody was woken for; compare every store's current and previous month with its orders.

    Nothing is repaired.

    Where a month failed, the answer is an error, so that the scheduler tries again and then raises an alert.
    """
    stores = runtime.stores().find_all(None)
    swept = fold_all((store.store_id for store in stores), runtime.folder(), runtime.log())
    runtime.log().info("deltas swept", extra=swept.shown())
    night = reconcile_all(
        stores,
        runtime.documents(),
        partial(run_and_log, dependencies=runtime.recount_dependencies(), log=runtime.log()),
        clock=partial(datetime.now, UTC),
        budget=BUDGET,
        log=runtime.log(),
    )
    outcome = night.shown()
    if night.failures:
        runtime.log().error("some months were not reconciled", extra=outcome)
        return answer_json(outcome, HTTPStatus.INTERNAL_SERVER_ERROR)
    runtime.log().info("stores reconciled", extra=outcome)
    return answer_json(outcome)
