"""The dashboard: every control, and that the screen says what the API says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from emulator.stack import LocalStack
from tests.browser.conftest import Visit
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

FIGURES = [
    "totalSales",
    "totalOrders",
    "totalCompletedOrders",
    "totalExpiredOrders",
    "totalRefundedOrders",
    "averageTicket",
    "totalCustomers",
    "newCustomers",
    "ordersWithCoupon",
    "ordersWithoutCoupon",
]


def test_the_cards_say_what_the_api_says(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    answer = shop.month(compare="previous")
    for figure in FIGURES:
        value = answer["summary"][figure]
        is_money = figure in {"totalSales", "averageTicket"}
        expect(visitor.figure(figure)).to_have_text(f"R${value:,.2f}" if is_money else f"{value:,}")
    # Today is not over: its last orders may be too new to be compared.
    change = answer["comparison"]["change"]["totalSales"]
    rose, amount = change["value"] > 0, f"R${abs(change['value']):,.2f}"
    arrow, sign = ("▲", "+") if rose else ("▼", "-")
    said = f"{arrow} {sign}{abs(change['percent']):.1f}% {sign}{amount}"
    expect(visitor.change("totalSales")).to_have_text(said)
    expect(visitor.figure("returningRate")).to_have_text("50.0%")
    expect(visitor.change("returningRate")).to_have_text("2 of 4 orders · Before: 0.0%")


def test_store_zone_currency_and_time_are_shown(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("h1")).to_have_text("Mug House")
    expect(visitor.page.locator("#facts")).to_contain_text("As of")
    expect(visitor.page.locator("#facts")).to_contain_text("UTC")
    expect(visitor.page.locator("#facts")).to_contain_text("BRL")


def test_each_card_is_defined_in_a_tooltip(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    for figure in [*FIGURES, "returningRate"]:
        card = visitor.page.locator(f"[data-figure={figure}]")
        tip = card.get_by_role("tooltip", include_hidden=True)
        expect(tip).to_be_hidden()
        card.get_by_role("button").hover()
        expect(tip).to_be_visible()
        visitor.page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
        visitor.page.mouse.move(0, 0)
        card.get_by_role("button").focus()
        expect(tip).to_be_visible()
        visitor.page.keyboard.press("Escape")


@pytest.mark.parametrize("period", ["today", "yesterday", "", "last", "7d", "30d", "90d", "month"])
def test_each_period_can_be_picked_shared_and_exported(visitor: Visitor, shop: Shop, period: str) -> None:
    visitor.see_dashboard(shop.store_id, period="2020-01" if period else "7d")
    picker = visitor.page.get_by_role("combobox", name="Period", exact=True)
    if period == "month":
        period = f"{datetime.now(UTC) - timedelta(days=32):%Y-%m}"
    picker.select_option(period)
    expect(visitor.page.locator("#figures")).to_have_attribute("aria-busy", "false")
    address = parse_qs(urlsplit(visitor.page.url).query)
    assert address.get("period", [""]) == [period]
    href = visitor.page.locator("#export-csv").get_attribute("href")
    assert href
    query = {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}
    answer = shop.ask("GET", "/store/dashboard", **query)
    expect(visitor.figure("totalOrders")).to_have_text(str(answer["summary"]["totalOrders"]))
    visitor.page.reload()
    expect(picker).to_have_value(period)
    expect(visitor.figure("totalOrders")).to_have_text(str(answer["summary"]["totalOrders"]))
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Export CSV").click()
    assert f"summary,,,totalOrders,{answer['summary']['totalOrders']}" in download.value.path().read_text()


def test_any_days_can_be_picked(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    visitor.page.get_by_role("combobox", name="Period", exact=True).select_option("range")
    day = str(datetime.now(UTC).date() - timedelta(days=1))
    visitor.page.get_by_label("From").fill(day)
    visitor.page.get_by_label("To", exact=True).fill(day)
    visitor.page.get_by_role("button", name="Apply", exact=True).click()
    expect(visitor.figure("totalSales")).to_have_text("R$25.00")
    assert f"period={day}..{day}" in visitor.page.url


def test_days_that_the_api_would_refuse_can_t_be_applied(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id, period="2026-11-02..2026-11-03")
    end = visitor.page.get_by_label("To", exact=True)
    for day, is_possible in (("2026-11-01", False), ("2027-11-02", True), ("2027-11-03", False)):
        end.fill(day)
        assert end.evaluate("field => field.validity.valid") == is_possible


def test_a_picture_s_place_shows_a_whole_emoji(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    shop.order("10", "👩‍👩‍👧 Family set")
    shop.settle(totalCompletedOrders=1)
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("#products .picture")).to_have_text("👩‍👩‍👧")


def test_paper_is_light_also_where_the_screen_is_dark(visit: Visit, shop: Shop) -> None:
    visitor = visit(color_scheme="dark")
    visitor.sign_in()
    visitor.see_dashboard(shop.store_id)
    visitor.wait_until("Boolean(window.Chart && Chart.getChart('chart'))")
    visitor.page.emulate_media(media="print")
    visitor.wait_until("Chart.getChart('chart').options.color === '#444'")
    visitor.check_accessibility("color-contrast")


def test_days_that_the_api_refuses_are_said_to_be_wrong(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id, period="2026-11-02..2026-11-01")
    expect(visitor.page.get_by_role("status").first).to_contain_text("not before startDate")


def test_the_comparison_can_be_chosen_and_left_out(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    compare = visitor.page.get_by_label("Compare with")
    compare.select_option("year")
    expect(visitor.change("totalOrders")).to_have_text("no earlier figures")
    expect(visitor.change("totalOrders")).to_have_attribute("data-mood", "")
    compare.select_option("")
    expect(visitor.change("totalOrders")).to_have_text("\u00a0", use_inner_text=True)
    visitor.page.go_back()
    expect(compare).to_have_value("year")
    expect(visitor.change("totalOrders")).to_have_text("no earlier figures")


def test_another_store_can_be_picked(visitor: Visitor, shop: Shop, stack: LocalStack) -> None:
    other = Shop(stack, name="Kumo", currency="JPY")
    other.order("1234567890", "Kettle")
    other.settle(totalCompletedOrders=1)
    visitor.see_dashboard(shop.store_id)
    visitor.page.get_by_label("Store", exact=True).select_option(other.store_id)
    expect(visitor.figure("totalSales")).to_have_text("¥1,234,567,890")
    assert f"store={other.store_id}" in visitor.page.url
    visitor.page.get_by_role("link", name="Customers").click()
    expect(visitor.page.get_by_label("Store", exact=True)).to_have_value(other.store_id)


def test_products_coupons_and_trend_are_tables(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    rows = visitor.page.locator("#products tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("Blue mug")
    expect(rows.nth(0)).to_contain_text("55.30%")
    expect(visitor.page.locator("#coupons tbody tr")).to_have_text("WELCOME101R$129.90")
    visitor.page.get_by_text("Show as a table").click()
    expect(visitor.page.locator("#trend tbody tr")).to_have_count(30)
    expect(visitor.page.locator("#trend tbody tr").last).to_contain_text("R$209.90")
    visitor.wait_until("Boolean(window.Chart) && Chart.getChart('chart')?.data.datasets.length == 3")
    visitor.page.get_by_label("Compare with").select_option("")
    visitor.wait_until("Chart.getChart('chart').data.datasets.length == 2")


def test_today_is_compared_with_the_same_weekday_up_to_this_hour(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    shop.order("10")
    shop.settle(totalCompletedOrders=1)
    visitor.see_dashboard(shop.store_id, period="today")
    expect(visitor.page.get_by_label("Compare with")).to_have_value("previous-weekdays")
    expect(visitor.page.locator("#span")).to_contain_text(re.compile(r"both up to \d\d:00"))
    expect(visitor.page.locator("#trend-title")).to_have_text("Hourly trend")
    expect(visitor.page.locator("#legend-open")).to_be_visible()
    visitor.page.get_by_text("Show as a table").click()
    expect(visitor.page.locator("#trend th[scope=row]").filter(has_text="not over yet")).to_have_count(1)
    visitor.check_accessibility()
    visitor.page.get_by_role("combobox", name="Period", exact=True).select_option("yesterday")
    expect(visitor.page.locator("#legend-open")).to_be_hidden()
    expect(visitor.page.locator("#trend tbody tr")).to_have_count(24)
    expect(visitor.page.locator("#span")).not_to_contain_text("up to")


def test_a_bar_opens_its_day_and_what_changed_in_it(visitor: Visitor, shop: Shop) -> None:
    page, day = visitor.page, datetime.now(UTC).date() - timedelta(days=1)
    opened = f"store={shop.store_id}&period={day}..{day}&by=change"
    visitor.see_dashboard(shop.store_id, period="7d")
    page.get_by_text("Show as a table").click()
    link = page.locator("#trend tbody th a").nth(5)
    expect(link).to_have_attribute("href", f"/?{opened}")
    visitor.wait_until("Boolean(window.Chart && Chart.getChart('chart'))")
    x, y = page.evaluate("(({ x, y }) => [x, y - 1])(Chart.getChart('chart').getDatasetMeta(0).data[5])")
    page.locator("#chart").click(position={"x": x, "y": y})
    expect(page).to_have_url(f"{visitor.url}/?{opened}")
    expect(visitor.figure("totalSales")).to_have_text("R$25.00")
    expect(page.get_by_label("Compare with")).to_have_value("previous-weekdays")
    expect(page.locator("#trend-title")).to_have_text("Hourly trend")
    expect(page.locator("#products .share")).to_have_text(["Change", "+R$25.00"])


def test_products_and_coupons_can_be_sorted_by_what_changed(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    shop.order("60", coupon="THEN", days_ago=32)
    shop.order("20", "Green bowl", days_ago=32)
    shop.order("30", coupon="NOW", days_ago=1)
    shop.order("50", "Green bowl", days_ago=1)
    shop.order("10", "Spoon", days_ago=1)
    shop.settle(totalCompletedOrders=3)
    shop.wait_for(
        lambda: shop.month(compare="previous")["comparison"]["summary"]["totalCompletedOrders"] == 2
    )
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("#sentence")).to_have_text(
        "Sales +R$10.00: average ticket -25.0%, completed orders +50.0%"
    )
    visitor.page.get_by_label("Sort by").select_option("change")
    rows = visitor.page.locator("#products tbody tr")
    expect(rows.locator(".name")).to_have_text(["Green bowl", "Spoon", "Blue mug"])
    expect(rows.locator(".share")).to_have_text(["+R$30.00", "+R$10.00", "-R$30.00"])
    expect(visitor.page.locator("#products thead .share")).to_have_text("Change")
    expect(visitor.page.locator("#coupons tbody tr")).to_have_text(
        ["THEN0R$0.00-R$60.00", "NOW1R$30.00+R$30.00"]
    )
    assert "by=change" in visitor.page.url
    visitor.check_accessibility()
    visitor.page.get_by_label("Compare with").select_option("")
    expect(visitor.page.get_by_label("Sort by")).to_be_hidden()
    expect(rows.locator(".name")).to_have_text(["Green bowl", "Blue mug", "Spoon"])


def test_products_that_the_list_leaves_out_are_its_last_row(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    for number in range(51):
        shop.order(f"{100 - number}", f"Product {number}")
    shop.settle(totalCompletedOrders=51)
    visitor.see_dashboard(shop.store_id)
    rows = visitor.page.locator("#products tbody tr")
    expect(rows).to_have_count(8)
    visitor.page.get_by_role("button", name="Show the first 50").click()
    expect(rows).to_have_count(51)
    expect(rows.last).to_have_text("All other products\u2013R$50.001.31%")


def test_the_best_products_are_a_chart_and_a_list(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    for number in range(7):
        shop.order(f"{10 + number}", f"Product {number}")
    shop.settle(totalCompletedOrders=7)
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("#slices li")).to_have_text(
        [
            "Product 617.6%",
            "Product 516.5%",
            "Product 415.4%",
            "Product 314.3%",
            "Product 213.2%",
            "All others23.1%",
        ]
    )
    drawn = "Chart.getChart('shares').data.datasets[0].data.map((share) => share.toFixed(2)).join()"
    visitor.wait_until("Boolean(window.Chart && Chart.getChart('shares'))")
    assert visitor.page.evaluate(drawn) == "17.58,16.48,15.38,14.29,13.19,23.08"
    coloured = "(li) => getComputedStyle(li, '::before').backgroundColor"
    colours = {row.evaluate(coloured) for row in visitor.page.locator("#slices li").all()}
    assert len(colours) == 6


def test_without_charts_the_same_is_there_as_text(visitor: Visitor, shop: Shop) -> None:
    visitor.page.route("**/chart.umd.min.js", lambda route: route.abort())
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("#trend")).to_be_visible()
    expect(visitor.page.locator("#slices li").first).to_have_text("Blue mug55.3%")
    expect(visitor.page.locator("#chart")).to_be_hidden()


def test_the_export_has_what_the_screen_has(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Export CSV").click()
    lines = download.value.path().read_text().splitlines()
    answer = shop.month(compare="previous")
    for figure in FIGURES:
        assert f"summary,,,{figure},{answer['summary'][figure]}" in lines
    change = answer["comparison"]["change"]["totalSales"]
    assert f"comparisonChange,totalSales,,percent,{change['percent']}" in lines
    assert "salesByCoupon,WELCOME10,,totalSalesAmount,129.9" in lines


def test_coupons_are_those_of_the_period(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    shop.order("10", coupon="NOW")
    shop.order("20", coupon="THEN", days_ago=40)
    shop.settle(totalCompletedOrders=1)
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("#coupons .code")).to_have_text(["NOW"])
    visitor.page.get_by_role("combobox", name="Period", exact=True).select_option("90d")
    expect(visitor.page.locator("#coupons tbody tr")).to_have_text(["THEN1R$20.00", "NOW1R$10.00"])


def test_a_long_list_of_products_opens_on_demand(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    for number in range(11):
        shop.order(f"{10 + number}", f"Product {number}")
    shop.settle(totalCompletedOrders=11)
    visitor.see_dashboard(shop.store_id)
    rows = visitor.page.locator("#products tbody tr")
    expect(rows).to_have_count(8)
    visitor.page.get_by_role("button", name="Show all 11").click()
    expect(rows).to_have_count(11)
    visitor.page.get_by_role("button", name="Show fewer").click()
    expect(rows).to_have_count(8)


def test_the_print_button_prints(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    visitor.page.evaluate("window.print = () => { window.printed = true; }")
    visitor.page.get_by_role("button", name="Print").click()
    assert visitor.page.evaluate("window.printed")
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator("#controls")).to_be_hidden()
    expect(visitor.figure("totalSales")).to_be_visible()
