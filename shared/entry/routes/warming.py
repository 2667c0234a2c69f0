"""Customers' cards, written again where the cache lost them."""

from datetime import UTC, datetime

from flask import Blueprint, Response

from shared import runtime
from shared.customers.warm_cards import warm_cards
from shared.entry.views import PUBLIC, Endpoint, answer_json

MOST_CARDS = 50_000
"""Of one run, so that subscribers and Firestore see at most 170 a second."""

# Google Cloud lets only the scheduler call it.
routes = Blueprint("warming", __name__)


@routes.post("/")
@Endpoint(PUBLIC)
def run_warming() -> Response:
    """Write cards again, where an import or a server without them asks for it."""
    warmed = warm_cards(runtime.warming(), datetime.now(UTC), MOST_CARDS)
    outcome = {"cards": warmed.cards, "stores": warmed.stores, "more": warmed.more}
    runtime.log().info("cards warmed", extra=outcome)
    return answer_json(outcome)
