"""Sign-ins under way, each in a cookie of its own until the issuer sends the browser back.

The session's cookie can't do this: it is `Strict`, so no browser sends it where another site redirects.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs, urlencode

from flask import Request, Response

from shared.domain.sign_in import Attempt, local_path
from shared.entry.session import cookie_name, set_cookie

_LIVES_S = 600
_COOKIE = "signin-"
"""Followed by the state, so that two tabs can sign in at the same time."""


def new_attempt(next_path: str) -> Attempt:
    """Return an attempt with secrets of its own."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Attempt(state=state, nonce=nonce, verifier=verifier, next_path=next_path)


def keep_attempt(response: Response, attempt: Attempt) -> None:
    """Have the browser keep the attempt for ten minutes."""
    value = urlencode({"nonce": attempt.nonce, "verifier": attempt.verifier, "next": attempt.next_path})
    set_cookie(response, _COOKIE + attempt.state, value, _LIVES_S, same_site="Lax")


def find_attempt(request: Request, state: str) -> Attempt | None:
    """Return this browser's attempt of that state; None for an old one, and for another browser's."""
    kept = parse_qs(request.cookies.get(cookie_name(_COOKIE + state), ""))
    try:
        [nonce], [verifier], [next_path] = kept["nonce"], kept["verifier"], kept["next"]
    except (KeyError, ValueError):
        return None
    return Attempt(state=state, nonce=nonce, verifier=verifier, next_path=local_path(next_path))


def forget_attempt(response: Response, attempt: Attempt) -> None:
    """Have the browser forget the attempt."""
    set_cookie(response, _COOKIE + attempt.state, "", 0, same_site="Lax")
