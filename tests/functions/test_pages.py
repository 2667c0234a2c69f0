"""The pages and their files over HTTP; what they do in a browser is tested in one."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd, problem
from tests.functions.tokens import Issuer

SETTINGS = {"name": "Aurora", "timezone": "UTC", "currency": "BRL"}
ASKED_AT_FIRST = ("/store/dashboard", "/store/returning-customers", "/store/recount", "/dead-letters")
PAGES = ("/", "/customers", "/customers/c%2F1", "/orders", "/orders/o%2F1", "/figures", "/operations")


@pytest.fixture
def browser(apps: dict[str, Flask], instance: Forget) -> FlaskClient:  # noqa: ARG001
    return apps["dashboard"].test_client()


@pytest.fixture
def admin(issuer: Issuer) -> dict[str, str]:
    return {"Authorization": f"Bearer {issuer.sign(stores='*', roles=['admin'])}"}


def assets(page: str) -> list[str]:
    """Return the addresses of the files that a page names."""
    return re.findall(r'"(/assets/[^"]+)"', page)


@pytest.mark.parametrize("path", [*PAGES, "/?store=a%26b&period=7d"])
def test_who_is_not_signed_in_is_sent_to_do_so(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/signin?next=%2F")
    assert "&" not in answer.headers["Location"]


@pytest.mark.parametrize("path", [*PAGES, "/orders/%22%3E%3Cscript%3E", "/signin"])
def test_a_page_allows_nothing_inline_and_nothing_from_elsewhere(
    browser: FlaskClient, admin: dict[str, str], path: str
) -> None:
    answer = browser.get(path, headers=admin)
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", answer.text)


def test_only_ones_own_stores_are_on_the_page_and_operations_for_admins_only(
    browser: FlaskClient, crowd: Crowd, issuer: Issuer, store_id: str
) -> None:
    for name in ("mine", "theirs"):
        crowd.admin().send("PUT", f"/stores/{store_id}-{name}", SETTINGS | {"name": f"<{name}>"})
    viewer = {"Authorization": f"Bearer {issuer.sign(stores=[f'{store_id}-mine'], roles=['viewer'])}"}
    page = browser.get("/", headers=viewer).text
    assert "&lt;mine&gt;" in page
    assert "theirs" not in page
    assert 'href="/operations"' not in page
    assert browser.get("/operations", headers=viewer).status_code == 403


def test_every_file_that_a_page_names_is_there_and_kept(browser: FlaskClient, admin: dict[str, str]) -> None:
    for path in ("/", "/customers", "/operations", "/signin"):
        named = assets(browser.get(path, headers=admin).text)
        assert named
        for address in named:
            answer = browser.get(address)
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [*PAGES, "/signin"])
def test_a_page_names_every_module_at_once(browser: FlaskClient, admin: dict[str, str], path: str) -> None:
    named = assets(browser.get(path, headers=admin).text)
    (version,) = {address.rpartition("/")[0] for address in named}
    found = {
        f"{version}/{module}"
        for address in named
        for module in re.findall(r'from "\./([\w.]+)"', browser.get(address).text)
    }
    assert found <= set(named)
    assert len(named) == len(set(named))


def test_the_first_view_is_light(browser: FlaskClient, admin: dict[str, str]) -> None:
    accepting = {"Accept-Encoding": "br, gzip"}
    page = browser.get("/", headers=admin | accepting)
    named = assets(gzip.decompress(page.data).decode())
    files = [*named, f"{named[0].rpartition('/')[0]}/chart.umd.min.js"]
    sizes = [len(browser.get(file, headers=accepting).data) for file in files]
    assert 1 + len(files) + len(ASKED_AT_FIRST) <= 25
    assert len(page.data) + sum(sizes) <= 130_000


@pytest.mark.parametrize(
    "path", ["/", "/figures", "/assets/x/app.css", "/assets/x/chart.umd.min.js", "/openapi.json"]
)
def test_texts_are_compressed_for_who_accepts_it(
    browser: FlaskClient, admin: dict[str, str], path: str
) -> None:
    plain = browser.get(path, headers=admin)
    refusing = browser.get(path, headers=admin | {"Accept-Encoding": "br, gzip;q=0"})
    packed = browser.get(path, headers=admin | {"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == refusing.data
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 2
    assert [answer.headers.get("Content-Encoding") for answer in (plain, refusing)] == [None, None]
    assert all("Accept-Encoding" in answer.vary for answer in (plain, refusing, packed))


def test_what_is_short_or_compressed_already_is_sent_as_it_is(
    crowd: Crowd, browser: FlaskClient, admin: dict[str, str], store_id: str
) -> None:
    crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS)
    for path in ("/store/dashboard.xlsx", "/store/recount"):
        answer = browser.get(
            path, query_string={"storeId": store_id}, headers=admin | {"Accept-Encoding": "gzip"}
        )
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("name", ["main.py", "..%2Fmain.py", "%2e%2e/main.py", "base.html", "x.js"])
def test_nothing_else_is_served(browser: FlaskClient, name: str) -> None:
    problem(browser.get(f"/assets/x/{name}"), 404)


def test_an_address_that_leads_nowhere_is_a_page_for_people_and_a_problem_for_programs(
    browser: FlaskClient,
) -> None:
    page = browser.get("/nowhere", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.content_type) == (404, "text/html; charset=utf-8")
    assert "There is no such page" in page.text
    for accepted in ("application/json", "*/*"):
        problem(browser.get("/nowhere", headers={"Accept": accepted}), 404)


def test_a_dashboard_without_news_is_not_sent_again(
    crowd: Crowd, browser: FlaskClient, store_id: str
) -> None:
    crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS)
    token = {"Authorization": f"Bearer {crowd.issuer.sign(stores='*', roles=['viewer'])}"}
    token["Accept-Encoding"] = "gzip"
    query = {"storeId": store_id, "compare": "previous"}
    first = browser.get("/store/dashboard", query_string=query, headers=token)
    assert first.headers["Content-Encoding"] == "gzip"
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    again = browser.get("/store/dashboard", query_string=query, headers=token | {"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Vary"] == again.headers["Vary"] == "Accept-Encoding"
    assert again.headers["As-Of"] > first.headers["As-Of"]
    other = browser.get(
        "/store/dashboard", query_string={"storeId": store_id}, headers=token | {"If-None-Match": tag}
    )
    assert other.status_code == 200


def test_browsers_come_back_with_tls_only(
    browser: FlaskClient, apps: dict[str, Flask], instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer in (
        browser.get("/signin"),
        browser.get("/nothing"),
        apps["graphql"].test_client().get("/healthz"),
    ):
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    monkeypatch.setenv("LOCAL_STACK", "1")
    instance()
    assert "Strict-Transport-Security" not in browser.get("/signin").headers


def test_pictures_come_from_where_operators_say(
    browser: FlaskClient, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "img-src 'self' data:;" in browser.get("/signin").headers["Content-Security-Policy"]
    monkeypatch.setenv("IMAGE_ORIGINS", "https://cdn.example.com https://*.shop.test")
    instance()
    policy = browser.get("/signin").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://cdn.example.com https://*.shop.test;" in policy


@pytest.mark.parametrize(
    ("asked", "language", "heading"),
    [
        ("es-CO,es;q=0.9,en;q=0.8", "es", "Iniciar sesión en Tillpulse"),
        ("pt", "pt-BR", "Entrar no Tillpulse"),
        ("de-DE,de;q=0.9", "en", "Sign in to Tillpulse"),
        ("", "en", "Sign in to Tillpulse"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_asks_for(
    browser: FlaskClient, asked: str, language: str, heading: str
) -> None:
    answer = browser.get("/signin", headers={"Accept-Language": asked})
    assert f'<html lang="{language}">' in answer.text
    assert f"<h1>{heading}</h1>" in answer.text
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)
    assert "Set-Cookie" not in answer.headers


def test_a_chosen_language_is_kept_and_another_address_chooses_another(browser: FlaskClient) -> None:
    spanish = {"Accept-Language": "es"}
    chosen = browser.get("/signin?next=%2F%3Fstore%3Da&lang=pt-BR", headers=spanish)
    assert '<html lang="pt-BR">' in chosen.text
    assert 'href="?next=%2F%3Fstore%3Da&amp;lang=en"' in chosen.text
    assert '<html lang="pt-BR">' in browser.get("/signin", headers=spanish).text
    assert '<html lang="en">' in browser.get("/signin?lang=en", headers=spanish).text
    unknown = browser.get("/signin?lang=xx", headers=spanish)
    assert '<html lang="en">' in unknown.text
    assert "Set-Cookie" not in unknown.headers
