"""The periods that the page's script offers, on any day of the year; no stack is needed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page


def call(scripts: Page, now: str, script: str) -> Any:
    """Return what the script makes of `period.js`, at that time."""
    scripts.clock.set_fixed_time(now)
    return scripts.evaluate(f"import('/period.js').then((period) => {script})")


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
    scripts: Page, now: str, timezone: str, month: dict[str, int]
) -> None:
    assert call(scripts, now, f"period.readPeriod('last', '{timezone}')") == month


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
def test_a_range_ends_on_the_stores_own_day(scripts: Page, text: str, start: str, end: str) -> None:
    asked = call(scripts, "2027-03-01T00:30:00Z", f"period.readPeriod('{text}', 'Europe/Lisbon')")
    assert asked == {"startDate": start, "endDate": end}


def test_months_are_listed_back_over_the_turn_of_the_year(scripts: Page) -> None:
    listed = call(scripts, "2027-01-15T12:00:00Z", "period.monthsSince({ year: 2026, month: 11 }, 'UTC')")
    assert [value for value, _ in listed] == ["2027-01", "2026-12", "2026-11"]
