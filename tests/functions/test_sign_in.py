"""People sign in with OpenID Connect, from the dashboard to a real issuer and back; attacks get nowhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask import Flask

from shared import runtime
from shared.audit.entry import Outcome
from shared.errors import NotAuthenticated
from tests.functions.conftest import Forget
from tests.functions.signing_in import (
    Person,
    attempt_cookie,
    goes_on_to,
    keep,
    query_of,
    refused,
    session_cookie,
)
from tests.functions.tokens import Issuer, serve_issuer
from tests.issuer_site import AUDIENCE, CLIENT, DASHBOARD


@pytest.fixture(autouse=True)
def deployed(instance: Forget, monkeypatch: pytest.MonkeyPatch) -> Forget:
    monkeypatch.setenv("OIDC_CLIENT_ID", CLIENT.client_id)
    monkeypatch.setenv("OIDC_CLIENT_SECRET", CLIENT.client_secret)
    instance()
    return instance


@pytest.fixture
def person(apps: dict[str, Flask]) -> Person:
    return Person(apps["dashboard"])


def test_a_person_signs_in_and_goes_on_to_what_they_wanted(person: Person) -> None:
    assert not person.is_signed_in()
    answer = person.sign_in("/customers?store=s-1")
    assert answer.status_code == 200
    assert goes_on_to(answer) == "/customers?store=s-1"
    assert answer.headers["Cache-Control"] == "no-store"
    [session] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-session=")]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(session.split("; ")[1:])
    assert person.is_signed_in()


def test_an_attempt_is_kept_for_ten_minutes_where_no_script_and_no_other_site_gets_at_it(
    person: Person,
) -> None:
    started = person.get("/signin/start")
    [kept] = started.headers.getlist("Set-Cookie")
    state = query_of(started.headers["Location"])["state"]
    assert kept.startswith(f"__Host-signin-{state}=")
    attributes = {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"}
    assert attributes <= set(kept.split("; ")[1:])


def test_two_tabs_sign_in_at_the_same_time(person: Person) -> None:
    first, second = person.start("/customers"), person.start("/operations")
    assert goes_on_to(person.get(person.choose(second))) == "/operations"
    assert goes_on_to(person.get(person.choose(first))) == "/customers"


def test_a_link_with_a_code_signs_nobody_in_as_somebody_else(apps: dict[str, Flask], person: Person) -> None:
    mallory, victim = Person(apps["dashboard"]), person
    link = mallory.choose(mallory.start())
    refused(victim.get(link))
    victim.start()
    refused(victim.get(link))
    assert not victim.is_signed_in()


def test_a_code_of_another_sign_in_is_refused(apps: dict[str, Flask], person: Person) -> None:
    mallory = Person(apps["dashboard"])
    stolen = query_of(mallory.choose(mallory.start()))["code"]
    state = query_of(person.start())["state"]
    refused(person.get(f"/signin/callback?{urlencode({'code': stolen, 'state': state})}"))


def test_an_id_token_of_another_sign_in_is_refused(person: Person) -> None:
    path = person.choose(person.start())
    name, held = attempt_cookie(person.dashboard, path)
    keep(person.dashboard, name, **held | {"nonce": "another"})
    refused(person.get(path))


def test_an_answer_is_good_for_one_use(person: Person) -> None:
    path = person.choose(person.start())
    assert person.get(path).status_code == 200
    refused(person.get(path))


@pytest.mark.parametrize("query", ["", "state=", "state=x", "code=x", "error=access_denied&state=x"])
def test_an_answer_that_nobody_waits_for_is_refused(person: Person, query: str) -> None:
    person.start()
    refused(person.get(f"/signin/callback?{query}"))


@pytest.mark.parametrize("held", ["", "x", "nonce=n", "nonce=n&nonce=n&verifier=v&next=/"])
def test_a_cookie_of_another_shape_is_no_attempt(person: Person, held: str) -> None:
    domain = urlsplit(DASHBOARD).netloc
    person.dashboard.set_cookie("__Host-signin-s", held, domain=domain)
    refused(person.get("/signin/callback?state=s&code=c"))


@pytest.mark.parametrize("answer", ["error=access_denied", "error=%3Cscript%3E", "code="])
def test_who_is_not_let_in_by_the_issuer_is_told_so_and_may_try_again(person: Person, answer: str) -> None:
    state = query_of(person.start("/customers"))["state"]
    page = person.get(f"/signin/callback?state={state}&{answer}")
    refused(page)
    assert 'href="/signin/start?next=%2Fcustomers"' in page.text
    assert "script&gt;" not in page.text


@pytest.mark.parametrize(
    "attack", ["https://evil.test", "//evil.test", "/.//evil.test", "/\\evil.test", "/\t/a"]
)
def test_nobody_is_sent_to_another_site(person: Person, attack: str) -> None:
    assert "evil" not in person.get(f"/signin?next={quote(attack, safe='')}").text
    assert goes_on_to(person.sign_in(attack)) == "/"
    path = person.choose(person.start())
    name, held = attempt_cookie(person.dashboard, path)
    keep(person.dashboard, name, **held | {"next": attack})
    assert goes_on_to(person.get(path)) == "/"


def test_who_is_signed_in_at_the_issuer_comes_back_without_seeing_a_page(person: Person) -> None:
    person.sign_in()
    person.dashboard = person.dashboard.application.test_client()
    address = person.start("/customers", silent="")
    assert query_of(address)["prompt"] == "none"
    back = person.issuer.get(address, allow_redirects=False).headers["Location"]
    assert goes_on_to(person.get(back.removeprefix(DASHBOARD))) == "/customers"


def test_who_is_not_is_asked_to_sign_in(person: Person) -> None:
    address = person.start("/customers", silent="")
    back = person.issuer.get(address, allow_redirects=False).headers["Location"]
    answer = person.get(back.removeprefix(DASHBOARD))
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/signin?next=%2Fcustomers&ended=",
    )
    assert "Your session has ended" in person.get(answer.headers["Location"]).text
    assert "Your session has ended" not in person.get("/signin?next=%2Fcustomers").text


def test_signing_out_ends_both_sessions(person: Person) -> None:
    person.sign_in()
    path = person.dashboard.delete("/session", base_url=DASHBOARD).get_json()["next"]
    assert not person.is_signed_in()
    left = person.issuer.get(person.get(path).headers["Location"], allow_redirects=False)
    assert left.headers["Location"] == f"{DASHBOARD}/signin"
    asked = person.issuer.get(person.start(silent=""), allow_redirects=False)
    assert query_of(asked.headers["Location"])["error"] == "login_required"


def test_no_script_sees_the_token_that_signs_out_at_the_issuer(person: Person) -> None:
    token = session_cookie(person.sign_in())
    ended = person.dashboard.delete("/session", base_url=DASHBOARD)
    assert token not in ended.text
    cookies = [one for one in ended.headers.getlist("Set-Cookie") if token in one]
    assert [{"Secure", "HttpOnly", "SameSite=Strict", "Max-Age=60"} <= set(c.split("; ")) for c in cookies]
    left = person.get(ended.get_json()["next"])
    assert (left.status_code, left.text) == (303, "")
    assert query_of(left.headers["Location"])["id_token_hint"] == token
    assert left.headers["Cache-Control"] == "no-store"
    again = query_of(person.get("/signout").headers["Location"])
    assert "id_token_hint" not in again, "the token is forgotten"
    assert not person.is_signed_in()


def test_the_proxy_clears_its_own_cookie(
    person: Person, deployed: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAP_AUDIENCE", "/projects/1/iap")
    deployed()
    answer = person.dashboard.delete("/session", base_url=DASHBOARD)
    assert answer.get_json() == {"next": "/?gcp-iap-mode=CLEAR_LOGIN_COOKIE"}


def test_while_the_issuer_is_away_people_are_told_to_try_again(
    person: Person, deployed: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.sign_in()
    path = person.choose(person.start())
    monkeypatch.setenv("AUTH_ISSUER", "http://127.0.0.1:9")
    deployed()
    refused(person.get("/signin/start"), 503)
    refused(person.get(path), 503)
    person.dashboard.delete("/session", base_url=DASHBOARD)
    assert person.get("/signout").headers["Location"] == "/signin"


def test_an_id_token_that_the_keys_do_not_fit_signs_nobody_in(
    person: Person, deployed: Forget, monkeypatch: pytest.MonkeyPatch, issuer: Issuer
) -> None:
    path = person.choose(person.start())
    with serve_issuer() as other:
        monkeypatch.setenv("AUTH_JWKS_URL", other.jwks_url)
        deployed()
        refused(person.get(path))
    assert issuer.jwks_url != other.jwks_url


@pytest.mark.parametrize("audience", [CLIENT.client_id, [CLIENT.client_id]])
def test_an_id_token_is_for_this_client(issuer: Issuer, audience: Any) -> None:
    runtime.verifier().check_id_token(issuer.sign(nonce="n", aud=audience), "n")


@pytest.mark.parametrize(
    "audience", ["another", AUDIENCE, [AUDIENCE], [CLIENT.client_id, AUDIENCE], [CLIENT.client_id, "another"]]
)
def test_an_id_token_for_anybody_else_signs_nobody_in(issuer: Issuer, audience: Any) -> None:
    """Not even one for the API: a program that holds one could sign a person in with it."""
    with pytest.raises(NotAuthenticated, match=r"[Aa]udience"):
        runtime.verifier().check_id_token(issuer.sign(nonce="n", aud=audience), "n")


def test_without_a_client_the_page_says_that_nobody_can_sign_in(
    person: Person, deployed: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OIDC_CLIENT_ID")
    deployed()
    assert "not connected" in person.get("/signin").text
    sent_to = person.get("/signin/start?next=%2Fcustomers").headers["Location"]
    assert sent_to == "/signin?next=%2Fcustomers&ended="


def test_cookies_stay_small(person: Person) -> None:
    [cookie] = person.get("/signin/start?next=%2F%3F" + "%26" * 998).headers.getlist("Set-Cookie")
    assert 3000 < len(cookie) < 4096


def test_who_signs_in_is_in_the_audit_trail(person: Person) -> None:
    address = person.start(silent="")
    back = person.issuer.get(address, allow_redirects=False).headers["Location"]
    person.get(back.removeprefix(DASHBOARD))
    refused(person.get("/signin/callback?state=s&code=c"))
    person.sign_in()
    [entry], _ = runtime.audit_entries().page(None, 10, None)
    assert (entry.action, entry.outcome, entry.status) == ("session.opened", Outcome.DONE, 200)
    assert entry.subject
