"""A store's settings, as its admins change them."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from emulator.stack import LocalStack
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor


def see_settings(visitor: Visitor, shop: Shop) -> Locator:
    visitor.open("/operations", tab="settings", store=shop.store_id)
    form = visitor.page.locator("#settings")
    expect(form.get_by_label("Name")).not_to_have_value("")
    return form


def thresholds(form: Locator, name: str) -> Locator:
    return form.locator(f"[name='segments.{name}']")


def save(form: Locator, said: str = "Saved.") -> None:
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("status")).to_have_text(said)


def saved(shop: Shop) -> dict[str, Any]:
    [found] = [one for one in shop.ask("GET", "/stores")["stores"] if one["storeId"] == shop.store_id]
    return dict(found)


def test_a_stores_settings_are_saved_and_what_was_not_touched_stays(
    visitor: Visitor, stack: LocalStack
) -> None:
    shop = Shop(stack)
    segments = {"recencyDays": [1, 2, 3, 4], "completedOrders": [1, 2, 3, 4], "spent": None}
    settings = {"name": "Before", "timezone": "UTC", "currency": "BRL", "segments": segments}
    shop.ask("PUT", f"/stores/{shop.store_id}", settings)
    visitor.open("/operations", tab="settings", store=shop.store_id)
    form = visitor.page.locator("#settings")
    expect(form.get_by_label("Name")).to_have_value("Before")
    form.get_by_label("Name").fill("After")
    form.get_by_label("Time zone").fill("Nowhere/Land")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_label("Time zone")).to_have_accessible_description(
        "expected an IANA time zone such as America/Sao_Paulo, got 'Nowhere/Land'"
    )
    form.get_by_label("Time zone").fill("Asia/Tokyo")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("status")).to_have_text("Saved.")
    [saved] = [one for one in shop.ask("GET", "/stores")["stores"] if one["storeId"] == shop.store_id]
    assert (saved["name"], saved["timezone"], saved["segments"]) == ("After", "Asia/Tokyo", segments)
    expect(visitor.page.get_by_label("Store", exact=True).locator("option:checked")).to_have_text("After")


def test_thresholds_of_segments_are_shown_and_saved(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    form = see_settings(visitor, shop)
    assert [one.input_value() for one in thresholds(form, "recencyDays").all()] == ["30", "60", "120", "240"]
    expect(form.get_by_text("Spent, in whole BRL")).to_be_visible()
    for name, limits in (
        ("recencyDays", "7 14 28 56"),
        ("completedOrders", "1 2 4 8"),
        ("spent", "5 10 50 99"),
    ):
        for field, limit in zip(thresholds(form, name).all(), limits.split(), strict=True):
            field.fill(limit)
    save(form)
    segments = {"recencyDays": [7, 14, 28, 56], "completedOrders": [1, 2, 4, 8], "spent": [5, 10, 50, 99]}
    assert saved(shop)["segments"] == segments
    for field in thresholds(form, "spent").all():
        field.fill("")
    save(form)
    assert saved(shop)["segments"] == segments | {"spent": None}


def test_wrong_thresholds_are_said_to_be_wrong_where_they_are(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    form = see_settings(visitor, shop)
    thresholds(form, "recencyDays").nth(1).fill("10")
    thresholds(form, "spent").nth(2).fill("many")
    form.get_by_label("Country for phone numbers").fill("Zz")
    save(form, "Not saved.")
    for field in thresholds(form, "recencyDays").all():
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile("four rising numbers"))
    expect(thresholds(form, "spent").nth(2)).to_have_accessible_description(re.compile("got 'many'"))
    expect(thresholds(form, "spent").nth(1)).to_have_accessible_description(re.compile("got None"))
    expect(form.get_by_text("expected a valid integer, got None")).to_have_count(1)
    expect(form.get_by_label("Country for phone numbers")).to_have_accessible_description(
        re.compile("ISO 3166")
    )
    expect(thresholds(form, "completedOrders").first).not_to_have_attribute("aria-invalid", "true")
    visitor.check_accessibility()
    assert saved(shop)["segments"]["recencyDays"] == [30, 60, 120, 240]


def test_the_country_of_phone_numbers_can_be_set_and_taken_back(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    form = see_settings(visitor, shop)
    for code in ("BR", ""):
        form.get_by_label("Country for phone numbers").fill(code)
        save(form)
        assert saved(shop).get("phoneRegion", "") == code


def test_a_currency_that_orders_have_fixed_is_refused_in_the_apis_words(
    visitor: Visitor, stack: LocalStack
) -> None:
    shop = Shop(stack)
    shop.order("10")
    shop.settle(totalCompletedOrders=1)
    form = see_settings(visitor, shop)
    form.get_by_label("Currency").fill("EUR")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("status")).to_contain_text("BRL")
    assert saved(shop)["currency"] == "BRL"


def test_what_completes_an_order_is_shown_and_saved(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack)
    form = see_settings(visitor, shop)
    choice = form.get_by_label("Orders are completed by")
    expect(choice).to_have_value("payment")
    choice.select_option("their fulfilment")
    save(form)
    assert saved(shop)["completesOn"] == "fulfilment"
    visitor.page.reload()
    expect(choice).to_have_value("fulfilment")
