"""Operations: dead letters, and how customers are looked up."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

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
    visitor.page.get_by_label("Filter").fill(troubled.store_id)
    shown = visitor.page.locator("#letters li").first
    expect(shown).to_be_visible()
    return shown


def test_a_dead_letter_shows_why_and_what(visitor: Visitor, troubled: Shop, letter: Locator) -> None:
    expect(visitor.page.locator("#letters .group").first).to_contain_text("occurredAt")
    expect(letter).to_contain_text("order-created")
    letter.get_by_text("Message").click()
    message = letter.get_by_label("Message")
    expect(message).to_have_value(re.compile(troubled.store_id))
    expect(message).to_have_value(re.compile(re.escape("<img src=x onerror=alert(1)>")))
    expect(letter.locator(".facts")).to_contain_text(f"store {troubled.name}")
    expect(letter.locator("time")).to_contain_text(re.compile("now|second|minute"))
    visitor.check_accessibility()


def test_a_dead_letter_can_be_discarded(visitor: Visitor, troubled: Shop, letter: Locator) -> None:
    letter.get_by_role("button", name="Discard").click()
    expect(visitor.page.locator("#notice")).to_have_text("Discarded.")
    expect(letter.get_by_role("button", name="Discard", exact=True)).to_have_count(0)
    assert troubled.letters() == []
    visitor.page.get_by_role("combobox", name="Show", exact=True).select_option("discarded")
    expect(visitor.page.locator("#letters li").first).to_contain_text("discarded")
    assert len(troubled.letters("discarded")) == 1


def test_dead_letters_of_all_states_can_be_shown(visitor: Visitor, troubled: Shop, letter: Locator) -> None:
    letter.get_by_role("button", name="Discard").click()
    expect(visitor.page.locator("#notice")).to_have_text("Discarded.")
    with visitor.page.expect_response("**/dead-letters?**") as listed:
        visitor.page.get_by_role("combobox", name="Show", exact=True).select_option("all")
    assert listed.value.status == 200
    expect(visitor.page.locator("#letters li").first).to_contain_text("discarded")
    assert len(troubled.letters("all")) == 1


def test_a_dead_letter_can_be_replayed(visitor: Visitor, troubled: Shop, letter: Locator) -> None:
    letter.get_by_role("button", name="Replay").click()
    expect(visitor.page.locator("#notice")).to_contain_text("Replayed")
    # It is as wrong as before, and comes back.
    troubled.wait_for(lambda: [one for one in troubled.letters() if one["count"] == 2])


def test_a_discard_can_be_undone(visitor: Visitor, troubled: Shop, letter: Locator) -> None:
    letter.get_by_role("button", name="Discard").click()
    letter.get_by_role("button", name="Undo the discard").click()
    expect(visitor.page.locator("#notice")).to_have_text("Open again.")
    expect(letter.get_by_role("button", name="Replay")).to_be_enabled()
    assert len(troubled.letters()) == 1


def test_a_dead_letter_can_be_corrected_and_then_counts(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    at = datetime.now(UTC).isoformat()
    item = {"productId": "p-1", "productName": "Mug", "imgCardUrl": None, "quantity": 1, "total": "10"}
    order: dict[str, Any] = {
        "orderId": "o-1",
        "customerId": None,
        "createdAt": at,
        "price": "ten",
        "currency": "BRL",
    }
    order |= {"couponCode": None, "items": [item]}
    stack.publish(
        "order-created", {"storeId": shop.store_id, "eventId": "e-1", "occurredAt": at, "order": order}
    )
    shop.wait_for(shop.letters)
    visitor.open("/operations", store=shop.store_id)
    visitor.page.get_by_label("Filter").fill(shop.store_id)
    letter = visitor.page.locator("#letters li").filter(has_text="order o-1").first
    letter.get_by_text("Message").click()
    message = letter.get_by_label("Message")
    send = letter.get_by_role("button", name="Send the edited message")
    expect(send).to_be_disabled()
    message.fill(message.input_value().replace('"ten"', '"10"'))
    send.click()
    expect(visitor.page.locator("#notice")).to_contain_text("The edited message is sent.")
    shop.settle(totalOrders=1)
    assert shop.letters() == []


def test_dead_letters_are_grouped_by_reason_filtered_and_counted(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    for number in range(2):
        event = {"storeId": shop.store_id, "eventId": f"e-{number}", "occurredAt": f"not a time {number}"}
        stack.publish("order-created", event)
    shop.wait_for(lambda: len(shop.letters()) == 2)
    visitor.open("/operations", store=shop.store_id)
    count = visitor.page.locator("#open-letters")
    expect(count).to_have_text(re.compile(r"^\d+$"))
    visitor.page.get_by_label("Filter").fill(shop.store_id)
    groups = visitor.page.locator("#letters .group")
    expect(groups).to_have_count(1)
    expect(groups.locator("h3 .count")).to_have_text("2")
    expect(groups.locator("li")).to_have_count(2)
    visitor.check_accessibility()
    visitor.page.get_by_label("Filter").fill("nothing like it")
    expect(visitor.page.locator("#no-letters")).to_be_visible()


def test_new_dead_letters_show_up_without_reload(visitor: Visitor, stack: LocalStack) -> None:
    visitor.page.clock.install()
    shop = Shop(stack)
    visitor.open("/operations", store=shop.store_id)
    visitor.page.get_by_label("Filter").fill(shop.store_id)
    expect(visitor.page.locator("#no-letters")).to_be_visible()
    stack.publish("order-created", {"storeId": shop.store_id, "eventId": "e-1"})
    shop.wait_for(shop.letters)
    visitor.let_pass(10)
    expect(visitor.page.locator("#letters li")).to_have_count(1)


def test_the_configuration_is_refused_in_the_apis_words_and_saved(visitor: Visitor, shop: Shop) -> None:
    visitor.open("/operations", tab="settings", store=shop.store_id)
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
    visitor.open("/operations", tab="lookups", store=shop.store_id)
    expect(visitor.page.locator("#reports h3")).to_have_text(["Last hour", "Last day"])
    expect(visitor.page.locator("#no-calls")).to_be_visible()
    visitor.check_accessibility()


def test_an_order_whose_creation_never_came_is_shown_until_it_comes(
    visitor: Visitor, stack: LocalStack
) -> None:
    shop = Shop(stack)
    shop.pay("o-1")
    shop.wait_for(lambda: shop.ask("GET", "/store/missing-orders", storeId=shop.store_id)["count"] == 1)
    visitor.open("/operations", tab="missing", store=shop.store_id)
    row = visitor.page.locator("#missing tbody tr")
    expect(row.locator("th")).to_have_text("o-1")
    expect(row.locator("td").first).to_have_text("completed")
    expect(row.locator("td").last).to_contain_text(re.compile("second|minute"))
    expect(visitor.page.locator("#missing-count")).to_have_text("(1)")
    visitor.check_accessibility()
    shop.order("10", status=None)
    shop.settle(totalCompletedOrders=1)
    visitor.page.reload()
    expect(visitor.page.locator("#no-missing")).to_be_visible()
    expect(row).to_have_count(0)
