"""Signing in and out, and what a page may know of the token."""

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


def test_who_is_not_signed_in_comes_back_to_what_was_asked_for(visit: Visit, shop: Shop) -> None:
    visitor = visit()
    visitor.open("/", store=shop.store_id, period="7d")
    expect(visitor.page).to_have_url(f"{visitor.url}/signin?next=%2F%3Fstore%3D{shop.store_id}%26period%3D7d")
    visitor.page.get_by_label("Access token").fill(visitor.stack.sign_token())
    visitor.page.get_by_role("button", name="Sign in").click()
    expect(visitor.page).to_have_url(f"{visitor.url}/?store={shop.store_id}&period=7d")


def test_nobody_is_sent_to_another_site(visit: Visit) -> None:
    visitor = visit()
    for wanted in ("https%3A%2F%2Fevil.test%2F", "%2F%2Fevil.test", "javascript%3Aalert(1)"):
        visitor.page.goto(f"{visitor.url}/signin?next={wanted}#token={visitor.stack.sign_token()}")
        visitor.page.wait_for_selector("#store")
        assert visitor.page.url.startswith(f"{visitor.url}/")
        visitor.page.goto("about:blank")
        visitor.page.goto(visitor.url)


def test_a_bad_token_is_said_to_be_one(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/signin")
    visitor.page.get_by_label("Access token").fill("a.b.c")
    visitor.page.get_by_role("button", name="Sign in").click()
    expect(visitor.page.get_by_role("status")).to_have_text("This token is not valid or has expired.")
    visitor.check_accessibility()


def test_signing_out_ends_it(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.wait_for_url("**/signin")
    visitor.open("/")
    expect(visitor.page).to_have_url(f"{visitor.url}/signin?next=%2F")


def test_a_session_that_ends_while_the_page_is_open_leads_to_signing_in(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    visitor.context.clear_cookies()
    visitor.page.get_by_role("combobox", name="Period", exact=True).select_option("7d")
    visitor.page.wait_for_url("**/signin?next=*")
