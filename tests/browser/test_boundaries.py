"""What nobody can do from a browser, whatever stands in the data."""

from __future__ import annotations

from playwright.sync_api import expect

from emulator.stack import LocalStack
from tests.browser.conftest import Visit
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

ATTACKS = (
    '<img src=x onerror="window.hacked=1">',
    '"><script>window.hacked=1</script>',
    "</option></select><script>window.hacked=1</script>",
    "{{ 7*7 }}${7*7}",
)


def test_names_stay_text(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop(stack, name=ATTACKS[2])
    for number, attack in enumerate(ATTACKS):
        shop.order(
            f"{10 - number}", attack, customer=attack, coupon=attack, image="javascript:window.hacked=1"
        )
    shop.settle(totalCompletedOrders=4)
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("h1")).to_have_text(ATTACKS[2])
    expect(visitor.page.locator("#products .name")).to_have_text([*ATTACKS])
    expect(visitor.page.locator("#slices .name")).to_have_text([*ATTACKS])
    expect(visitor.page.locator("#products img")).to_have_count(0)
    expect(visitor.page.locator("#coupons .code")).to_have_text([*ATTACKS])
    visitor.open("/customers", store=shop.store_id)
    expect(visitor.page.locator("#customers tbody th")).to_have_text([*ATTACKS])
    visitor.page.locator("#customers tbody th button").first.hover()
    expect(visitor.page.locator("#card h2")).to_have_text(ATTACKS[0])
    visitor.open("/operations", tab="settings", store=shop.store_id)
    expect(visitor.page.locator("#settings").get_by_label("Name")).to_have_value(ATTACKS[2])
    assert visitor.page.evaluate("window.hacked") is None


def test_a_viewer_sees_own_stores_and_no_operations(visit: Visit, shop: Shop, stack: LocalStack) -> None:
    other = Shop.with_orders(stack, name="Not yours")
    viewer = visit()
    viewer.sign_in([shop.store_id], ["viewer"])
    viewer.see_dashboard(shop.store_id)
    expect(viewer.page.locator("#store option")).to_have_text(["Mug House"])
    expect(viewer.page.get_by_role("link", name="Operations")).to_have_count(0)
    viewer.open("/", store=other.store_id)
    expect(viewer.page.locator("#state")).to_contain_text("You have no access to this store")
    expect(viewer.page.locator("#figures")).to_be_hidden()
    assert "Not yours" not in viewer.page.content()
    viewer.open("/operations", store=shop.store_id)
    expect(viewer.page.locator("h1")).to_have_text("This page is for admins")
    viewer.check_accessibility()
    paths = (
        f"/store/dashboard?storeId={other.store_id}",
        f"/store/customers?storeId={other.store_id}",
        f"/store/lookups?storeId={shop.store_id}",
        f"/reconciliations?storeId={shop.store_id}&month=2026-11",
        "/dead-letters",
        "/config/customer-lookup",
    )
    asked = viewer.page.evaluate(
        "paths => Promise.all(paths.map(p => fetch(p).then(r => r.status)))", [*paths]
    )
    assert asked == [403] * len(paths)


def test_an_admin_of_one_store_has_no_dead_letters(visit: Visit, shop: Shop) -> None:
    admin = visit()
    admin.sign_in([shop.store_id], ["admin"])
    admin.open("/operations", tab="settings", store=shop.store_id)
    expect(admin.page.locator("#settings").get_by_label("Name")).to_have_value("Mug House")
    expect(admin.page.get_by_text("Dead letters")).to_have_count(0)
    expect(admin.page.locator("#config")).to_have_count(0)


def test_who_has_no_store_is_told_so(visit: Visit) -> None:
    viewer = visit()
    viewer.sign_in([], ["viewer"])
    expect(viewer.page.locator("#state")).to_contain_text("You have access to no store yet")
    viewer.check_accessibility()


def test_nothing_inline_runs(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id)
    visitor.page.evaluate(
        """() => { const s = document.createElement("script"); s.textContent = "window.hacked=1";
                   document.body.append(s); }"""
    )
    visitor.wait_until("window.violations.length == 1")
    assert visitor.page.evaluate("window.hacked") is None
    visitor.page.evaluate("window.violations = []")
    visitor.complaints.clear()
