"""Count a store by another time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint

from shared import runtime
from shared.entry import audit
from shared.entry.problem import Problem
from shared.entry.reconcile_requests import ZoneRequest
from shared.entry.views import ADMIN, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.reconciliations import ZoneProgress

BUDGET = timedelta(minutes=5)
"""The caller learns how far it went, and asks again."""

routes = Blueprint("zones", __name__)


@routes.post("/timezone")
@Endpoint(
    ADMIN,
    body=ZoneRequest,
    audited="store.moved",
    statuses={
        HTTPStatus.NOT_FOUND: "There is no such store.",
        HTTPStatus.CONFLICT: "The store was moved to another time zone meanwhile; that one stands. Or: All"
        " records moved but those that can't be read; the detail names them.",
    },
)
def move_store(body: ZoneRequest) -> Answer[ZoneProgress]:
    """Count a store by another time zone, also what was counted before.

    A call works for five minutes at most. Repeat it until the answer says `finished`.
    """
    # Only who moves a store waits for it to load.
    from shared.ledger.change_zone import change_zone

    before = runtime.stores().read(body.store_id)
    audit.changed({"timezone": before.timezone} if before else None, {"timezone": body.timezone})
    progress = change_zone(
        body.store_id,
        body.timezone,
        stores=runtime.stores(),
        tell=runtime.cards().keep_settings,
        left_behind=runtime.left_behind(),
        ledger=runtime.ledger(),
        clock=partial(datetime.now, UTC),
        budget=BUDGET,
    )
    if progress is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"no store {body.store_id!r}")
    answer = {
        "storeId": body.store_id,
        "timezone": body.timezone,
        "moved": progress.moved,
        "finished": progress.finished,
        "askAgainAfterSeconds": progress.ask_again_after_s,
    }
    runtime.log().info("store moved to another time zone", extra=answer)
    return answer_json(answer)
