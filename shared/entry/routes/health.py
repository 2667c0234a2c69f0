"""Whether the function runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from shared.entry.views import PUBLIC, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.operations import HealthShown

routes = Blueprint("health", __name__)


@routes.get("/healthz")
@routes.get("/health")
@Endpoint(PUBLIC)
def show_health() -> Answer[HealthShown]:
    """Tell whether the function runs. It asks no database.

    The function `graphql` has it too. So has `/healthz`, but Google's front end keeps that path for itself on
    its own addresses.
    """
    return answer_json({"status": "ok"})
