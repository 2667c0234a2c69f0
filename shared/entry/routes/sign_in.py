"""How people sign in and out: the page, the way to the issuer, and the way back with a code."""

from __future__ import annotations

import time
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.datastructures import Headers

from shared import runtime
from shared.domain.sign_in import Attempt, local_path
from shared.entry import audit
from shared.entry.attempts import find_attempt, forget_attempt, keep_attempt, new_attempt
from shared.entry.language import gettext as _
from shared.entry.page import render_page
from shared.entry.session import ended_token, forget_ended, site_address, start_session
from shared.entry.views import PUBLIC, Endpoint
from shared.errors import IssuerUnavailable, NotAuthenticated, SignInRefused, TransientError

_PERSON_NEEDED = frozenset(
    {"account_selection_required", "consent_required", "interaction_required", "login_required"}
)
"""What an issuer answers that was asked silently and would have to show a page."""

routes = Blueprint("sign_in", __name__)


@routes.get("/signin")
@Endpoint(PUBLIC)
def show_sign_in() -> Response:
    ended = _("Your session has ended. Sign in again to go on.")
    return _ask(_next_path(), ended if "ended" in request.args else "")


@routes.get("/signin/start")
@Endpoint(PUBLIC)
def start_sign_in() -> Response:
    """Send the browser to the issuer; with `silent`, only to come back signed in or not, without a page.

    Pages ask silently when their session has ended.
    """
    if not runtime.settings().oidc_client_id:
        return _redirect_to_ended(_next_path())
    attempt = new_attempt(_next_path())
    try:
        address = runtime.sign_in_issuer().sign_in_address(
            attempt, _callback(), is_silent="silent" in request.args
        )
    except TransientError:
        return _apologise(attempt.next_path)
    response = _redirect(address)
    keep_attempt(response, attempt)
    return response


@routes.get("/signin/callback")
@Endpoint(PUBLIC, audited="session.opened")
def finish_sign_in() -> Response:
    """Take the code that the issuer sent the browser back with, and start the session."""
    attempt = find_attempt(request, request.args.get("state", ""))
    if attempt is None:
        reason = _("This sign-in took too long, or began in another browser. Sign in again.")
        return _ask("/", reason, HTTPStatus.BAD_REQUEST)
    try:
        response = _finish(attempt)
    except (SignInRefused, NotAuthenticated):
        runtime.log().warning("sign-in refused", exc_info=True)
        response = _ask(attempt.next_path, _("You are not signed in. Try again."), HTTPStatus.BAD_REQUEST)
    except TransientError:
        response = _apologise(attempt.next_path)
    forget_attempt(response, attempt)
    # What the address holds is good for one use, and no use of its own.
    response.headers["Cache-Control"] = "no-store"
    return response


@routes.get("/signout")
@Endpoint(PUBLIC)
def sign_out() -> Response:
    """Send the browser on from a session that ended here to where it ends at the issuer.

    The issuer is told the id token, which is in the address. So this is a redirect: no script sees where it
    leads.
    """
    response = _redirect(_issuers_sign_out())
    forget_ended(response)
    return response


def _issuers_sign_out() -> str:
    page = "/signin"
    if runtime.settings().oidc_client_id:
        try:
            issuer, back = runtime.sign_in_issuer(), site_address(request) + page
            return issuer.sign_out_address(ended_token(request), back) or page
        except IssuerUnavailable:
            runtime.log().exception("signed out here alone")
    return page


def _finish(attempt: Attempt) -> Response:
    error = request.args.get("error")
    if error in _PERSON_NEEDED:
        audit.begin(None)
        return _redirect_to_ended(attempt.next_path)
    code = request.args.get("code")
    if error or not code:
        raise SignInRefused(f"the issuer answered {error or 'nothing'!r:.100}")
    token = runtime.sign_in_issuer().redeem(attempt, _callback(), code)
    verifier = runtime.verifier()
    verifier.check_id_token(token, attempt.nonce)
    audit.by(verifier.check(Headers({"Authorization": f"Bearer {token}"})))
    # The page goes on by itself. To a browser, a redirect would still come from the issuer's site, and the
    # session's cookie, which is Strict, would not be sent along.
    response = render_page("signed_in", next_path=attempt.next_path)
    start_session(response, token, verifier.expiry(token) - int(time.time()))
    return response


def _ask(next_path: str, reason: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return the page for signing in, which says why the last attempt failed."""
    settings = runtime.settings()
    return render_page(
        "signin",
        status=status,
        next_path=next_path,
        start=f"/signin/start?{urlencode({'next': next_path})}",
        reason=reason,
        has_issuer=settings.oidc_client_id is not None,
        takes_tokens=settings.local_stack,
    )


def _apologise(next_path: str) -> Response:
    runtime.log().exception("sign-in not possible now")
    reason = _("The sign-in service does not answer right now. Try again in a moment.")
    return _ask(next_path, reason, HTTPStatus.SERVICE_UNAVAILABLE)


def _next_path() -> str:
    return local_path(request.args.get("next", "/"))


def _callback() -> str:
    return f"{site_address(request)}/signin/callback"


def _redirect_to_ended(next_path: str) -> Response:
    """Say on the page for signing in that the session has ended; nobody else is sent there from here."""
    return _redirect(f"/signin?{urlencode({'next': next_path, 'ended': ''})}")


def _redirect(address: str) -> Response:
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
