"""Sessions: a token in a cookie that no script can read. People start theirs at `/signin`."""

from __future__ import annotations

import time
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, request

from shared import runtime
from shared.domain.viewer import Viewer
from shared.entry import audit
from shared.entry.problem import Problem
from shared.entry.session import credentials, end_session, session_token, start_session
from shared.entry.views import PUBLIC, SIGNED_IN, Answer, Endpoint, answer_json
from shared.errors import NotAuthenticated, TransientError

if TYPE_CHECKING:
    from shared.entry.responses.stores import Session, SignedOut

routes = Blueprint("sessions", __name__)


@routes.post("/session")
@Endpoint(
    SIGNED_IN,
    audited="session.opened",
    statuses={
        HTTPStatus.BAD_REQUEST: "No bearer token, or one too long for a cookie.",
        HTTPStatus.NOT_FOUND: "This is not the local stack.",
    },
)
def open_session(viewer: Viewer) -> Answer[Session]:
    """Exchange the bearer token for a cookie, for the pages in a browser; on the local stack alone.

    The cookie lasts as long as the token, but no more than twelve hours. Everywhere else, people sign in at
    `/signin`: whoever can start a session with a token can start one for somebody else.
    """
    if not runtime.settings().local_stack:
        raise Problem(HTTPStatus.NOT_FOUND, "only the local stack takes tokens; sign in at /signin")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Problem(HTTPStatus.BAD_REQUEST, "expected the header 'Authorization: Bearer <token>', got none")
    token = token.strip()
    response = answer_json({"roles": sorted(viewer.roles)})
    start_session(response, token, runtime.verifier().expiry(token) - int(time.time()))
    return response


@routes.delete("/session")
@Endpoint(PUBLIC, audited="session.closed")
def close_session() -> Answer[SignedOut]:
    """Sign out: clear the cookie, and tell where the browser goes to end the session at the issuer."""
    with suppress(NotAuthenticated, Problem, TransientError):
        # An old token is forgotten too.
        audit.by(runtime.verifier().check(credentials(request)))
    token = session_token(request)
    is_proxied = token is None and runtime.settings().iap_audience
    path = "/?gcp-iap-mode=CLEAR_LOGIN_COOKIE" if is_proxied else "/signout"
    response: Answer[SignedOut] = answer_json({"next": path})
    end_session(response, token)
    return response
