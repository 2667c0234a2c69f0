"""Signing in from a browser: a token for a cookie, and what the cookie is good for."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.functions.conftest import Forget
from tests.functions.dashboard_client import problem
from tests.functions.tokens import Issuer

SETTINGS = {"name": "Aurora", "timezone": "UTC", "currency": "BRL"}
SAFE_PROOFS = [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}]
NO_PROOFS = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.test"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
]


@pytest.fixture
def browser(apps: dict[str, Flask], instance: Forget, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Return a client that keeps cookies, on the local stack, which has no TLS."""
    monkeypatch.setenv("LOCAL_STACK", "1")
    instance()
    return apps["dashboard"].test_client()


def sign_in(browser: FlaskClient, token: str) -> TestResponse:
    return browser.post("/session", headers={"Authorization": f"Bearer {token}"})


def test_a_token_becomes_a_cookie_that_no_script_can_read(browser: FlaskClient, issuer: Issuer) -> None:
    cookie = sign_in(browser, issuer.sign(stores="*", roles=["admin"])).headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; ")[1:])


def test_only_the_local_stack_takes_a_token(apps: dict[str, Flask], instance: Forget, issuer: Issuer) -> None:
    instance()
    deployed = apps["dashboard"].test_client()
    answer = sign_in(deployed, issuer.sign(stores="*", roles=["admin"]))
    assert "the local stack" in problem(answer, 404)["detail"]
    assert "Set-Cookie" not in answer.headers
    page = deployed.get("/signin").text
    assert "<script" not in page
    assert "token" not in page


def test_the_cookie_of_the_local_stack_is_nothing_elsewhere(
    apps: dict[str, Flask], instance: Forget, issuer: Issuer
) -> None:
    instance()
    elsewhere = apps["dashboard"].test_client()
    elsewhere.set_cookie("session", issuer.sign(stores="*", roles=["admin"]))
    problem(elsewhere.get("/stores"), 401)


@pytest.mark.parametrize(("lives_s", "kept_s"), [(600, 600), (7 * 86_400, 12 * 3600)])
def test_the_cookie_ends_with_the_token_or_the_working_day(
    browser: FlaskClient, issuer: Issuer, lives_s: int, kept_s: int
) -> None:
    token = issuer.sign(stores="*", roles=["viewer"], exp=int(time.time()) + lives_s)
    cookie = sign_in(browser, token).headers["Set-Cookie"]
    max_age = int(cookie.partition("Max-Age=")[2].partition(";")[0])
    assert kept_s - 5 <= max_age <= kept_s


def test_a_bad_token_opens_no_session(browser: FlaskClient, issuer: Issuer) -> None:
    for token in ("", "a.b.c", issuer.sign_strangely(stores="*", roles=["admin"])):
        answer = sign_in(browser, token)
        problem(answer, 401)
        assert "Set-Cookie" not in answer.headers


def test_a_token_that_no_browser_keeps_is_refused(browser: FlaskClient, issuer: Issuer) -> None:
    problem(sign_in(browser, issuer.sign(stores=["x" * 199] * 30, roles=["viewer"])), 400)


def test_a_cookie_opens_no_session_of_its_own(browser: FlaskClient, issuer: Issuer) -> None:
    sign_in(browser, issuer.sign(stores="*", roles=["viewer"]))
    problem(browser.post("/session", headers=SAFE_PROOFS[0]), 400)


def test_the_cookie_grants_what_its_token_grants(browser: FlaskClient, issuer: Issuer) -> None:
    problem(browser.get("/stores"), 401)
    sign_in(browser, issuer.sign(stores=["mine"], roles=["viewer"]))
    assert browser.get("/stores").status_code == 200
    problem(browser.get("/store/dashboard?storeId=other"), 403)
    problem(browser.get("/dead-letters"), 403)


def test_signing_out_ends_it(browser: FlaskClient, issuer: Issuer) -> None:
    sign_in(browser, issuer.sign(stores="*", roles=["viewer"]))
    assert browser.delete("/session").get_json() == {"next": "/signout"}
    assert browser.get("/signout").headers["Location"] == "/signin"
    problem(browser.get("/stores"), 401)


@pytest.mark.parametrize("proof", NO_PROOFS, ids=str)
def test_what_another_site_makes_the_browser_send_changes_nothing(
    browser: FlaskClient, issuer: Issuer, store_id: str, proof: dict[str, str]
) -> None:
    sign_in(browser, issuer.sign(stores="*", roles=["admin"]))
    problem(browser.put(f"/stores/{store_id}", json=SETTINGS, headers=proof), 403)
    problem(browser.post(f"/dead-letters/{'0' * 64}/replay", headers=proof), 403)


@pytest.mark.parametrize("proof", SAFE_PROOFS, ids=str)
def test_our_own_pages_may_change_things(
    browser: FlaskClient, issuer: Issuer, store_id: str, proof: dict[str, str]
) -> None:
    sign_in(browser, issuer.sign(stores="*", roles=["admin"]))
    assert browser.put(f"/stores/{store_id}", json=SETTINGS, headers=proof).status_code == 201


def test_a_bearer_token_needs_no_proof(browser: FlaskClient, issuer: Issuer, store_id: str) -> None:
    headers = {"Authorization": f"Bearer {issuer.sign(stores='*', roles=['admin'])}", **NO_PROOFS[1]}
    assert browser.put(f"/stores/{store_id}", json=SETTINGS, headers=headers).status_code == 201


@pytest.mark.parametrize("scheme", ["Basic YTpi", "Digest x", "bearer", "Bearer", "Bearerx a.b.c"])
def test_the_proxy_signs_in_nobody_whom_another_site_sends_with_other_credentials(
    apps: dict[str, Flask],
    instance: Forget,
    issuer: Issuer,
    monkeypatch: pytest.MonkeyPatch,
    store_id: str,
    scheme: str,
) -> None:
    monkeypatch.setattr("shared.adapters.auth._IAP_KEYS", issuer.jwks_url)
    monkeypatch.setenv("IAP_AUDIENCE", "/projects/1/iap")
    instance()
    claims = {"iss": "https://cloud.google.com/iap", "aud": "/projects/1/iap"}
    assertion = issuer.sign(**claims, gcip={"stores": "*", "roles": ["admin"]})
    headers = {"X-Goog-IAP-JWT-Assertion": assertion, "Authorization": scheme}
    client = apps["dashboard"].test_client()
    path = f"/stores/{store_id}"
    problem(client.put(path, json=SETTINGS, headers=headers | NO_PROOFS[1]), 403)
    assert client.put(path, json=SETTINGS, headers=headers | SAFE_PROOFS[0]).status_code == 201


def test_the_proxy_is_no_proof_either(browser: FlaskClient, store_id: str) -> None:
    proxied = {"X-Goog-IAP-JWT-Assertion": "a.b.c"}
    problem(browser.put(f"/stores/{store_id}", json=SETTINGS, headers=proxied | NO_PROOFS[1]), 403)
    problem(browser.put(f"/stores/{store_id}", json=SETTINGS, headers=proxied), 401)
