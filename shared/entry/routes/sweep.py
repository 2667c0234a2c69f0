"""The sweep of the outbox: events of started baskets that a crash left behind are published."""

from datetime import UTC, datetime

from flask import Blueprint, Response

from shared import runtime
from shared.baskets.sweep_outbox import sweep_outbox
from shared.entry.views import PUBLIC, Endpoint, answer_json

# Google Cloud lets only the scheduler call it.
routes = Blueprint("sweep", __name__)


@routes.post("/")
@Endpoint(PUBLIC)
def run_sweep() -> Response:
    """Publish the events of started baskets that nobody published."""
    published = sweep_outbox(runtime.outbox(), runtime.documents(), runtime.publisher, datetime.now(UTC))
    runtime.log().info("outbox swept", extra={"published": published})
    return answer_json({"published": published})
