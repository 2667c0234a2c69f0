"""Wide and narrow, dark and light, in each language: nothing breaks out or is hard to read."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Response

from emulator.stack import LocalStack
from tests.browser.conftest import Visit, launched
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

MOST_BYTES, MOST_REQUESTS = 150_000, 25
TABS = ("letters", "missing", "comparison", "lookups", "audit", "settings")
PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("/orders", {"counter": "totalSales", "period": "30d"}),
    ("/orders/o-1", {}),
    ("/customers", {}),
    ("/customers/c-1", {}),
    ("/figures", {}),
    ("/nowhere", {}),
    *(("/operations", {"tab": tab}) for tab in TABS),
)
METRICS = """() => new Promise((resolve) => {
  const seen = { shift: 0, paint: 0 };
  const shifts = (list) => list.getEntries().filter((e) => !e.hadRecentInput);
  new PerformanceObserver((list) => shifts(list).forEach((e) => { seen.shift += e.value; }))
    .observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { seen.paint = e.startTime; }))
    .observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => resolve(seen), 500);
})"""


@pytest.fixture(scope="module")
def big_shop(stack: LocalStack) -> Shop:
    """Return a store with long names and amounts of ten digits."""
    shop = Shop(stack, name="The Extraordinarily Long-Named Department Store of Everything and More")
    for number in range(9):
        shop.order("9999999999.99", f"{'Incomprehensibilities' * 5} {number}", coupon="LONG" * 20)
    shop.settle(totalCompletedOrders=9)
    return shop


@pytest.mark.parametrize(
    ("width", "locale", "in_the_dark"),  # colors are the same at every width and in every language
    [(320, "es-CO", False), (768, "pt-BR", True), (1920, "ja-JP", False)],
)
def test_every_page_fits_and_is_accessible(
    visit: Visit, shop: Shop, big_shop: Shop, width: int, locale: str, in_the_dark: bool
) -> None:
    visitor = visit(viewport={"width": width, "height": 800}, locale=locale)
    visitor.sign_in()
    for store in (shop, big_shop):
        visitor.see_dashboard(store.store_id)
        visitor.wait_until("Boolean(window.Chart && Chart.getChart('chart'))")
        check(visitor, in_the_dark=in_the_dark)
        clipped = "e => e.scrollWidth > e.clientWidth + 1"
        values = visitor.page.locator(".value")
        assert [v.inner_text() for v in values.all() if v.evaluate(clipped)] == []
    for path, asked in PAGES:
        visitor.open(path, store=big_shop.store_id, **asked)
        visitor.page.wait_for_load_state("networkidle")
        check(visitor, in_the_dark=in_the_dark)


def test_text_at_twice_its_size_fits_a_phone(browser: Browser, shop: Shop) -> None:
    with launched(browser.browser_type, "--blink-settings=defaultFontSize=32") as large:
        visitor = Visitor(large, shop.stack, viewport={"width": 375, "height": 800})
        visitor.sign_in()
        visitor.see_dashboard(shop.store_id)
        visitor.check_width()
        for path, asked in PAGES:
            visitor.open(path, store=shop.store_id, **asked)
            visitor.page.wait_for_load_state("networkidle")
            visitor.check_width()
        visitor.finish()


def check(visitor: Visitor, *, in_the_dark: bool) -> None:
    """Check the page as it is, and perhaps its colors in the dark."""
    visitor.check_width()
    visitor.check_columns()
    visitor.check_accessibility()
    if not in_the_dark:
        return
    visitor.page.emulate_media(color_scheme="dark")
    visitor.page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
    visitor.check_accessibility("color-contrast")
    visitor.page.emulate_media(color_scheme="light")


def test_the_first_view_is_light(visit: Visit, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    visitor = visit()
    visitor.sign_in([shop.store_id], ["viewer"])
    fresh = visit(storage_state=visitor.context.storage_state())
    answers: list[Response] = []
    fresh.page.on("response", lambda answer: answers.append(answer))
    fresh.see_dashboard(shop.store_id)
    fresh.wait_until("Boolean(window.Chart && Chart.getChart('chart'))")
    fresh.page.wait_for_load_state("networkidle")
    seen: dict[str, Any] = fresh.page.evaluate(METRICS)
    answers = [answer for answer in answers if not answer.url.startswith("data:")]
    sizes = [answer.request.sizes()["responseBodySize"] for answer in answers]
    with capsys.disabled():
        print(
            f"\nFirst view: {len(answers)} requests, {sum(sizes) / 1000:.0f} kB; "
            f"largest paint after {seen['paint']:.0f} ms, layout shift {seen['shift']:.3f}."
        )
    assert len(answers) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES
    assert seen["shift"] < 0.02


def test_files_are_kept_for_ever_under_their_hash(visit: Visit, shop: Shop) -> None:
    visitor = visit()
    visitor.sign_in()
    with visitor.page.expect_response("**/app.css") as fetched:
        visitor.see_dashboard(shop.store_id)
    assert fetched.value.headers["cache-control"] == "public, max-age=31536000, immutable"
    elsewhere = visitor.page.request.get(f"{visitor.url}/assets/0000/app.css")
    assert (elsewhere.status, elsewhere.headers["cache-control"]) == (200, "no-cache")
    assert visitor.page.request.get(f"{visitor.url}/assets/0000/main.py").status == 404
