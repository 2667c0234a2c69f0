"""Signing in from a browser: the bearer token in a cookie that no script can read."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Request, Response
from werkzeug.datastructures import Headers

from shared import runtime
from shared.entry.problem import Problem

LONGEST_S = 12 * 3600
"""A working day. The token may end sooner, and the cookie with it."""

MOST_BYTES = 3800
"""What every browser still keeps in one cookie, its name and attributes included."""

_COOKIE = "__Host-session"
_LOCAL_COOKIE = "session"
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
    token = _token(request)
    if request.method not in _SAFE_METHODS and not _is_same_origin(request, unless_told=token is None):
        raise Problem(HTTPStatus.FORBIDDEN, "expected a request from a page of this site")
    headers = Headers(request.headers)
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def start_session(response: Response, token: str, seconds: int) -> None:
    """Have the browser keep the token until it ends."""
    if len(token) > MOST_BYTES:
        raise Problem(HTTPStatus.BAD_REQUEST, f"expected a token of at most {MOST_BYTES} characters")
    _set_cookie(response, token, min(seconds, LONGEST_S))


def end_session(response: Response) -> None:
    """Have the browser forget the token."""
    _set_cookie(response, "", 0)


def _set_cookie(response: Response, value: str, seconds: int) -> None:
    is_local = runtime.settings().local_stack
    name = _LOCAL_COOKIE if is_local else _COOKIE
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=not is_local, httponly=True, samesite="Strict"
    )


def _token(request: Request) -> str | None:
    """Return the cookie's token. Only the local stack, without TLS, goes by the weaker name."""
    if token := request.cookies.get(_COOKIE):
        return token
    weak = request.cookies.get(_LOCAL_COOKIE)
    return weak if weak and runtime.settings().local_stack else None


def _is_same_origin(request: Request, *, unless_told: bool) -> bool:
    """Tell where the browser says that the request comes from; `unless_told` is for one that says nothing."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    if origin := request.headers.get("Origin"):
        return urlsplit(origin).netloc == request.host
    return unless_told
