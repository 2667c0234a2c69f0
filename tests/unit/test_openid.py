"""People sign in at an issuer: what is sent there, and which of its answers are taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from emulator.issuer import TokenIssuer
from emulator.people import PEOPLE
from shared.adapters.openid import OpenIdIssuer
from shared.entry.attempts import new_attempt
from shared.errors import IssuerUnavailable, SettingsError, SignInRefused
from shared.settings import Settings, read_settings
from tests.issuer_site import AUDIENCE, CLIENT, DASHBOARD, serve_issuer_site
from tests.unit.file_server import FileServer, serve

CALLBACK = f"{DASHBOARD}/signin/callback"
ANA, *_ = PEOPLE


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def site() -> Iterator[TokenIssuer]:
    with serve_issuer_site() as serving:
        yield serving


@pytest.fixture
def issuer(site: TokenIssuer) -> OpenIdIssuer:
    return OpenIdIssuer(settings(site.issuer))


def settings(issuer: str, **changed: str) -> Settings:
    return read_settings(
        {
            "GOOGLE_CLOUD_PROJECT": "demo",
            "AUTH_ISSUER": issuer,
            "AUTH_AUDIENCE": AUDIENCE,
            "AUTH_JWKS_URL": f"{issuer}/keys",
            "OIDC_CLIENT_ID": CLIENT.client_id,
            "OIDC_CLIENT_SECRET": CLIENT.client_secret,
        }
        | changed
    )


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def sign_in(address: str) -> str:
    """Choose Ana at the issuer, and return the code that it answers."""
    chosen = requests.post(address, data={"email": ANA.email}, allow_redirects=False, timeout=5)
    return query_of(chosen.headers["Location"])["code"]


def test_a_person_comes_back_with_an_id_token(issuer: OpenIdIssuer, site: TokenIssuer) -> None:
    attempt = new_attempt("/")
    address = issuer.sign_in_address(attempt, CALLBACK, is_silent=False)
    token = issuer.redeem(attempt, CALLBACK, sign_in(address))
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["iss"], claims["aud"]) == (site.issuer, CLIENT.client_id)
    assert (claims["sub"], claims["nonce"]) == (ANA.email, attempt.nonce)


def test_every_attempt_has_secrets_of_its_own_and_tells_none(issuer: OpenIdIssuer) -> None:
    attempts = [new_attempt("/") for _ in range(2)]
    assert attempts[0] != attempts[1]
    for attempt in attempts:
        assert len({attempt.state, attempt.nonce, attempt.verifier}) == 3
        asked = query_of(issuer.sign_in_address(attempt, CALLBACK, is_silent=False))
        assert attempt.verifier not in asked.values()
        assert CLIENT.client_secret not in asked.values()
        assert asked["code_challenge_method"] == "S256"
        assert (asked["state"], asked["nonce"]) == (attempt.state, attempt.nonce)
        assert "prompt" not in asked


def test_silently_the_issuer_is_told_to_show_nothing(issuer: OpenIdIssuer) -> None:
    asked = query_of(issuer.sign_in_address(new_attempt("/"), CALLBACK, is_silent=True))
    assert asked["prompt"] == "none"


def test_a_stolen_code_is_refused_in_another_attempt(issuer: OpenIdIssuer) -> None:
    code = sign_in(issuer.sign_in_address(new_attempt("/"), CALLBACK, is_silent=False))
    with pytest.raises(SignInRefused, match="invalid_grant"):
        issuer.redeem(new_attempt("/"), CALLBACK, code)


def test_another_client_gets_nothing(site: TokenIssuer) -> None:
    other = OpenIdIssuer(settings(site.issuer, OIDC_CLIENT_SECRET="guessed"))
    attempt = new_attempt("/")
    code = sign_in(other.sign_in_address(attempt, CALLBACK, is_silent=False))
    with pytest.raises(SignInRefused, match="invalid_client"):
        other.redeem(attempt, CALLBACK, code)


def test_a_person_signs_out_at_the_issuer_too(issuer: OpenIdIssuer) -> None:
    address = issuer.sign_out_address("a.b.c", f"{DASHBOARD}/signin")
    assert address
    assert query_of(address) == {
        "client_id": CLIENT.client_id,
        "id_token_hint": "a.b.c",
        "post_logout_redirect_uri": f"{DASHBOARD}/signin",
    }


def document(url: str, **changed: Any) -> bytes:
    found = {"issuer": url, "authorization_endpoint": f"{url}/a", "token_endpoint": f"{url}/t"} | changed
    return json.dumps({name: value for name, value in found.items() if value is not None}).encode()


def test_an_issuer_need_not_offer_signing_out() -> None:
    with serve(FileServer(b"")) as files:
        files.body = document(files.url)
        assert OpenIdIssuer(settings(files.url)).sign_out_address(None, "https://x.test") is None


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://evil.test"},
        {"issuer": None},
        {"token_endpoint": None},
        {"authorization_endpoint": "http://evil.test/a"},
        {"token_endpoint": "http://evil.test/t"},
        {"end_session_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": ["https://issuer.test"]},
    ],
    ids=str,
)
def test_a_document_that_leads_elsewhere_is_not_followed(changed: dict[str, Any]) -> None:
    with serve(FileServer(b"")) as files:
        files.body = document(files.url, **changed)
        with pytest.raises(IssuerUnavailable):
            OpenIdIssuer(settings(files.url)).sign_in_address(new_attempt("/"), CALLBACK, is_silent=False)


def test_the_document_is_read_once_an_hour_and_kept_while_the_issuer_is_away() -> None:
    clock = Clock()
    with serve(FileServer(b"")) as files:
        files.body = document(files.url)
        issuer = OpenIdIssuer(settings(files.url), clock)
        for _ in range(3):
            issuer.sign_out_address(None, DASHBOARD)
        assert len(files.ranges) == 1
        files.status = 500
        clock.now += 3601
        for _ in range(3):
            issuer.sign_out_address(None, DASHBOARD)
        assert len(files.ranges) == 2


def test_an_issuer_that_fails_is_left_alone_for_a_moment() -> None:
    clock = Clock()
    with serve(FileServer(b"", status=500)) as files:
        issuer = OpenIdIssuer(settings(files.url), clock)
        for _ in range(3):
            with pytest.raises(IssuerUnavailable):
                issuer.sign_out_address(None, DASHBOARD)
        assert len(files.ranges) == 1
        files.status, files.body = 200, document(files.url)
        clock.now += 6
        assert issuer.sign_out_address(None, DASHBOARD) is None


@pytest.mark.parametrize("body", [b"{}", b'{"access_token": "x"}', b'{"id_token": 5}'], ids=repr)
def test_an_answer_without_an_id_token_signs_nobody_in(body: bytes) -> None:
    with serve(FileServer(b"")) as files:
        files.body = document(files.url)
        issuer, attempt = OpenIdIssuer(settings(files.url)), new_attempt("/")
        issuer.sign_in_address(attempt, CALLBACK, is_silent=False)
        files.body = body
        with pytest.raises(SignInRefused):
            issuer.redeem(attempt, CALLBACK, "code")


def test_an_answer_that_is_no_json_may_be_tried_again() -> None:
    with serve(FileServer(b"")) as files:
        files.body = document(files.url)
        issuer, attempt = OpenIdIssuer(settings(files.url)), new_attempt("/")
        issuer.sign_in_address(attempt, CALLBACK, is_silent=False)
        files.body = b"<html>busy"
        with pytest.raises(IssuerUnavailable):
            issuer.redeem(attempt, CALLBACK, "code")


def test_without_a_client_nobody_signs_in() -> None:
    with pytest.raises(SettingsError):
        OpenIdIssuer(read_settings({"GOOGLE_CLOUD_PROJECT": "demo"}))
