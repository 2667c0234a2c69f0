"""Every figure opens: from a figure to its orders, to one order, to its customer, and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from emulator.stack import LocalStack
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

REFUNDED = 20


@pytest.fixture(scope="module")
def refunding(stack: LocalStack) -> Shop:
    """Return a store with 20 refunded orders, one completed with a coupon, and 5 that wait."""
    shop = Shop(stack)
    for _ in range(5):
        shop.order("7.50", "Spoon", customer=None, status=None, days_ago=2)
    shop.order("129.90", coupon="WELCOME10", days_ago=1)
    for _ in range(REFUNDED):
        shop.order("10.10", "Green bowl", status="REFOUNDED")
    shop.settle(totalOrders=26, totalRefundedOrders=REFUNDED, totalCompletedOrders=1)
    return shop


def press(page: Page, name: str) -> None:
    """Follow a link from the keyboard."""
    link = page.get_by_role("link", name=name, exact=True).first
    link.focus()
    expect(link).to_be_focused()
    page.keyboard.press("Enter")


def rows(page: Page) -> Locator:
    return page.locator("#orders tbody tr")


def test_from_a_figure_to_one_orders_history_and_back_by_keyboard(visitor: Visitor, refunding: Shop) -> None:
    page = visitor.page
    visitor.see_dashboard(refunding.store_id)
    visitor.check_accessibility()
    press(page, "Refunded: 20. Show the orders")
    expect(page.locator("h1")).to_have_text("Refunded: 20")
    expect(rows(page)).to_have_count(REFUNDED)
    expect(page.locator("#verdict")).to_have_text("These 20 orders add up to 20: exactly the figure.")
    expect(page.locator("#sum")).to_have_text("20")
    visitor.check_accessibility()
    press(page, "o-26")
    expect(page.locator("h1")).to_have_text("Order o-26")
    expect(page.locator("#history strong")).to_have_text(["Placed", "Described", "Refunded"])
    expect(page.locator("#why")).to_have_text("Its sale does not count: it was not completed.")
    visitor.check_accessibility()
    press(page, "Orders")
    expect(rows(page)).to_have_count(REFUNDED)
    press(page, "Dashboard")
    expect(visitor.figure("totalRefundedOrders")).to_have_text("20")


def test_a_long_list_shows_more_and_its_address_keeps_how_much(visitor: Visitor, refunding: Shop) -> None:
    page = visitor.page
    visitor.open("/orders", store=refunding.store_id, counter="totalOrders", period="30d", rows="10")
    expect(rows(page)).to_have_count(10)
    expect(page.locator("#verdict")).to_have_text("The newest 10 orders. All of them add up to 26.")
    page.get_by_role("button", name="Show more").click()
    expect(rows(page)).to_have_count(26)
    expect(page.locator("#verdict")).to_have_text("These 26 orders add up to 26: exactly the figure.")
    page.reload()
    expect(rows(page)).to_have_count(26)


def test_days_products_and_coupons_open_what_they_count(visitor: Visitor, refunding: Shop) -> None:
    page = visitor.page
    visitor.see_dashboard(refunding.store_id)
    page.locator("#products").get_by_role("link", name="Orders: 20. Show the orders").click()
    expect(rows(page)).to_have_count(REFUNDED)
    page.go_back()
    page.locator("#coupons").get_by_role("link", name="Sales: R$129.90. Show the orders").click()
    expect(page.locator("#sum")).to_have_text("R$129.90")
    page.go_back()
    page.locator(".numbers summary").click()
    page.locator("#trend").get_by_role("link", name="Orders: 5. Show the orders").click()
    expect(rows(page)).to_have_count(5)


def test_a_customers_page_has_the_card_whose_figures_open_and_the_orders(
    visitor: Visitor, refunding: Shop
) -> None:
    page = visitor.page
    visitor.open("/customers/c-1", store=refunding.store_id)
    expect(rows(page)).to_have_count(21)
    visitor.check_accessibility()
    press(page, "Spent: R$129.90. Show the orders")
    expect(page.locator("#verdict")).to_have_text("This order adds up to R$129.90: exactly the figure.")
    press(page, "Customer")
    expect(page.locator("h1")).to_have_text("c-1")


def test_the_dashboard_says_how_its_figures_compared_with_the_orders(
    visitor: Visitor, refunding: Shop
) -> None:
    page = visitor.page
    page.clock.install()
    visitor.see_dashboard(refunding.store_id)
    expect(page.locator("#trust")).to_have_text("Counted as orders come in, and recounted every night.")
    month = f"{datetime.now(UTC):%Y-%m}"
    refunding.ask("POST", "/reconciliations", {"storeId": refunding.store_id, "month": month})
    visitor.let_pass(600)
    expect(page.locator("#trust")).to_contain_text("no difference.")
    expect(page.locator("#trust")).to_have_class("fresh")
    press(page, "What the figures mean")
    expect(page.locator("h1")).to_have_text("What the figures mean")
    visitor.check_accessibility()


@pytest.fixture
def disputed(stack: LocalStack) -> Shop:
    """Return a store with an order whose completion arrives after a refund of a part, and a dead letter."""
    shop = Shop(stack)
    shop.order("100", days_ago=2, status=None)
    shop.settle(totalOrders=1)
    refund = {"refundId": "r-1", "amount": "10", "currency": "BRL"}
    shop.tell("o-1", hours_ago=1, eventId="stripe:evt_9", refund=refund)
    shop.wait_for(lambda: shop.arrivals("o-1") == 2)
    shop.tell("o-1", hours_ago=3, status="COMPLETED")
    shop.settle(totalCompletedOrders=1)
    shop.tell("o-1", status="LOST")
    shop.wait_for(shop.letters)
    return shop


def test_an_order_tells_what_arrived_when_and_leads_to_its_dead_letters_and_back(
    visitor: Visitor, disputed: Shop
) -> None:
    page = visitor.page
    visitor.open("/orders/o-1", store=disputed.store_id)
    expect(page.locator("#history strong")).to_have_text(
        ["Placed", "Described", "Completed", "Refunded in part"]
    )
    expect(page.locator("#history li").last).to_contain_text("R$10.00, refund r-1")
    arrivals = page.locator("#arrivals li")
    expect(arrivals.locator("strong")).to_have_text(["Placed, Described", "Refunded in part", "Completed"])
    expect(arrivals.nth(1)).to_contain_text("arrived 1 hour later")
    expect(arrivals.nth(1)).to_contain_text("Webhook of stripe, event stripe:evt_9")
    expect(arrivals.nth(1)).not_to_contain_text("Late")
    expect(arrivals.nth(2)).to_contain_text("Late: something that happened after it was known already.")
    expect(page.locator("#payments tbody tr")).to_have_count(1)
    expect(page.locator("#payments tbody tr")).to_contain_text("R$10.00")
    expect(page.locator("#adds tbody tr").filter(has_text="Given back on that day")).to_contain_text(
        "R$10.00"
    )
    page.get_by_text("Explain", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#explained")).to_contain_text("shared/domain/order.py: OrderFacts.sale_counts")
    visitor.check_accessibility()
    press(page, "1 event of this order waits as a dead letter")
    expect(page.locator("#letters li")).to_have_count(1)
    visitor.check_accessibility()
    press(page, "order o-1")
    expect(page.locator("h1")).to_have_text("Order o-1")


def test_a_figure_that_changes_under_the_focus_keeps_it(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    shop.order("10")
    shop.settle(totalCompletedOrders=1)
    visitor.page.clock.install()
    visitor.see_dashboard(shop.store_id)
    visitor.page.get_by_role("link", name="Completed: 1. Show the orders").focus()
    shop.order("5")
    shop.settle(totalCompletedOrders=2)
    visitor.let_pass(10)
    expect(visitor.page.get_by_role("link", name="Completed: 2. Show the orders")).to_be_focused()
