"""Signing in and out: a bearer token for a cookie that no script can read."""

from __future__ import annotations

import time
from http import HTTPStatus

from flask import Request, Response

from shared import runtime
from shared.domain.viewer import Viewer
from shared.entry.problem import Problem
from shared.entry.session import end_session, start_session
from shared.entry.web import Api, answer_json

routes = Api()


@routes.route("/session", "POST")
def open_session(request: Request, viewer: Viewer) -> Response:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Problem(HTTPStatus.BAD_REQUEST, "expected the header 'Authorization: Bearer <token>', got none")
    token = token.strip()
    response = answer_json({"roles": sorted(viewer.roles)})
    start_session(response, token, runtime.verifier().expiry(token) - int(time.time()))
    return response


@routes.route("/session", "DELETE", public=True)
def close_session(request: Request) -> Response:  # noqa: ARG001 - every view takes it
    response = Response(status=HTTPStatus.NO_CONTENT)
    end_session(response)
    return response
