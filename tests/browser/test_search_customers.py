"""Searching the customers: by keyboard, on the page alone, and from a narrow screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request, expect

from emulator.stack import LocalStack
from tests.browser.conftest import Visit
from tests.browser.shop import Shop
from tests.browser.test_lookups import Till


@pytest.fixture(scope="module")
def shop(stack: LocalStack) -> Shop:
    """Return a store that knows two of its three customers from baskets."""
    till = Till(stack)
    till.shop.order("10", customer="c-1")
    till.start("CARD-1002")
    till.start("CARD-1003")
    till.shop.wait_for(
        lambda: len(till.shop.ask("GET", "/store/customers", storeId=till.shop.store_id)["customers"]) == 3
    )
    return till.shop


def test_a_customer_is_found_by_keyboard_and_no_address_names_them(visit: Visit, shop: Shop) -> None:
    visitor, addresses = visit(), list[str]()

    def note(request: Request) -> None:
        addresses.append(request.url)

    visitor.sign_in(stores=[shop.store_id], roles=["viewer"])
    visitor.page.on("request", note)
    visitor.open("/customers", store=shop.store_id)
    page = visitor.page
    rows, said = page.locator("#customers tbody tr"), page.locator("#found")
    field = page.get_by_role("searchbox")
    expect(rows).to_have_count(3)
    expect(field).to_have_accessible_description("By id, name, e-mail address, phone number or loyalty card.")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("líma b")
    page.keyboard.press("Enter")
    expect(said).to_have_text("1 customer found.")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Bruno Lima")
    expect(page.locator("[aria-sort]")).to_have_count(0)
    visitor.check_accessibility()
    page.keyboard.type("/")
    expect(field).to_have_value("líma b/")
    field.fill("+55 21 99876-5432")
    page.keyboard.press("Enter")
    expect(rows.first).to_contain_text("Carla Mendes")
    page.keyboard.press("Escape")
    expect(rows).to_have_count(3)
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    field.fill("nobody")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(said).to_have_text("No customer has this id, name, e-mail address, phone number or loyalty card.")
    expect(page.get_by_role("region", name="List of customers")).to_be_hidden()
    page.get_by_role("searchbox").fill("")
    expect(rows).to_have_count(3)
    assert [one for one in addresses if any(word in one.lower() for word in ("lima", "l%C3", "99876"))] == []
    assert sum("/customers/search" in one for one in addresses) == 3


def test_the_search_fits_the_narrowest_screen(visit: Visit, shop: Shop) -> None:
    visitor = visit(viewport={"width": 320, "height": 640}, locale="pt-BR")
    visitor.sign_in(stores=[shop.store_id], roles=["viewer"])
    visitor.open("/customers", store=shop.store_id)
    visitor.page.get_by_label("Encontrar um cliente").fill("carla")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#found")).to_have_text("1 cliente encontrado.")
    expect(visitor.page.locator("#customers tbody tr")).to_have_count(1)
    visitor.check_width()
    visitor.check_accessibility()
