"""Reconciling from the page: it shows what differs, and repairs it once somebody confirms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client, DocumentReference, Increment
from playwright.sync_api import expect

from emulator.stack import LocalStack
from shared.documents.paths import month_path, reconciliation_path
from shared.domain.period import Month
from tests.browser.conftest import Visit
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

THIS_MONTH = Month.of(datetime.now(UTC).date())


@pytest.fixture
def shop(stack: LocalStack) -> Shop:
    """Return a store with one completed order, whose documents a test may spoil."""
    made = Shop(stack)
    made.order("129.90")
    made.settle(totalCompletedOrders=1)
    return made


@pytest.fixture
def database(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", stack.state.firestore_host)
    return Client(project=stack.state.project_id, credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]


@pytest.fixture
def month(database: Client, shop: Shop) -> DocumentReference:
    return database.document(*month_path(shop.store_id, THIS_MONTH))


def see(visitor: Visitor, shop: Shop, said: str) -> None:
    visitor.open("/operations", tab="comparison", store=shop.store_id)
    expect(visitor.page.locator("#reconcile-said")).to_have_text(said)


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).click()


def test_a_month_that_is_right_is_said_to_be(visitor: Visitor, shop: Shop) -> None:
    see(visitor, shop, "This month has not been compared yet.")
    press(visitor, "Compare now")
    expect(visitor.page.locator("#reconcile-said")).to_have_text("Every counter matches the orders.")
    expect(visitor.page.locator("#counted-orders")).to_have_text("1")
    expect(visitor.page.locator("#drift")).to_be_hidden()
    expect(visitor.page.get_by_role("button", name="Repair\u2026")).to_be_disabled()
    see(visitor, shop, "Every counter matches the orders.")
    visitor.check_accessibility()


def test_what_differs_is_shown_and_repaired_once_confirmed(
    visitor: Visitor, shop: Shop, month: DocumentReference
) -> None:
    month.update({"totalOrders": Increment(4)})
    see(visitor, shop, "This month has not been compared yet.")
    press(visitor, "Compare now")
    expect(visitor.page.locator("#reconcile-said")).to_have_text("1 counter does not match the orders.")
    expect(visitor.page.locator("#drift tbody tr")).to_have_text([f"months/{THIS_MONTH}totalOrders15"])
    visitor.check_accessibility()
    press(visitor, "Repair\u2026")
    dialog = visitor.page.get_by_role("dialog", name="Repair this month?")
    expect(dialog).to_contain_text("Mug House")
    visitor.check_accessibility()
    press(visitor, "Cancel")
    expect(dialog).to_be_hidden()
    press(visitor, "Repair\u2026")
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert month.get(["totalOrders"]).get("totalOrders") == 5
    press(visitor, "Repair\u2026")
    press(visitor, "Repair")
    expect(visitor.page.locator("#reconcile-said")).to_have_text("Repaired 1 counter.")
    assert month.get(["totalOrders"]).get("totalOrders") == 1
    expect(visitor.page.get_by_role("button", name="Repair\u2026")).to_be_disabled()


def test_a_run_of_somebody_else_is_waited_for(visitor: Visitor, shop: Shop, database: Client) -> None:
    lease = database.document(*reconciliation_path(shop.store_id, THIS_MONTH))
    see(visitor, shop, "This month has not been compared yet.")
    began = datetime.now(UTC)
    taken = {"runId": "x", "startedAt": began, "deadline": began + timedelta(minutes=30), "commits": 0}
    lease.set(taken)
    press(visitor, "Compare now")
    expect(visitor.page.locator("#reconcile-said")).to_contain_text("A run has been in progress since")
    expect(visitor.page.get_by_role("button", name="Compare now")).to_be_disabled()
    visitor.check_accessibility()
    lease.update({"deadline": None})
    expect(visitor.page.locator("#reconcile-said")).to_have_text(
        "This month has not been compared yet.", timeout=15_000
    )
    press(visitor, "Compare now")
    expect(visitor.page.locator("#reconcile-said")).to_have_text("Every counter matches the orders.")


def test_each_month_with_orders_can_be_compared(visitor: Visitor, stack: LocalStack) -> None:
    shop = Shop.with_orders(stack)
    see(visitor, shop, "This month has not been compared yet.")
    before = f"{datetime.now(UTC) - timedelta(days=32):%Y-%m}"
    visitor.page.locator("#reconcile-month").select_option(before)
    press(visitor, "Compare now")
    expect(visitor.page.locator("#counted-orders")).to_have_text("1")
    visitor.page.locator("#reconcile-month").select_option(str(THIS_MONTH))
    expect(visitor.page.locator("#report")).to_be_hidden()


def test_a_failure_is_said_and_can_be_tried_again(visitor: Visitor, shop: Shop) -> None:
    see(visitor, shop, "This month has not been compared yet.")
    visitor.page.route("**/reconciliations", lambda route: route.fulfill(status=503, json={"status": 503}))
    press(visitor, "Compare now")
    expect(visitor.page.locator("#reconcile-said")).to_contain_text("has a problem right now")
    visitor.page.unroute("**/reconciliations")
    press(visitor, "Compare now")
    expect(visitor.page.locator("#reconcile-said")).to_have_text("Every counter matches the orders.")


def test_an_admin_of_one_store_can_compare_it(visit: Visit, shop: Shop) -> None:
    admin = visit()
    admin.sign_in([shop.store_id], ["admin"])
    see(admin, shop, "This month has not been compared yet.")
    press(admin, "Compare now")
    expect(admin.page.locator("#reconcile-said")).to_have_text("Every counter matches the orders.")
