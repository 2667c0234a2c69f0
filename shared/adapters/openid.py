"""The issuer that people sign in at: OpenID Connect's authorisation code flow with PKCE, by Authlib."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Lock
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.common.security import is_secure_transport
from authlib.integrations.requests_client import OAuth2Session
from requests import RequestException

from shared.domain.sign_in import Attempt
from shared.errors import IssuerUnavailable, SettingsError, SignInRefused
from shared.settings import Settings

_TIMEOUT_S = 5
_FRESH_S = 3600
_PAUSE_S = 5

_NEEDED = ("authorization_endpoint", "token_endpoint")


class OpenIdIssuer:
    """Where people sign in and out. Its discovery document is kept for an hour; longer while it is away."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        if not (settings.auth_issuer and settings.oidc_client_id):
            raise SettingsError("AUTH_ISSUER and OIDC_CLIENT_ID: expected values, got nothing")
        self._issuer = settings.auth_issuer
        self._client_id = settings.oidc_client_id
        self._client_secret = settings.oidc_client_secret
        self._clock = clock
        self._loading = Lock()
        self._endpoints: Mapping[str, str] = {}
        self._load_at = -float("inf")

    def sign_in_address(self, attempt: Attempt, callback: str, *, is_silent: bool) -> str:
        """Return where the person signs in; silently, the issuer shows no page and may refuse.

        Raises:
            IssuerUnavailable: try again.
        """
        with self._session(callback) as session:
            address, _ = session.create_authorization_url(
                self._discover()["authorization_endpoint"],
                state=attempt.state,
                code_verifier=attempt.verifier,
                nonce=attempt.nonce,
                **({"prompt": "none"} if is_silent else {}),
            )
        return str(address)

    def redeem(self, attempt: Attempt, callback: str, code: str) -> str:
        """Return the id token, not yet checked, for the code that the issuer sent the browser back with.

        Raises:
            SignInRefused: the issuer does not take the code.
            IssuerUnavailable: try again from the start; codes are good for one use.
        """
        try:
            with self._session(callback) as session:
                token = session.fetch_token(
                    self._discover()["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=attempt.verifier,
                    allow_redirects=False,
                )
        except AuthlibBaseError as error:
            raise SignInRefused(f"the issuer refused the sign-in: {error.error}") from error
        except (RequestException, ValueError) as error:
            raise IssuerUnavailable(f"no tokens from {self._issuer}: {error}") from error
        if not isinstance(id_token := token.get("id_token"), str):
            raise SignInRefused("the issuer sent no id token: its client needs the scope 'openid'")
        return id_token

    def sign_out_address(self, id_token: str | None, return_to: str) -> str | None:
        """Return where the person's session at the issuer ends; None where the issuer offers no such page.

        Raises:
            IssuerUnavailable: the session at the issuer stays.
        """
        endpoint = self._discover().get("end_session_endpoint")
        if endpoint is None:
            return None
        query = {"client_id": self._client_id, "post_logout_redirect_uri": return_to}
        if id_token:
            query["id_token_hint"] = id_token
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def _session(self, callback: str | None = None) -> OAuth2Session:
        return OAuth2Session(
            self._client_id,
            self._client_secret,
            scope="openid email",
            redirect_uri=callback,
            code_challenge_method="S256",
            default_timeout=_TIMEOUT_S,
        )

    def _discover(self) -> Mapping[str, str]:
        with self._loading:
            now = self._clock()
            if now >= self._load_at:
                try:
                    self._endpoints, self._load_at = self._load(), now + _FRESH_S
                except (RequestException, ValueError) as error:
                    self._load_at = now + _PAUSE_S
                    if not self._endpoints:
                        raise IssuerUnavailable(f"{self._issuer} can't be used: {error}") from error
            if not self._endpoints:
                raise IssuerUnavailable(f"{self._issuer} could not be used a moment ago")
            return self._endpoints

    def _load(self) -> Mapping[str, str]:
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        with self._session() as session:
            answer = session.get(address, withhold_token=True, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict) or found.get("issuer") != self._issuer:
            raise ValueError(f"expected a discovery document of {self._issuer} at {address}")
        endpoints = {name: found[name] for name in (*_NEEDED, "end_session_endpoint") if name in found}
        for name in {*_NEEDED, *endpoints}:
            if not is_secure_transport(str(endpoints.get(name))):
                raise ValueError(f"{name}: expected an https address, got {endpoints.get(name)!r}")
        return endpoints
