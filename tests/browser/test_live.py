"""The dashboard while it stays open: news, outages, hidden tabs, nothing at all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request, Route, expect

from emulator.stack import LocalStack
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

POLL_S, RETURNING_S = 10, 60


@pytest.fixture
def visitor(visitor: Visitor) -> Visitor:
    """Return an admin whose clock a test can move on."""
    visitor.page.clock.install()
    return visitor


def test_an_order_published_while_the_page_is_open_shows_up_without_reload(
    visitor: Visitor, stack: LocalStack
) -> None:
    shop = Shop.with_orders(stack)
    visitor.see_dashboard(shop.store_id)
    visitor.page.evaluate("window.stayed = true")
    expect(visitor.figure("totalOrders")).to_have_text("4")
    shop.order("1000", "Gold mug", coupon="NEW")
    shop.settle(totalOrders=5, totalCompletedOrders=4)
    visitor.let_pass(POLL_S)
    expect(visitor.figure("totalOrders")).to_have_text("5")
    expect(visitor.figure("totalSales")).to_have_text("R$1,234.90")
    expect(visitor.page.locator("#products")).to_contain_text("Gold mug")
    expect(visitor.page.locator("#coupons")).to_contain_text("NEW")
    assert visitor.page.evaluate("window.stayed")
    # What changed is marked, and nothing else.
    fresh = visitor.page.locator(".fresh")
    expect(fresh.first).to_be_visible()
    names = "cards => cards.map((card) => card.dataset.figure)"
    cards = {*visitor.page.locator(".card.fresh").evaluate_all(names)}
    assert cards >= {"totalOrders", "totalSales", "ordersWithCoupon"}
    assert not cards & {"totalRefundedOrders", "newCustomers"}
    rows = visitor.page.locator("#products tbody tr")
    expect(rows.filter(has_text="Gold mug").locator(".fresh")).to_have_count(3)
    expect(rows.filter(has_text="Green bowl").locator(".fresh")).to_have_text(["6.48%"])
    expect(visitor.page.locator("#coupons td.fresh")).to_have_text(["1", "R$1,000.00"])
    still = "getComputedStyle(document.querySelector('.fresh')).animationTimingFunction"
    visitor.page.emulate_media(reduced_motion="reduce")
    assert visitor.page.evaluate(still).startswith("steps(1")
    visitor.page.get_by_role("combobox", name="Period", exact=True).select_option("7d")
    expect(visitor.page.locator("#figures")).to_have_attribute("aria-busy", "false")
    expect(fresh).to_have_count(0)


def test_an_order_does_not_close_the_fields_for_other_days(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop.with_orders(stack)
    visitor.see_dashboard(shop.store_id)
    picker = visitor.page.get_by_role("combobox", name="Period", exact=True)
    picker.select_option("range")
    shop.order("1000")
    shop.settle(totalOrders=5)
    visitor.let_pass(POLL_S)
    expect(visitor.figure("totalOrders")).to_have_text("5")
    expect(picker).to_have_value("range")
    expect(visitor.page.get_by_label("From")).to_be_visible()


def test_a_store_without_orders_says_so_and_fills_itself(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("#state")).to_contain_text("Waiting for the first order")
    expect(visitor.page.locator("#products")).to_be_hidden()
    expect(visitor.figure("totalSales")).to_have_text("R$0.00")
    expect(visitor.figure("returningRate")).to_have_text("\u2013")
    visitor.check_accessibility()
    shop.order("10")
    shop.settle(totalCompletedOrders=1)
    visitor.let_pass(POLL_S)
    expect(visitor.figure("totalSales")).to_have_text("R$10.00")
    expect(visitor.page.locator("#state")).to_be_hidden()
    expect(visitor.page.locator("#products")).to_be_visible()
    visitor.let_pass(RETURNING_S)
    expect(visitor.change("returningRate")).to_have_text("0 of 1 orders")


def test_a_period_without_orders_says_so_in_each_panel(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id, period="2020-01")
    expect(visitor.page.locator("#no-products")).to_be_visible()
    expect(visitor.page.locator("#no-coupons")).to_be_visible()
    expect(visitor.page.locator("#no-shares")).to_be_visible()
    expect(visitor.page.locator("#shares")).to_be_hidden()
    expect(visitor.page.locator("#state")).to_be_hidden()
    visitor.check_accessibility()


def test_orders_without_sales_have_no_top_products(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    shop.order("10", status=None)
    shop.settle(totalOrders=1)
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("#products tbody tr")).to_contain_text("0.00%")
    expect(visitor.page.locator("#no-shares")).to_have_text("No sales in this period.")
    expect(visitor.page.locator("#slices li")).to_have_count(0)
    visitor.check_accessibility()


def test_nothing_new_costs_no_body(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    as_of = visitor.page.locator("#as-of")
    # Both answers may come within the second that the page shows.
    as_of.evaluate("element => { element.textContent = '' }")
    with visitor.page.expect_response("**/store/dashboard?**") as polled:
        visitor.let_pass(POLL_S)
    assert polled.value.status == 304
    expect(as_of).to_contain_text("As of")


def test_an_outage_is_shown_with_the_last_figures_and_ends_by_itself(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    visitor.page.route("**/store/dashboard?**", lambda route: route.abort())
    visitor.let_pass(POLL_S)
    expect(visitor.page.locator("#notice")).to_contain_text("be reached right now")
    expect(visitor.page.locator("#as-of")).to_contain_text("Not updated since")
    expect(visitor.figure("totalOrders")).to_have_text("4")
    visitor.check_accessibility()
    visitor.page.unroute("**/store/dashboard?**")
    visitor.let_pass(POLL_S)
    expect(visitor.page.locator("#notice")).to_be_hidden()
    expect(visitor.page.locator("#as-of")).to_contain_text("As of")


def test_an_answer_that_never_came_is_no_page_of_zeros(visitor: Visitor, shop: Shop) -> None:
    def fail(route: Route) -> None:
        route.fulfill(status=503, content_type="application/problem+json", body='{"status": 503}')

    visitor.page.route("**/store/dashboard?**", fail)
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("#state")).to_contain_text("has a problem right now")
    expect(visitor.page.locator("#figures")).to_be_hidden()
    visitor.check_accessibility()
    visitor.page.unroute("**/store/dashboard?**")
    visitor.page.get_by_role("button", name="Try again").click()
    expect(visitor.figure("totalOrders")).to_have_text("4")
    expect(visitor.page.locator("#state")).to_be_hidden()


def test_figures_appear_by_themselves_when_the_service_is_back(visitor: Visitor, shop: Shop) -> None:
    visitor.page.route("**/store/dashboard?**", lambda route: route.abort())
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("#state")).to_contain_text("can\u2019t be reached right now")
    visitor.page.unroute("**/store/dashboard?**")
    visitor.let_pass(POLL_S)
    expect(visitor.figure("totalOrders")).to_have_text("4")


def test_a_hidden_tab_asks_nothing(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    asked: list[str] = []

    def listen(request: Request) -> None:
        if "/store/dashboard" in request.url:
            asked.append(request.url)

    hide = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => %s });"
    tell = "document.dispatchEvent(new Event('visibilitychange'));"
    visitor.page.on("request", listen)
    visitor.page.evaluate(hide % "true" + tell)
    visitor.let_pass(60 * POLL_S)
    # Its answer comes after all that is under way.
    visitor.page.evaluate("fetch('/healthz').then((answer) => answer.text())")
    assert asked == []
    with visitor.page.expect_response("**/store/dashboard?**"):
        visitor.page.evaluate(hide % "false" + tell)
