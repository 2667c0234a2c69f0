"""Instants as numbers and as text."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.instants import from_micros, to_micros, to_rfc3339
from tests.builders import utc


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_from_its_number(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2026-11-20T15:04:05.678901Z", 1795187045678901),
        ("2026-11-20T12:04:05.678901-03:00", 1795187045678901),
    ],
)
def test_an_instant_is_microseconds_since_1970(text: str, micros: int) -> None:
    assert to_micros(utc(text)) == micros


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-20T12:04:05-03:00", "2026-11-20T15:04:05Z"),
        ("2026-11-20T15:04:05.5Z", "2026-11-20T15:04:05.500000Z"),
        ("2026-11-20T15:04:05.000Z", "2026-11-20T15:04:05Z"),
    ],
)
def test_an_instant_is_shown_in_utc(text: str, shown: str) -> None:
    assert to_rfc3339(datetime.fromisoformat(text)) == shown


def test_an_instant_is_shown_in_utc_whatever_the_machines_time_zone_is() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        shown = to_rfc3339(utc("2026-11-20T15:04:05Z"))
    time.tzset()
    assert shown == "2026-11-20T15:04:05Z"
