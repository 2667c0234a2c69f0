"""The customers: sorted, paged, and each with a card at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from emulator.stack import LocalStack
from tests.browser.conftest import Visit
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

STOPWATCH = """() => {
  const since = () => Math.round(performance.now() - window.came);
  Object.assign(window, { came: 0, opened: [], fresh: [] });
  document.addEventListener("pointerover", (event) => {
    if (event.target.closest("tbody th button")) window.came = event.timeStamp;
  }, true);
  new MutationObserver(() => {
    if (!document.getElementById("card").hidden) requestAnimationFrame(() => window.opened.push(since()));
  }).observe(document.getElementById("card"), { attributeFilter: ["hidden"] });
  new PerformanceObserver((list) => {
    for (const one of list.getEntriesByType("resource")) {
      if (one.name.includes("/metrics?")) window.fresh.push(Math.round(one.responseEnd - window.came));
    }
  }).observe({ type: "resource" });
}"""
"""Milliseconds from the pointer's arrival to the card's first frame, and to the end of the API's answer."""


def name(visitor: Visitor, text: str) -> Locator:
    return visitor.page.get_by_role("button", name=text, exact=True)


def see_customers(visitor: Visitor, shop: Shop) -> Locator:
    visitor.open("/customers", store=shop.store_id)
    rows = visitor.page.locator("#customers tbody tr")
    expect(rows.first).to_be_visible()
    return rows


def test_customers_are_sorted_by_what_is_asked_for(visitor: Visitor, shop: Shop) -> None:
    rows = see_customers(visitor, shop)
    expect(rows.nth(0)).to_contain_text("c-1")
    expect(rows.nth(0)).to_contain_text("R$189.90")
    expect(rows.nth(0)).to_contain_text("Active")
    for column, first in (("Last order", "c-"), ("Orders", "c-"), ("Spent", "c-1")):
        visitor.page.get_by_role("button", name=column, exact=True).click()
        expect(visitor.page.locator("th[aria-sort=descending]")).to_have_text(column)
        expect(rows.nth(0)).to_contain_text(first)
    assert "sort=spent" in visitor.page.url


def test_customers_come_in_pages(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    for number in range(30):
        shop.order(f"{100 - number}", customer=f"c-{number:02}")
    shop.settle(totalCompletedOrders=30)
    rows = see_customers(visitor, shop)
    expect(rows).to_have_count(25)
    press = {
        name: visitor.page.get_by_role("button", name=name, exact=True)
        for name in ("First", "Previous", "Next")
    }
    expect(press["Previous"]).to_be_disabled()
    press["Next"].click()
    expect(rows).to_have_count(5)
    expect(rows.nth(0)).to_contain_text("c-25")
    expect(press["Next"]).to_be_disabled()
    press["Previous"].click()
    expect(rows).to_have_count(25)
    press["Next"].click()
    expect(rows).to_have_count(5)
    expect(visitor.page.locator("#page")).to_have_text("Page 2")
    visitor.page.reload()
    expect(rows).to_have_count(5)
    expect(visitor.page.locator("#page")).to_have_text("Page 2")
    visitor.page.go_back()
    expect(rows).to_have_count(25)
    visitor.page.go_forward()
    expect(rows).to_have_count(5)
    press["First"].click()
    expect(visitor.page.locator("#page")).to_have_text("Page 1")
    assert "cursor" not in visitor.page.url


def test_hovering_opens_the_card_at_once_and_leaving_closes_it(visitor: Visitor, shop: Shop) -> None:
    visitor.page.clock.install()
    see_customers(visitor, shop)
    card = visitor.page.locator("#card")
    with visitor.page.expect_response("**/metrics?**") as asked:
        name(visitor, "c-2").hover()
    expect(card).to_be_visible()
    assert asked.value.headers["x-cache"] == "HIT"
    expect(card.locator("dd")).to_contain_text(["R$80.00", "R$80.00", "2", "1", "1", "0", "50.0%", "0"])
    visitor.check_accessibility()
    card.hover()
    visitor.let_pass(1)
    expect(card).to_be_visible()
    visitor.page.mouse.move(900, 5)
    expect(card).to_be_hidden()


def test_a_card_leaves_the_other_names_free(visitor: Visitor, shop: Shop) -> None:
    see_customers(visitor, shop)
    card = visitor.page.locator("#card")
    for customer in ("c-1", "c-2", "c-3"):
        name(visitor, customer).hover()
        expect(card).to_have_accessible_name(customer)
        expect(name(visitor, customer)).to_have_attribute("aria-describedby", "card")


def test_a_card_says_that_an_order_can_count_twice(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    shop.order("10", status="EXPIRED")
    shop.settle(totalExpiredOrders=1)
    see_customers(visitor, shop)
    name(visitor, "c-1").hover()
    card = visitor.page.locator("#card")
    expect(card.locator("dd")).to_contain_text(["R$0.00", "R$0.00", "1", "0", "1"])
    expect(card).not_to_contain_text("counts as both")
    shop.pay("o-1")
    shop.settle(totalCompletedOrders=1, totalExpiredOrders=1)
    visitor.page.reload()
    name(visitor, "c-1").hover()
    expect(card).to_contain_text("counts as both")


def test_the_card_opens_in_less_than_a_blink(
    visitor: Visitor, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    see_customers(visitor, shop)
    visitor.page.evaluate(STOPWATCH)
    for customer in ("c-1", "c-2", "c-3"):
        with visitor.page.expect_response("**/metrics?**"):
            name(visitor, customer).hover()
        visitor.wait_until("performance.now() - window.came > 300")
        visitor.page.keyboard.press("Escape")
        visitor.page.mouse.move(900, 5)
    opened, fresh = visitor.page.evaluate("[window.opened, window.fresh]")
    with capsys.disabled():
        print(f"\nThe hover card opened after {opened} ms; the API's figures came after {fresh} ms.")


def test_the_keyboard_opens_and_closes_the_card(visitor: Visitor, shop: Shop) -> None:
    see_customers(visitor, shop)
    visitor.page.get_by_role("button", name="Last order", exact=True).focus()
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator("#card")).to_contain_text("c-1")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="Open the customer c-1")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator("#card")).to_contain_text("c-2")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator("#card")).to_be_hidden()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#card")).to_be_visible()


def test_a_touch_opens_the_card_and_another_closes_it(visit: Visit, shop: Shop) -> None:
    visitor = visit(viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True)
    visitor.sign_in()
    see_customers(visitor, shop)
    name(visitor, "c-1").tap()
    expect(visitor.page.locator("#card")).to_be_visible()
    visitor.check_width()
    visitor.check_accessibility()
    name(visitor, "c-1").tap()
    expect(visitor.page.locator("#card")).to_be_hidden()


def test_a_store_without_customers_says_so(visitor: Visitor, stack: LocalStack) -> None:
    visitor.open("/customers", store=Shop(stack).store_id)
    expect(visitor.page.locator("#no-customers")).to_be_visible()
    expect(visitor.page.get_by_role("navigation", name="Pages of customers")).to_be_hidden()
    visitor.check_accessibility()
