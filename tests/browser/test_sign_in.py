"""Signing in and out, and what a page may know of the token."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor


def test_the_link_signs_in_and_leaves_no_token_behind(visitor: Visitor) -> None:
    page = visitor.page
    assert "#" not in page.url
    held = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href, name])"
    assert "eyJ" not in page.evaluate(held)
    [cookie] = visitor.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    page.go_back()
    assert "eyJ" not in page.url


def test_the_link_also_signs_in_from_the_page_for_signing_in(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/signin")
    visitor.sign_in()


def test_a_person_signs_in_at_the_issuer_and_comes_back_to_what_they_asked_for(
    visit: Visit, shop: Shop
) -> None:
    visitor = visit()
    visitor.open("/", store=shop.store_id, period="7d")
    expect(visitor.page).to_have_url(f"{visitor.url}/signin?next=%2F%3Fstore%3D{shop.store_id}%26period%3D7d")
    visitor.check_accessibility()
    visitor.sign_in_as("Ana Ribeiro")
    expect(visitor.page).to_have_url(f"{visitor.url}/?store={shop.store_id}&period=7d")
    expect(visitor.page.locator("#figures")).to_have_attribute("aria-busy", "false")
    session = {cookie["name"]: cookie for cookie in visitor.context.cookies(visitor.url)}["session"]
    assert (session["httpOnly"], session["sameSite"]) == (True, "Strict")
    assert not [one["name"] for one in visitor.context.cookies() if one["name"].startswith("signin-")]


def test_signing_out_ends_the_session_here_and_at_the_issuer(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/signin")
    visitor.sign_in_as("Ana Ribeiro")
    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page).to_have_url(f"{visitor.url}/signin")
    visitor.open("/")
    expect(visitor.page).to_have_url(f"{visitor.url}/signin?next=%2F")
    visitor.page.get_by_role("link", name="Sign in").click()
    expect(visitor.page).to_have_title("Choose who signs in · Local issuer")
    visitor.check_accessibility()


def test_a_sign_out_that_fails_says_so(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    visitor.page.route("**/session", lambda route: route.abort())
    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page.locator("#notice")).to_contain_text("You are still signed in.")


def test_a_session_that_ends_is_renewed_while_the_person_is_signed_in_at_the_issuer(
    visit: Visit, shop: Shop
) -> None:
    visitor = visit()
    visitor.open("/signin")
    visitor.sign_in_as("Ana Ribeiro")
    visitor.see_dashboard(shop.store_id)
    visitor.context.clear_cookies(name="session")
    visitor.page.get_by_role("combobox", name="Period", exact=True).select_option("7d")
    visitor.page.wait_for_url("**/?store=*&period=7d")
    expect(visitor.page.locator("#figures")).to_have_attribute("aria-busy", "false")
    assert "session" in {cookie["name"] for cookie in visitor.context.cookies(visitor.url)}


def test_each_person_sees_what_is_theirs(visit: Visit) -> None:
    for name, sees_operations in (("Ana Ribeiro", 1), ("Davi Costa", 1), ("Bia Martins", 0)):
        visitor = visit()
        visitor.open("/signin")
        visitor.sign_in_as(name)
        expect(visitor.page.get_by_role("link", name="Operations")).to_have_count(sees_operations)


def test_who_turns_back_at_the_issuer_is_not_signed_in(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/signin", next="%2Fcustomers")
    visitor.page.get_by_role("link", name="Sign in").click()
    expect(visitor.page).to_have_title("Choose who signs in · Local issuer")
    state = parse_qs(urlsplit(visitor.page.url).query)["state"][0]
    visitor.open("/signin/callback", error="access_denied", state=state)
    expect(visitor.page.get_by_role("alert")).to_contain_text("You are not signed in.")
    visitor.check_accessibility()
    visitor.sign_in_as("Ana Ribeiro")
    visitor.page.wait_for_url(f"{visitor.url}/customers*")


@pytest.mark.parametrize(
    "attack",
    [
        "https://evil.test/",
        "//evil.test",
        "/.//evil.test",
        "/%2e//evil.test",
        "/\\evil.test",
        "/\t/evil.test",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_to_another_site(visit: Visit, attack: str) -> None:
    visitor = visit()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.goto(
        f"{visitor.url}/signin?next={quote(attack, safe='')}#token={visitor.stack.sign_token()}"
    )
    visitor.page.wait_for_selector("#store")
    assert not [url for url in asked if "evil.test" in url.partition("?")[0]]


def test_a_bad_token_is_said_to_be_one(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/signin")
    visitor.page.get_by_text("Use an access token").click()
    visitor.page.get_by_label("Access token").fill("a.b.c")
    visitor.page.get_by_role("button", name="Use token").click()
    expect(visitor.page.locator(".said")).to_have_text("This token is not valid or has expired.")
    visitor.check_accessibility()


def test_a_session_that_ends_while_the_page_is_open_leads_to_signing_in(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    visitor.context.clear_cookies()
    visitor.page.get_by_role("combobox", name="Period", exact=True).select_option("7d")
    visitor.page.wait_for_url("**/signin?next=*")
