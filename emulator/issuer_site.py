"""The issuer's site: OpenID Connect as the big ones speak it, with a list of people instead of passwords.

Authorisation code with PKCE, single sign-on by a cookie, `prompt=none`, and signing out.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response as AnyResponse

from emulator.issuer import ALGORITHM, TokenIssuer
from emulator.people import PEOPLE, Person
from emulator.ports import HOST

JWKS_PATH = "/.well-known/jwks.json"
_COOKIE = "issuer-session"
_CODE_LIFETIME_S = 60
_TOKEN_LIFETIME_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The application that people sign in to."""

    client_id: str
    client_secret: str = field(repr=False)
    callbacks: frozenset[str]
    sign_out_pages: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    """What a code is good for, once."""

    person: Person
    callback: str
    challenge: str
    nonce: str | None
    expires_at: float


class IssuerSite:
    """The site as a Flask app, `app`."""

    def __init__(self, tokens: TokenIssuer, client: Client) -> None:
        """Add the routes."""
        self.app = Flask(__name__)
        self._tokens = tokens
        self._client = client
        self._grants: dict[str, _Grant] = {}
        self._sessions: dict[str, Person] = {}
        routes = (
            ("/.well-known/openid-configuration", self._discover, ["GET"]),
            (JWKS_PATH, self._show_keys, ["GET"]),
            ("/authorize", self._authorize, ["GET", "POST"]),
            ("/token", self._redeem, ["POST"]),
            ("/sign-out", self._sign_out, ["GET"]),
        )
        for path, view, methods in routes:
            self.app.add_url_rule(path, view.__name__, view, methods=methods)

    def _discover(self) -> Response:
        issuer = self._tokens.issuer
        # To a browser, 127.0.0.1 and localhost are two sites, as an issuer and its clients are in production.
        site = issuer.replace(HOST, "localhost")
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{site}/authorize",
            token_endpoint=f"{issuer}/token",
            end_session_endpoint=f"{site}/sign-out",
            jwks_uri=issuer + JWKS_PATH,
            response_types_supported=["code"],
            grant_types_supported=["authorization_code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=[ALGORITHM],
            token_endpoint_auth_methods_supported=["client_secret_basic"],
            code_challenge_methods_supported=["S256"],
            scopes_supported=["openid", "email"],
        )

    def _show_keys(self) -> Response:
        return jsonify(self._tokens.build_jwks())

    def _authorize(self) -> AnyResponse | str:
        asked = request.args
        if asked.get("client_id") != self._client.client_id:
            raise BadRequest("no such client")
        if asked.get("redirect_uri") not in self._client.callbacks:
            raise BadRequest(f"redirect_uri: expected one of {sorted(self._client.callbacks)}")
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            return self._send_back(error="invalid_request")
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return self._send_back(error="invalid_request")
        if request.method == "POST":
            return self._sign_in(request.form.get("email", ""))
        if person := self._sessions.get(request.cookies.get(_COOKIE, "")):
            return self._send_back(code=self._grant(person))
        if asked.get("prompt") == "none":
            return self._send_back(error="login_required")
        return render_template("sign_in.html", people=PEOPLE)

    def _sign_in(self, email: str) -> AnyResponse:
        chosen = [person for person in PEOPLE if person.email == email]
        if not chosen:
            return self._send_back(error="access_denied")
        session = secrets.token_urlsafe()
        self._sessions[session] = chosen[0]
        response = self._send_back(code=self._grant(chosen[0]))
        response.set_cookie(_COOKIE, session, httponly=True, samesite="Lax")
        return response

    def _grant(self, person: Person) -> str:
        code = secrets.token_urlsafe()
        self._grants[code] = _Grant(
            person=person,
            callback=request.args["redirect_uri"],
            challenge=request.args["code_challenge"],
            nonce=request.args.get("nonce"),
            expires_at=time.monotonic() + _CODE_LIFETIME_S,
        )
        return code

    def _send_back(self, **answer: str) -> AnyResponse:
        answer["state"] = request.args.get("state", "")
        return redirect(f"{request.args['redirect_uri']}?{urlencode(answer)}", HTTPStatus.SEE_OTHER)

    def _redeem(self) -> Response:
        given = request.authorization
        known = (self._client.client_id, self._client.client_secret)
        if given is None or (given.username, given.password) != known:
            return _refuse("invalid_client", HTTPStatus.UNAUTHORIZED)
        grant = self._grants.pop(request.form.get("code", ""), None)
        if grant is None or not _is_redeemable(grant, request.form):
            return _refuse("invalid_grant")
        person, expires_at = grant.person, int(time.time()) + _TOKEN_LIFETIME_S
        shared = {"sub": person.email, "exp": expires_at}
        about = {"name": person.name, "email": person.email, "email_verified": True, "nonce": grant.nonce}
        sign = self._tokens.sign
        id_token = sign(person.stores, person.roles, **shared, **about, aud=self._client.client_id)
        access_token = sign(person.stores, person.roles, **shared)
        return jsonify({"token_type": "Bearer", "id_token": id_token, "access_token": access_token})

    def _sign_out(self) -> AnyResponse | str:
        self._sessions.pop(request.cookies.get(_COOKIE, ""), None)
        page = request.args.get("post_logout_redirect_uri")
        if request.args.get("client_id") == self._client.client_id and page in self._client.sign_out_pages:
            return redirect(page, HTTPStatus.SEE_OTHER)
        return "Signed out."


def _is_redeemable(grant: _Grant, form: Mapping[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return (
        form.get("grant_type") == "authorization_code"
        and form.get("redirect_uri") == grant.callback
        and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == grant.challenge
        and time.monotonic() < grant.expires_at
    )


def _refuse(error: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Response:
    response = jsonify(error=error)
    response.status_code = status
    return response


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Keep the terminal quiet."""


class IssuerServer:
    """Serves the site from threads of this process."""

    def __init__(self, port: int, site: IssuerSite) -> None:
        """Start serving."""
        self._server = make_server(HOST, port, site.app, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
