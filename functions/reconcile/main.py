"""Reconciliation: tallies are compared with the orders, by hand and every night; cards are written again."""

from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response

from shared import runtime
from shared.customers.warm_cards import warm_cards as warm
from shared.entry.routes import reconciliations, zones
from shared.entry.views import PUBLIC, Endpoint, answer_json
from shared.entry.web import entry_point
from shared.ledger.fold import fold_all
from shared.reconcile import nightly
from shared.reconcile.logged_run import run_and_log

NIGHTLY_BUDGET = nightly.Budget(night=timedelta(minutes=28), month=timedelta(minutes=9))
"""A scheduled call may take half an hour; what is left comes first the next night."""

MOST_CARDS = 50_000
"""Of one run, so that subscribers and Firestore see at most 170 a second."""

by_hand = Blueprint("by_hand", __name__)
by_hand.post("/")(reconciliations.reconcile_month)

# Google Cloud lets only the scheduler call these two.
scheduled = Blueprint("scheduled", __name__)


@scheduled.post("/")
@Endpoint(PUBLIC)
def reconcile_stores() -> Response:
    """Fold what nobody was woken for; compare every store's current and previous month with its orders.

    Nothing is repaired.

    Where a month failed, the answer is an error, so that the scheduler tries again and then raises an alert.
    """
    stores = runtime.stores().find_all(None)
    swept = fold_all((store.store_id for store in stores), runtime.folder(), runtime.log())
    runtime.log().info("deltas swept", extra=swept.shown())
    night = nightly.reconcile_all(
        stores,
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


warming = Blueprint("warming", __name__)


@warming.post("/")
@Endpoint(PUBLIC)
def run_warming() -> Response:
    """Write cards again, where an import or a server without them asks for it."""
    warmed = warm(runtime.warming(), datetime.now(UTC), MOST_CARDS)
    outcome = {"cards": warmed.cards, "stores": warmed.stores, "more": warmed.more}
    runtime.log().info("cards warmed", extra=outcome)
    return answer_json(outcome)


reconcile = entry_point("reconcile", by_hand, reconciliations.routes, zones.routes)
reconcile_all = entry_point("reconcile_all", scheduled)
warm_cards = entry_point("warm_cards", warming)
