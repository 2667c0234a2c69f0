"""Somebody who signs in to the deployed dashboard, at a real issuer."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from emulator.people import PEOPLE
from tests.issuer_site import DASHBOARD

ANA, *_ = PEOPLE


class Person:
    """Somebody with a browser, at the deployed dashboard and at the issuer."""

    def __init__(self, app: Flask) -> None:
        self.dashboard = app.test_client()
        self.issuer = requests.Session()

    def get(self, path: str) -> TestResponse:
        return self.dashboard.get(path, base_url=DASHBOARD)

    def start(self, next_path: str = "/", **query: str) -> str:
        """Begin a sign-in, and return the issuer's address."""
        started = self.get(f"/signin/start?{urlencode({'next': next_path, **query})}")
        assert started.status_code == 303, started.text
        return started.headers["Location"]

    def choose(self, address: str, email: str = ANA.email) -> str:
        """Sign in at the issuer, and return the path that it leads back to."""
        chosen = self.issuer.post(address, data={"email": email}, allow_redirects=False)
        site, _, path = chosen.headers["Location"].partition("/signin/")
        assert site == DASHBOARD
        return f"/signin/{path}"

    def sign_in(self, next_path: str = "/") -> TestResponse:
        return self.get(self.choose(self.start(next_path)))

    def is_signed_in(self) -> bool:
        return self.get("/stores").status_code == 200


def refused(answer: TestResponse, status: int = 400) -> None:
    """Check that the answer is the page for signing in, and starts no session."""
    assert answer.status_code == status, answer.text
    assert 'role="alert"' in answer.text
    assert "__Host-session=" not in str(answer.headers)


def goes_on_to(answer: TestResponse) -> str:
    found = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]*)">', answer.text)
    assert found, answer.text
    return html.unescape(found[1])


def session_cookie(answer: TestResponse) -> str:
    """Return the token that the answer has the browser keep."""
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-session=")]
    return cookie.partition(";")[0].partition("=")[2]


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def attempt_cookie(client: FlaskClient, path: str) -> tuple[str, dict[str, str]]:
    """Return the name of the cookie of the attempt that comes back at the path, and what it holds."""
    name = f"__Host-signin-{query_of(path)['state']}"
    cookie = client.get_cookie(name, domain=urlsplit(DASHBOARD).netloc)
    assert cookie
    return name, {key: values[0] for key, values in parse_qs(cookie.value).items()}


def keep(client: FlaskClient, name: str, **held: str) -> None:
    client.set_cookie(name, urlencode(held), domain=urlsplit(DASHBOARD).netloc)
