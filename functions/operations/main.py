"""Operations: unpaid orders expire, events that a crash left behind are published, dead letters are kept."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response

from shared import runtime
from shared.baskets.sweep_outbox import sweep_outbox
from shared.dead_letters.letter import read_dead_letter
from shared.entry.delivery import Message, receives
from shared.entry.views import PUBLIC, Endpoint, answer_json
from shared.entry.web import entry_point
from shared.payments.expire_unpaid import expire_unpaid as expire

_LATE = timedelta(hours=1)
"""An order's creation may come that long after its first status before operators are told."""

_MOST_MISSING = 1000

# Google Cloud lets only the scheduler call these two.
expiry = Blueprint("expiry", __name__)
sweep = Blueprint("sweep", __name__)


@expiry.post("/")
@Endpoint(PUBLIC)
def run_expiry() -> Response:
    """Expire orders that nobody paid in time, so many in one run, and count those whose creation never came.

    The answer says whether more unpaid orders are left. Missing orders are counted up to a bound.
    """
    now = datetime.now(UTC)
    expired, more = expire(
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


@sweep.post("/")
@Endpoint(PUBLIC)
def run_sweep() -> Response:
    """Publish the events of started baskets that nobody published."""
    published = sweep_outbox(runtime.outbox(), runtime.documents(), runtime.publisher, datetime.now(UTC))
    runtime.log().info("outbox swept", extra={"published": published})
    return answer_json({"published": published})


expire_unpaid = entry_point("expire_unpaid", expiry)
sweep_baskets = entry_point("sweep_baskets", sweep)


@receives
def dead_letter_received(message: Message) -> dict[str, object]:
    """Keep a dead letter. Any failure has it delivered again: there is no further topic to turn to."""
    letter = read_dead_letter(message.data, message.attributes)
    record, is_new = runtime.dead_letter_box().take(letter, message.message_id, message.published_at)
    return {
        "outcome": "kept" if is_new else "duplicate",
        "deadLetterId": record.letter_id,
        "refusedBy": record.function,
        "reason": record.reason,
        "count": record.count,
    }
