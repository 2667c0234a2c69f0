"""Signing in and out: a bearer token for a cookie that no script can read."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, request

from shared import runtime
from shared.domain.viewer import Viewer
from shared.entry.problem import Problem
from shared.entry.session import end_session, start_session
from shared.entry.views import PUBLIC, SIGNED_IN, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.stores import Session

routes = Blueprint("sessions", __name__)


@routes.post("/session")
@Endpoint(SIGNED_IN, statuses={HTTPStatus.BAD_REQUEST: "No bearer token, or one too long for a cookie."})
def open_session(viewer: Viewer) -> Answer[Session]:
    """Exchange the bearer token for a cookie, for the pages in a browser.

    The cookie lasts as long as the token, but no more than twelve hours.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Problem(HTTPStatus.BAD_REQUEST, "expected the header 'Authorization: Bearer <token>', got none")
    token = token.strip()
    response = answer_json({"roles": sorted(viewer.roles)})
    start_session(response, token, runtime.verifier().expiry(token) - int(time.time()))
    return response


@routes.delete("/session")
@Endpoint(PUBLIC, statuses={HTTPStatus.NO_CONTENT: "The browser forgets the cookie."})
def close_session() -> Answer[None]:
    """Sign out: clear the cookie."""
    response: Answer[None] = Answer(status=HTTPStatus.NO_CONTENT)
    end_session(response)
    return response
