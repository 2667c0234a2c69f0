"""The local issuer: what it signs, and OpenID Connect as its site speaks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session

from emulator.issuer import TokenIssuer, write_private_key
from emulator.issuer_site import JWKS_PATH
from emulator.people import PEOPLE
from tests.issuer_site import AUDIENCE, CLIENT, DASHBOARD, serve_issuer_site

CALLBACK = f"{DASHBOARD}/signin/callback"
VERIFIER = "v" * 64
ANA, _, BIA, _ = PEOPLE


@pytest.fixture(scope="module")
def issuer() -> Iterator[TokenIssuer]:
    with serve_issuer_site() as serving:
        yield serving


@pytest.fixture
def browser() -> requests.Session:
    """Return a browser that stays where it is sent to."""
    return requests.Session()


def asked(issuer: TokenIssuer, **changed: str) -> str:
    """Return the address that an application sends a browser to; `changed` are other parameters."""
    client = OAuth2Session(
        CLIENT.client_id, scope="openid email", redirect_uri=CALLBACK, code_challenge_method="S256"
    )
    site = f"{issuer.issuer}/authorize"
    address, _ = client.create_authorization_url(site, code_verifier=VERIFIER, nonce="n-1", state="s-1")
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()} | changed
    prepared = requests.Request("GET", site, params={k: v for k, v in query.items() if v}).prepare()
    assert prepared.url
    return prepared.url


def answer(response: requests.Response) -> dict[str, str]:
    """Return what the issuer sends the browser back with."""
    assert response.status_code == 303
    site, _, query = response.headers["Location"].partition("?")
    assert site == CALLBACK
    return {name: values[0] for name, values in parse_qs(query).items()}


def sign_in(browser: requests.Session, issuer: TokenIssuer, email: str = BIA.email) -> str:
    """Choose a person, and return the code."""
    chosen = browser.post(asked(issuer), data={"email": email}, allow_redirects=False)
    back = answer(chosen)
    assert back["state"] == "s-1"
    return back["code"]


def redeem(issuer: TokenIssuer, code: str, secret: str = CLIENT.client_secret, **changed: str) -> Any:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    auth = (CLIENT.client_id, secret)
    return requests.post(f"{issuer.issuer}/token", auth=auth, data=form | changed, timeout=5).json()


def decode(issuer: TokenIssuer, token: str, audience: str) -> dict[str, Any]:
    key = jwt.PyJWKClient(issuer.issuer + JWKS_PATH).get_signing_key_from_jwt(token)
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], audience=audience, issuer=issuer.issuer
    )
    return claims


def test_a_token_is_checked_with_the_keys_that_are_served(issuer: TokenIssuer) -> None:
    claims = decode(issuer, issuer.sign(["s-1"], ["viewer"]), AUDIENCE)
    assert (claims["stores"], claims["roles"]) == (["s-1"], ["viewer"])
    assert claims["exp"] - claims["iat"] == 12 * 3600


def test_all_stores_are_a_star(issuer: TokenIssuer) -> None:
    token = issuer.sign("*", ["admin"])
    assert jwt.decode(token, options={"verify_signature": False})["stores"] == "*"


def test_the_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("an old key, open to all")
    write_private_key(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_private_key_is_not_served(issuer: TokenIssuer) -> None:
    (key,) = requests.get(issuer.issuer + JWKS_PATH, timeout=5).json()["keys"]
    assert not {"d", "p", "q"} & set(key)


def test_a_code_becomes_the_tokens_of_the_person_that_was_chosen(
    issuer: TokenIssuer, browser: requests.Session
) -> None:
    tokens = redeem(issuer, sign_in(browser, issuer))
    about = decode(issuer, tokens["id_token"], CLIENT.client_id)
    assert (about["email"], about["nonce"]) == (BIA.email, "n-1")
    for claims in (about, decode(issuer, tokens["access_token"], AUDIENCE)):
        assert (claims["sub"], claims["stores"], claims["roles"]) == (BIA.email, BIA.stores, BIA.roles)


def test_the_page_lists_the_people(issuer: TokenIssuer, browser: requests.Session) -> None:
    page = browser.get(asked(issuer)).text
    for person in PEOPLE:
        assert person.name in page
        assert person.access in page


def test_who_is_signed_in_is_not_asked_again_until_signing_out(
    issuer: TokenIssuer, browser: requests.Session
) -> None:
    silently = asked(issuer, prompt="none")
    assert answer(browser.get(silently, allow_redirects=False))["error"] == "login_required"
    sign_in(browser, issuer, ANA.email)
    tokens = redeem(issuer, answer(browser.get(silently, allow_redirects=False))["code"])
    assert decode(issuer, tokens["id_token"], CLIENT.client_id)["sub"] == ANA.email
    query = {"client_id": CLIENT.client_id, "post_logout_redirect_uri": f"{DASHBOARD}/signin"}
    left = browser.get(f"{issuer.issuer}/sign-out", params=query, allow_redirects=False)
    assert left.headers["Location"] == f"{DASHBOARD}/signin"
    assert answer(browser.get(silently, allow_redirects=False))["error"] == "login_required"


def test_a_code_is_good_for_one_use(issuer: TokenIssuer, browser: requests.Session) -> None:
    code = sign_in(browser, issuer)
    assert "id_token" in redeem(issuer, code)
    assert redeem(issuer, code) == redeem(issuer, "guessed") == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
        {"redirect_uri": "https://evil.test/signin/callback"},
        {"grant_type": "client_credentials"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_code_is_good_for_whoever_asked_for_it(
    issuer: TokenIssuer, browser: requests.Session, changed: dict[str, str]
) -> None:
    assert redeem(issuer, sign_in(browser, issuer), **changed) == {"error": "invalid_grant"}


def test_a_code_is_nothing_without_the_clients_secret(issuer: TokenIssuer, browser: requests.Session) -> None:
    assert redeem(issuer, sign_in(browser, issuer), secret="guessed") == {"error": "invalid_client"}


@pytest.mark.parametrize("changed", [{"client_id": "x"}, {"redirect_uri": "https://evil.test"}], ids=str)
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    issuer: TokenIssuer, browser: requests.Session, changed: dict[str, str]
) -> None:
    assert browser.get(asked(issuer, **changed), allow_redirects=False).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"response_type": "token"},
        {"scope": "email"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
    ],
    ids=str,
)
def test_there_is_no_way_but_code_with_pkce(
    issuer: TokenIssuer, browser: requests.Session, changed: dict[str, str]
) -> None:
    back = answer(browser.get(asked(issuer, **changed), allow_redirects=False))
    assert back == {"error": "invalid_request", "state": "s-1"}
