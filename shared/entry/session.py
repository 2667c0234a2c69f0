"""Signing in from a browser: the bearer token in a cookie that no script can read."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Request, Response
from werkzeug.datastructures import Headers

from shared import runtime
from shared.entry.problem import Problem
from shared.errors import SignInRefused

LONGEST_S = 12 * 3600
"""A working day. The token may end sooner, and the cookie with it."""

MOST_BYTES = 3800
"""What every browser still keeps in one cookie, its name and attributes included."""

_COOKIE = "session"
_ENDED_COOKIE = "ended"
_ENDED_S = 60
"""How long a session that ended here is remembered, to end it at the issuer too."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def credentials(request: Request) -> Headers:
    """Return the request's headers, with the token of its cookie where it has no other.

    A browser sends cookies, and what a proxy makes of them, also where another site made it send the request.
    So whatever changes something must prove that it comes from our own pages; a bearer token is proof enough.

    Raises:
        Problem: 403, the proof is missing.
    """
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and given.strip():
        return request.headers
    token = session_token(request)
    if request.method not in _SAFE_METHODS and not _is_same_origin(request, unless_told=token is None):
        raise Problem(HTTPStatus.FORBIDDEN, "expected a request from a page of this site")
    headers = Headers(request.headers)
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def start_session(response: Response, token: str, seconds: int) -> None:
    """Have the browser keep the token until it ends.

    Raises:
        SignInRefused: the token is too long for a cookie.
    """
    if len(token) > MOST_BYTES:
        raise SignInRefused(f"expected a token of at most {MOST_BYTES} characters, got {len(token)}")
    set_cookie(response, _COOKIE, token, min(seconds, LONGEST_S), same_site="Strict")


def end_session(response: Response, token: str | None) -> None:
    """Have the browser end the session, and keep its token for as long as `ended_token` needs it."""
    set_cookie(response, _COOKIE, "", 0, same_site="Strict")
    if token:
        set_cookie(response, _ENDED_COOKIE, token, _ENDED_S, same_site="Strict")


def forget_ended(response: Response) -> None:
    """Have the browser forget the session that ended."""
    set_cookie(response, _ENDED_COOKIE, "", 0, same_site="Strict")


def session_token(request: Request) -> str | None:
    """Return the token of the session."""
    return request.cookies.get(cookie_name(_COOKIE)) or None


def ended_token(request: Request) -> str | None:
    """Return the token of a session that ended a moment ago. It grants nothing any more."""
    return request.cookies.get(cookie_name(_ENDED_COOKIE)) or None


def set_cookie(response: Response, name: str, value: str, seconds: int, *, same_site: str) -> None:
    """Have the browser keep a value that no script can read, and that no other host can set."""
    is_local = runtime.settings().local_stack
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=seconds,
        path="/",
        secure=not is_local,
        httponly=True,
        samesite=same_site,
    )


def site_address(request: Request) -> str:
    """Return the address of this site; the proxy before the function ends TLS, so the request can't tell."""
    scheme = "http" if runtime.settings().local_stack else "https"
    return f"{scheme}://{request.host}"


def cookie_name(name: str) -> str:
    """Return the name with the prefix that makes browsers insist on TLS; the local stack has none."""
    return name if runtime.settings().local_stack else f"__Host-{name}"


def _is_same_origin(request: Request, *, unless_told: bool) -> bool:
    """Tell where the browser says that the request comes from; `unless_told` is for one that says nothing."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    if origin := request.headers.get("Origin"):
        return urlsplit(origin).netloc == request.host
    return unless_told
