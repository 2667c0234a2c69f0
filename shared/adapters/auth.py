"""Checking bearer tokens and Identity-Aware Proxy's header."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import jwt
from cachetools import TLRUCache
from werkzeug.datastructures import Headers

from shared.adapters.signing_keys import SigningKeys
from shared.domain.viewer import Viewer, read_claims
from shared.errors import NotAuthenticated, SettingsError
from shared.settings import Settings

_ALGORITHMS = ["RS256", "ES256"]
_LEEWAY_S = 10

_REMEMBERED = 1000
_REMEMBERED_S = 60
"""How many checked tokens are remembered, and for how long; never past a token's expiry."""

_IAP_HEADER = "X-Goog-IAP-JWT-Assertion"
_IAP_ISSUER = "https://cloud.google.com/iap"
_IAP_KEYS = "https://www.gstatic.com/iap/verify/public_key-jwk"
_IAP_GRANTS = "gcip"
"""Where the proxy puts the claims of Identity Platform. In a bearer token, this claim means nothing."""


@dataclass(frozen=True, slots=True)
class _Issuer:
    issuer: str
    audiences: tuple[str, ...]
    keys: SigningKeys
    grants_under: str | None = None
    by_email: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    # Verifying a signature takes longer than answering from the cache, and a page uses one token all day.
    known: TLRUCache[str, tuple[Viewer, float]] = field(init=False)
    lock: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", TLRUCache(_REMEMBERED, ttu=_remembered_until, timer=time.time))

    def check(self, token: str) -> Viewer:
        with self.lock:
            known = self.known.get(token)
        if known is None:
            claims = self.claims(token)
            known = self._viewer(claims), float(claims["exp"])
            with self.lock:
                self.known[token] = known
        return known[0]

    def _viewer(self, claims: Mapping[str, Any]) -> Viewer:
        """Return what the claims grant; where this issuer has none of ours, what the e-mail address does."""
        if self.grants_under and self.grants_under not in claims:
            claims = {**claims, self.grants_under: self.by_email.get(str(claims.get("email")).lower())}
        return read_claims(claims, under=self.grants_under)

    def claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in _ALGORITHMS:
                # Before the keys: a token that can't be valid must not make anybody load them.
                raise jwt.InvalidAlgorithmError("the specified alg value is not allowed")
            return jwt.decode(
                token,
                self.keys.find(header.get("kid", "")),
                algorithms=_ALGORITHMS,
                audience=self.audiences,
                issuer=self.issuer,
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iat", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise NotAuthenticated(f"the token is not valid: {error}") from error


def _remembered_until(_: str, known: tuple[Viewer, float], now: float) -> float:
    return min(now + _REMEMBERED_S, known[1] + _LEEWAY_S)


class TokenVerifier:
    """Turns a request's token into its `Viewer`."""

    def __init__(self, settings: Settings) -> None:
        if not (settings.auth_issuer and settings.auth_audience and settings.auth_jwks_url):
            raise SettingsError("AUTH_ISSUER, AUTH_AUDIENCE and AUTH_JWKS_URL: expected values, got nothing")
        self._client_id = settings.oidc_client_id
        audiences = (settings.auth_audience, *filter(None, [self._client_id]))
        self._bearer = _Issuer(settings.auth_issuer, audiences, SigningKeys(settings.auth_jwks_url))
        self._iap = None
        if settings.iap_audience:
            keys = SigningKeys(_IAP_KEYS)
            audiences, table = (settings.iap_audience,), settings.iap_access
            self._iap = _Issuer(_IAP_ISSUER, audiences, keys, _IAP_GRANTS, table)

    def check(self, headers: Headers) -> Viewer:
        """Return who is asking.

        Raises:
            NotAuthenticated: the token is missing or invalid.
            KeysUnavailable: the issuer's keys can't be loaded now; try again.
        """
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return self._bearer.check(token.strip())
        assertion = headers.get(_IAP_HEADER)
        if self._iap and assertion:
            return self._iap.check(assertion)
        raise NotAuthenticated("expected the header 'Authorization: Bearer <token>', got none")

    def check_id_token(self, token: str, nonce: str) -> None:
        """Check the id token of a sign-in that was begun with the nonce.

        Raises:
            NotAuthenticated: it is not valid, of another sign-in, or not for this client alone.
            KeysUnavailable: the issuer's keys can't be loaded now; try again.
        """
        claims = self._bearer.claims(token)
        if claims["aud"] not in (self._client_id, [self._client_id]):
            raise NotAuthenticated(f"the token is not valid: expected the audience {self._client_id!r} alone")
        if claims.get("nonce") != nonce:
            raise NotAuthenticated("the token is not valid: it is of another sign-in")

    def expiry(self, token: str) -> int:
        """Return when a checked token expires, in seconds since 1970."""
        return int(jwt.decode(token, options={"verify_signature": False})["exp"])
