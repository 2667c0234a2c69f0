"""Operations: dead letters, and how customers are looked up."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from emulator.stack import LocalStack
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor


@pytest.fixture
def troubled(stack: LocalStack) -> Shop:
    """Return a store with a message that can never be applied."""
    shop = Shop(stack)
    stack.publish(
        "order-created", {"storeId": shop.store_id, "eventId": "e-1", "name": "<img src=x onerror=alert(1)>"}
    )
    shop.wait_for(shop.letters)
    return shop


@pytest.fixture
def letter(visitor: Visitor, troubled: Shop) -> Locator:
    """Return the newest dead letter on the page."""
    visitor.open("/operations", store=troubled.store_id)
    shown = visitor.page.locator("#letters > li").first
    expect(shown).to_be_visible()
    return shown


def test_a_dead_letter_shows_why_and_what(visitor: Visitor, troubled: Shop, letter: Locator) -> None:
    expect(letter).to_contain_text("occurredAt")
    expect(letter).to_contain_text("order-created")
    letter.get_by_text("Message").click()
    expect(letter.locator("pre")).to_contain_text(troubled.store_id)
    expect(letter.locator("pre")).to_contain_text("<img src=x onerror=alert(1)>")
    visitor.check_accessibility()


def test_a_dead_letter_can_be_discarded(visitor: Visitor, troubled: Shop, letter: Locator) -> None:
    letter.get_by_role("button", name="Discard").click()
    expect(visitor.page.locator("#notice")).to_have_text("Discarded.")
    expect(letter.get_by_role("button", name="Discard")).to_be_disabled()
    assert troubled.letters() == []
    visitor.page.get_by_role("combobox", name="Show", exact=True).select_option("discarded")
    expect(visitor.page.locator("#letters > li").first).to_contain_text("discarded")
    assert len(troubled.letters("discarded")) == 1


def test_dead_letters_of_all_states_can_be_shown(visitor: Visitor, troubled: Shop, letter: Locator) -> None:
    letter.get_by_role("button", name="Discard").click()
    expect(visitor.page.locator("#notice")).to_have_text("Discarded.")
    with visitor.page.expect_response("**/dead-letters?**") as listed:
        visitor.page.get_by_role("combobox", name="Show", exact=True).select_option("all")
    assert listed.value.status == 200
    expect(visitor.page.locator("#letters > li").first).to_contain_text("discarded")
    assert len(troubled.letters("all")) == 1


def test_a_dead_letter_can_be_replayed(visitor: Visitor, troubled: Shop, letter: Locator) -> None:
    letter.get_by_role("button", name="Replay").click()
    expect(visitor.page.locator("#notice")).to_contain_text("Replayed")
    # It is as wrong as before, and comes back.
    troubled.wait_for(lambda: [one for one in troubled.letters() if one["count"] == 2])


def test_the_configuration_is_refused_in_the_apis_words_and_saved(visitor: Visitor, shop: Shop) -> None:
    visitor.open("/operations", store=shop.store_id)
    form = visitor.page.locator("#config")
    timeout = form.get_by_label("Timeout (seconds)")
    expect(timeout).not_to_have_value("")
    before = timeout.input_value()
    timeout.fill("99")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("status")).to_have_text("Not saved.")
    expect(timeout).to_have_attribute("aria-invalid", "true")
    expect(timeout).to_have_accessible_description("expected less than or equal to 30, got 99")
    visitor.check_accessibility()
    timeout.fill("4")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("status")).to_have_text("Saved.")
    assert shop.ask("GET", "/config/customer-lookup")["timeout_seconds"] == 4
    timeout.fill(before)
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("status")).to_have_text("Saved.")


def test_no_lookups_are_shown_before_there_are_any(visitor: Visitor, shop: Shop) -> None:
    visitor.open("/operations", store=shop.store_id)
    expect(visitor.page.locator("#reports h3")).to_have_text(["Last hour", "Last day"])
    expect(visitor.page.locator("#no-calls")).to_be_visible()
    visitor.check_accessibility()


def test_an_order_whose_creation_never_came_is_shown_until_it_comes(
    visitor: Visitor, stack: LocalStack
) -> None:
    shop = Shop(stack)
    shop.pay("o-1")
    shop.wait_for(lambda: shop.ask("GET", "/store/missing-orders", storeId=shop.store_id)["count"] == 1)
    visitor.open("/operations", store=shop.store_id)
    row = visitor.page.locator("#missing tbody tr")
    expect(row.locator("th")).to_have_text("o-1")
    expect(row.locator("td").first).to_have_text("COMPLETED")
    expect(row.locator("td").last).to_contain_text(re.compile("second|minute"))
    expect(visitor.page.locator("#missing-count")).to_have_text("(1)")
    visitor.check_accessibility()
    shop.order("10", status=None)
    shop.settle(totalCompletedOrders=1)
    visitor.page.reload()
    expect(visitor.page.locator("#no-missing")).to_be_visible()
    expect(row).to_have_count(0)
