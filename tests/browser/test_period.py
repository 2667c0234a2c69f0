"""The periods that the page's script offers, on any day of the year; no stack is needed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from emulator.options import REPOSITORY


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page from where the scripts can be imported."""
    handler = partial(_Quiet, directory=str(REPOSITORY / "functions" / "dashboard" / "static"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        with browser.new_context(locale="en-GB") as context:
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/period.js")
            yield page
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def call(page: Page, now: str, script: str) -> Any:
    """Return what the script makes of `period.js`, at that time."""
    page.clock.set_fixed_time(now)
    return page.evaluate(f"import('/period.js').then((period) => {script})")


@pytest.mark.parametrize(
    ("now", "timezone", "month"),
    [
        ("2027-01-15T12:00:00Z", "UTC", {"year": 2026, "month": 12}),
        ("2027-02-15T12:00:00Z", "UTC", {"year": 2027, "month": 1}),
        ("2026-12-31T23:59:59Z", "UTC", {"year": 2026, "month": 11}),
        ("2026-12-31T15:00:00Z", "Asia/Tokyo", {"year": 2026, "month": 12}),
        ("2027-01-01T02:59:59Z", "America/Sao_Paulo", {"year": 2026, "month": 11}),
    ],
)
def test_last_month_is_the_one_before_the_stores_own(
    page: Page, now: str, timezone: str, month: dict[str, int]
) -> None:
    assert call(page, now, f"period.readPeriod('last', '{timezone}')") == month


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("", "2027-03-01", "2027-03-01"),
        ("7d", "2027-02-23", "2027-03-01"),
        ("30d", "2027-01-31", "2027-03-01"),
        ("2026-12-30..2027-01-02", "2026-12-30", "2027-01-02"),
        ("nonsense", "2027-03-01", "2027-03-01"),
    ],
)
def test_a_range_ends_on_the_stores_own_day(page: Page, text: str, start: str, end: str) -> None:
    asked = call(page, "2027-03-01T00:30:00Z", f"period.readPeriod('{text}', 'Europe/Lisbon')")
    assert asked == {"startDate": start, "endDate": end}


def test_months_are_listed_back_over_the_turn_of_the_year(page: Page) -> None:
    listed = call(page, "2027-01-15T12:00:00Z", "period.monthsSince({ year: 2026, month: 11 }, 'UTC')")
    assert [value for value, _ in listed] == ["2027-01", "2026-12", "2026-11"]
