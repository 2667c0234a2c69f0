"""The expiry of orders that nobody paid in time."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response

from shared import runtime
from shared.entry.views import PUBLIC, Endpoint, answer_json
from shared.payments.expire_unpaid import expire_unpaid

_LATE = timedelta(hours=1)
"""An order's creation may come that long after its first status before operators are told."""

_MOST_MISSING = 1000

# Google Cloud lets only the scheduler call it.
routes = Blueprint("expiry", __name__)


@routes.post("/")
@Endpoint(PUBLIC)
def run_expiry() -> Response:
    """Expire orders that nobody paid in time, so many in one run, and count those whose creation never came.

    The answer says whether more unpaid orders are left. Missing orders are counted up to a bound.
    """
    now = datetime.now(UTC)
    expired, more = expire_unpaid(
        runtime.unpaid_orders(),
        runtime.documents(),
        runtime.publisher,
        now=now,
        unpaid_after=timedelta(hours=runtime.settings().unpaid_after_hours),
        most=runtime.settings().most_expired_per_run,
    )
    missing = runtime.missing_orders().count(None, now - _LATE, _MOST_MISSING)
    outcome = {"expired": expired, "more": more, "missingOrders": missing}
    runtime.log().info("unpaid orders expired", extra=outcome)
    return answer_json(outcome)
