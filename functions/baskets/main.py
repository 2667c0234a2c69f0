"""Baskets: whose they are, and the events that a crash left behind."""

from datetime import UTC, datetime

import functions_framework
from flask import Request, Response

from shared import runtime
from shared.baskets.sweep_outbox import sweep_outbox
from shared.decode import decode_basket
from shared.delivery import reads
from shared.web import Api, answer_json
from shared.wire import BasketStarted

sweep = Api()


@reads("basket-started", decode_basket)
def basket_started(started: BasketStarted) -> dict[str, object]:
    """Recognise the basket's customer."""
    return runtime.customer_lookup().run(started)


@functions_framework.http
def sweep_baskets(request: Request) -> Response:
    """Answer the scheduler."""
    return sweep.answer(request)


@sweep.route("/", "POST", public=True)
def run_sweep(request: Request) -> Response:  # noqa: ARG001 - every view takes it
    """Publish the events of started baskets that nobody published."""
    published = sweep_outbox(runtime.outbox(), runtime.publisher(), datetime.now(UTC))
    runtime.log().info("outbox swept", extra={"published": published})
    return answer_json({"published": published})
