"""Customer lookups on the operations page: why a basket has its customer."""

from __future__ import annotations

from uuid import uuid4

import pytest
import requests
from playwright.sync_api import expect

from emulator.stack import LocalStack
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

START = """mutation($store: String!, $given: String) {
  startBasket(storeId: $store, employeeId: 1, terminalId: "t", customerIdentifier: $given) { basketId } }"""


class Till:
    """A till of a store of its own."""

    def __init__(self, stack: LocalStack) -> None:
        self.shop = Shop(stack, name=f"Till {uuid4().hex[:6]}")

    def start(self, given: str) -> str:
        """Start a basket, wait for its lookup, and return its id."""
        shop = self.shop
        answer = requests.post(
            shop.stack.state.urls["graphql"],
            json={"query": START, "variables": {"store": shop.store_id, "given": given}},
            headers={"Authorization": f"Bearer {shop.stack.state.token}"},
            timeout=30,
        )
        basket_id = str(answer.json()["data"]["startBasket"]["basketId"])
        shop.wait_for(
            lambda: shop.ask("GET", f"/store/lookups?storeId={shop.store_id}&basketId={basket_id}")["calls"]
        )
        return basket_id


@pytest.fixture
def till(stack: LocalStack) -> Till:
    return Till(stack)


def test_a_basket_shows_the_answer_that_gave_it_its_customer(visitor: Visitor, till: Till) -> None:
    till.start("+5511987654321")
    basket_id = till.start("bruno.lima@example.com")
    till.start("CARD-9999")
    visitor.open("/operations", tab="lookups", store=till.shop.store_id)
    rows = visitor.page.locator("#calls tbody tr")
    expect(rows).to_have_count(3)
    expect(visitor.page.locator("#reports")).to_contain_text("33.3%")
    form = visitor.page.locator("#call-filter")
    form.get_by_label("Show lookups").select_option("for the basket")
    form.get_by_label("Basket, customer or outcome").fill(basket_id)
    form.get_by_role("button", name="Show").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("cust-002")
    expect(rows.first).to_contain_text("earlier answer")
    visitor.check_accessibility()
    rows.first.get_by_role("button").click()
    call = visitor.page.locator("#call")
    expect(call).to_contain_text("There is no response to show.")
    call.get_by_role("button", name="Show the call that answered").click()
    expect(call.locator("pre")).to_contain_text('"favouriteCategory": "games"')
    visitor.check_accessibility()
    call.get_by_role("button", name="Close").click()
    expect(call).to_be_hidden()


def test_lookups_are_filtered_by_what_they_came_to(visitor: Visitor, till: Till) -> None:
    till.start("CARD-1001")
    till.start("CARD-9999")
    visitor.open("/operations", tab="lookups", store=till.shop.store_id)
    form = visitor.page.locator("#call-filter")
    form.get_by_label("Show lookups").select_option("that came to")
    form.get_by_label("Basket, customer or outcome").fill("unknown")
    form.get_by_role("button", name="Show").click()
    expect(visitor.page.locator("#calls tbody tr")).to_have_count(1)
    expect(visitor.page.locator("#calls tbody tr")).to_contain_text("404")
    visitor.page.locator("#lookup-numbers summary").click()
    expect(visitor.page.locator("#lookup-hours tbody tr")).to_have_count(24)
    # Chart.js draws its own lines; those of the place that waits for a chart are gone.
    for chart in visitor.page.locator(".chart").all():
        expect(chart).to_have_css("background-image", "none")
    visitor.check_accessibility()
    visitor.check_width()


def test_the_card_of_a_customer_shows_tier_and_attributes(visitor: Visitor, till: Till) -> None:
    till.start("CARD-1003")
    visitor.open("/customers", store=till.shop.store_id)
    visitor.page.get_by_role("button", name="Carla Mendes").click()
    card = visitor.page.locator("#card")
    expect(card).to_contain_text("platinum")
    card.get_by_text("More about the customer").click()
    expect(card).to_contain_text("favouriteCategory")
    expect(card).to_contain_text("books")
