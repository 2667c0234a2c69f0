"""The audit trail, as admins see it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from emulator.stack import LocalStack
from tests.browser.conftest import Visit
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

SETTINGS = {"name": "Before", "timezone": "UTC", "currency": "BRL"}


@pytest.fixture
def changed(stack: LocalStack) -> Shop:
    """Return a store whose name was changed."""
    shop = Shop(stack)
    for name in ("Before", "After"):
        shop.ask("PUT", f"/stores/{shop.store_id}", SETTINGS | {"name": name})
    return shop


@pytest.mark.parametrize("width", [375, 1280])
def test_a_change_shows_who_and_from_what_to_what(visit: Visit, changed: Shop, width: int) -> None:
    visitor = visit(viewport={"width": width, "height": 800})
    visitor.sign_in([changed.store_id])
    visitor.open("/operations", tab="audit", store=changed.store_id)
    newest = visitor.page.locator("#audit > li").first
    expect(newest).to_contain_text("Change the store's settings")
    expect(newest).to_contain_text("done")
    newest.get_by_text("Details").click()
    expect(newest).to_contain_text("Before → After")
    expect(visitor.page.locator("#audit-scope")).to_have_count(0)
    visitor.check_width()
    visitor.check_accessibility()


def test_operators_see_what_is_about_all_stores(visitor: Visitor, changed: Shop) -> None:
    visitor.open("/operations", tab="audit", store=changed.store_id)
    expect(visitor.page.locator("#audit > li").first).to_contain_text("Change the store's settings")
    visitor.page.locator("#audit-scope").select_option("all stores")
    expect(visitor.page.locator("#audit > li").first).to_contain_text("Sign in")
    visitor.check_accessibility()
