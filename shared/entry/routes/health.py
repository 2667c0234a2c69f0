"""Whether the function runs, for whoever watches it."""

from __future__ import annotations

from flask import Request, Response

from shared.entry.web import Api, answer_json

routes = Api()


# On Google Cloud's own addresses the front end keeps the usual path, /healthz, for itself.
@routes.route("/health", public=True)
@routes.route("/healthz", public=True)
def health(request: Request) -> Response:  # noqa: ARG001 - every view takes it
    return answer_json({"status": "ok"})
