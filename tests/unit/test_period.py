"""Days belong to a store's time zone; periods include both of their ends."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.period import Month, Period, hours_of, local_day, local_hour, zone
from tests.builders import utc

FIRST, LAST = date(1970, 1, 2), date(9998, 12, 30)


@pytest.mark.parametrize(
    ("instant", "timezone", "day"),
    [
        ("2026-11-20T02:59:59Z", "America/Sao_Paulo", "2026-11-19"),
        ("2026-11-20T03:00:00Z", "America/Sao_Paulo", "2026-11-20"),
        ("2018-11-04T02:59:59Z", "America/Sao_Paulo", "2018-11-03"),
        ("2018-11-04T03:00:00Z", "America/Sao_Paulo", "2018-11-04"),  # the day has no midnight
        ("2019-02-17T02:59:59Z", "America/Sao_Paulo", "2019-02-16"),  # 23:59 for the second time
        ("2026-11-19T14:59:59Z", "Asia/Tokyo", "2026-11-19"),
        ("2026-11-19T15:00:00Z", "Asia/Tokyo", "2026-11-20"),
        ("2026-12-31T10:00:00Z", "Pacific/Kiritimati", "2027-01-01"),
        ("2026-12-31T09:59:59Z", "Pacific/Kiritimati", "2026-12-31"),
        ("2026-12-31T10:59:59Z", "Pacific/Auckland", "2026-12-31"),
        ("2026-12-31T11:00:00Z", "Pacific/Auckland", "2027-01-01"),
        ("2026-06-30T12:00:00Z", "Pacific/Auckland", "2026-07-01"),
        ("2026-03-08T04:59:59Z", "America/New_York", "2026-03-07"),
        ("2026-03-09T04:00:00Z", "America/New_York", "2026-03-09"),  # after a day of 23 hours
        ("2026-11-01T03:59:59Z", "America/New_York", "2026-10-31"),
        ("2026-11-02T04:59:59Z", "America/New_York", "2026-11-01"),  # the 25th hour
        ("2026-11-20T23:59:59-03:00", "UTC", "2026-11-21"),
    ],
)
def test_an_instant_falls_on_the_day_that_the_zone_shows(instant: str, timezone: str, day: str) -> None:
    assert local_day(utc(instant), timezone) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "name", ["", "America", "Mars/Phobos", "../etc/passwd", "/etc/localtime", "a\0b", "UTC "]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected an IANA time zone such as America/Sao_Paulo, got"):
        zone(name)


@pytest.fixture
def system_zones(tmp_path: Path) -> Iterator[Path]:
    """Return a folder of time zones as an operating system has it, which Python looks into first."""
    former = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([tmp_path])
    yield tmp_path
    zoneinfo.reset_tzpath(former)


@pytest.mark.parametrize("name", ["localtime", "posixrules", "right/UTC", "posix/UTC", "Factory"])
def test_a_zone_that_only_this_machine_knows_or_that_is_a_placeholder_is_refused(
    system_zones: Path, name: str
) -> None:
    (system_zones / name).parent.mkdir(exist_ok=True)
    (system_zones / name).write_bytes((files("tzdata") / "zoneinfo" / "UTC").read_bytes())
    assert zoneinfo.ZoneInfo.no_cache(name)
    with pytest.raises(ValueError, match="expected an IANA time zone such as America/Sao_Paulo, got"):
        zone(name)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-11-01", "2026-11-30", ["2026-11"]),
        ("2026-11-30", "2026-12-01", ["2026-11", "2026-12"]),
        ("2026-12-31", "2027-01-01", ["2026-12", "2027-01"]),
        ("2026-10-15", "2027-02-01", ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02"]),
        ("2026-01-01", "2026-01-01", ["2026-01"]),
    ],
)
def test_a_period_touches_its_months_oldest_first(start: str, end: str, months: list[str]) -> None:
    assert [str(month) for month in a_range(start, end).months()] == months


@pytest.mark.parametrize(
    ("start", "end", "month", "covered"),
    [
        ("2026-11-01", "2026-11-30", "2026-11", True),
        ("2026-11-01", "2026-11-29", "2026-11", False),
        ("2026-11-02", "2026-11-30", "2026-11", False),
        ("2026-10-31", "2026-12-01", "2026-11", True),
        ("2028-02-01", "2028-02-28", "2028-02", False),
        ("2028-02-01", "2028-02-29", "2028-02", True),
        ("2026-11-01", "2026-11-30", "2026-12", False),
    ],
)
def test_a_period_covers_a_month_with_every_day_of_it(
    start: str, end: str, month: str, covered: bool
) -> None:
    assert a_range(start, end).covers(Month.parse(month)) is covered


@pytest.mark.parametrize(
    ("period", "previous", "a_year_before"),
    [
        ("2026-11", "2026-10", "2025-11"),
        ("2026-01", "2025-12", "2025-01"),
        ("2028-02", "2028-01", "2027-02"),
        ("2028-03", "2028-02", "2027-03"),
    ],
)
def test_a_month_is_compared_with_whole_months(period: str, previous: str, a_year_before: str) -> None:
    month = Period.of_month(Month.parse(period))
    assert month.previous() == Period.of_month(Month.parse(previous))
    assert month.a_year_before() == Period.of_month(Month.parse(a_year_before))


@pytest.mark.parametrize(
    ("start", "end", "previous", "a_year_before"),
    [
        ("2026-11-08", "2026-11-14", ("2026-11-01", "2026-11-07"), ("2025-11-08", "2025-11-14")),
        ("2027-01-01", "2027-01-03", ("2026-12-29", "2026-12-31"), ("2026-01-01", "2026-01-03")),
        ("2028-02-29", "2028-02-29", ("2028-02-28", "2028-02-28"), ("2027-02-28", "2027-02-28")),
        ("2028-02-20", "2028-02-29", ("2028-02-10", "2028-02-19"), ("2027-02-20", "2027-02-28")),
        ("2028-02-29", "2028-03-01", ("2028-02-27", "2028-02-28"), ("2027-02-28", "2027-03-01")),
        ("2026-11-01", "2026-11-30", ("2026-10-02", "2026-10-31"), ("2025-11-01", "2025-11-30")),
        ("2026-12-20", "2027-01-10", ("2026-11-28", "2026-12-19"), ("2025-12-20", "2026-01-10")),
    ],
)
def test_a_range_is_compared_with_days(
    start: str, end: str, previous: tuple[str, str], a_year_before: tuple[str, str]
) -> None:
    assert a_range(start, end).previous() == a_range(*previous)
    assert a_range(start, end).a_year_before() == a_range(*a_year_before)


@pytest.mark.parametrize(
    ("start", "end", "weeks"),
    [
        ("2026-11-26", "2026-11-26", ("2026-11-19", "2026-11-19")),
        ("2026-11-20", "2026-11-26", ("2026-11-13", "2026-11-19")),
        ("2026-11-19", "2026-11-26", ("2026-11-05", "2026-11-12")),
        ("2026-11-01", "2026-11-30", ("2026-09-27", "2026-10-26")),
    ],
)
def test_a_period_is_compared_with_the_same_weekdays_of_whole_weeks_before(
    start: str, end: str, weeks: tuple[str, str]
) -> None:
    assert a_range(start, end).weeks_before() == a_range(*weeks)


@pytest.mark.parametrize(
    ("instant", "timezone", "hour"),
    [
        ("2026-11-20T02:59:59Z", "America/Sao_Paulo", ("2026-11-19", "23")),
        ("2026-11-20T03:00:00Z", "America/Sao_Paulo", ("2026-11-20", "00")),
        ("2026-11-20T00:45:00Z", "Asia/Kolkata", ("2026-11-20", "06")),
        ("2026-11-01T05:59:59Z", "America/New_York", ("2026-11-01", "01")),
        ("2026-11-01T06:00:00Z", "America/New_York", ("2026-11-01", "01b")),
        ("2026-11-01T07:00:00Z", "America/New_York", ("2026-11-01", "02")),
        ("2026-03-08T07:00:00Z", "America/New_York", ("2026-03-08", "03")),
        ("2019-02-17T02:59:59Z", "America/Sao_Paulo", ("2019-02-16", "23b")),
    ],
)
def test_an_instant_falls_into_the_hour_that_the_clock_shows(
    instant: str, timezone: str, hour: tuple[str, str]
) -> None:
    assert local_hour(utc(instant), timezone) == (date.fromisoformat(hour[0]), hour[1])


@pytest.mark.parametrize(
    ("day", "timezone", "left_out", "twice", "first"),
    [
        ("2026-11-20", "America/Sao_Paulo", [], [], "2026-11-20T00:00:00-03:00"),
        ("2026-11-01", "America/New_York", [], ["01b"], "2026-11-01T00:00:00-04:00"),
        ("2026-03-08", "America/New_York", ["02"], [], "2026-03-08T00:00:00-05:00"),
        ("2018-11-04", "America/Sao_Paulo", ["00"], [], "2018-11-04T01:00:00-02:00"),
        ("2019-02-16", "America/Sao_Paulo", [], ["23b"], "2019-02-16T00:00:00-02:00"),
        # Half an hour comes twice, or is left out.
        ("2026-04-05", "Australia/Lord_Howe", [], ["01b"], "2026-04-05T00:00:00+11:00"),
        ("2026-10-04", "Australia/Lord_Howe", [], [], "2026-10-04T00:00:00+10:30"),
        ("2011-12-30", "Pacific/Apia", [f"{hour:02}" for hour in range(24)], [], None),
    ],
)
def test_a_day_has_the_hours_that_its_clock_shows(
    day: str, timezone: str, left_out: list[str], twice: list[str], first: str | None
) -> None:
    hours = hours_of(date.fromisoformat(day), timezone)
    assert [*hours] == sorted({*(f"{hour:02}" for hour in range(24))} - {*left_out} | {*twice})
    assert next((at.isoformat() for at in hours.values()), None) == first
    assert [*hours.values()] == sorted(hours.values(), key=datetime.timestamp)


@pytest.mark.parametrize(
    ("began", "timezone", "hour"),
    [
        ("1986-01-01T00:15:00+05:45", "Asia/Kathmandu", "00"),
        ("2026-10-04T02:30:00+11:00", "Australia/Lord_Howe", "02"),
        ("1975-08-01T00:45:00-03:00", "America/Guyana", "00"),
    ],
)
def test_an_hour_whose_beginning_is_left_out_begins_when_clocks_have_changed(
    began: str, timezone: str, hour: str
) -> None:
    at = datetime.fromisoformat(began)
    assert hours_of(at.date(), timezone)[hour].isoformat() == began


_ZONES = ("America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland")


@given(st.datetimes(datetime(2015, 1, 1), datetime(2027, 1, 1)), st.sampled_from(_ZONES))  # noqa: DTZ001 - UTC
def test_every_instant_falls_into_an_hour_of_its_day_that_began_by_then(at: datetime, timezone: str) -> None:
    instant = at.replace(tzinfo=UTC)
    day, hour = local_hour(instant, timezone)
    began = hours_of(day, timezone)[hour]
    assert timedelta() <= instant - began < timedelta(hours=1)


@pytest.mark.parametrize(
    ("timezone", "start", "end", "spans"),
    [
        ("UTC", "2026-11-20", "2026-11-30", ["2026-11-20T00:00/2026-12-01T00:00"]),
        ("America/Sao_Paulo", "2018-11-03", "2018-11-03", ["2018-11-03T03:00/2018-11-04T03:00"]),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04", ["2018-11-04T03:00/2018-11-05T02:00"]),  # no 00:00
        (
            "America/Sao_Paulo",
            "2019-02-16",
            "2019-02-16",
            ["2019-02-16T02:00/2019-02-17T03:00"],
        ),  # 23:00 twice
        (
            "America/Toronto",
            "1919-03-31",
            "1919-03-31",
            ["1919-03-31T04:30/1919-04-01T04:00"],
        ),  # from 00:30 on
        ("Pacific/Apia", "2011-12-30", "2011-12-30", []),  # left out at the date line
        (
            "America/St_Johns",  # at 00:01 of the 7th, it was 23:01 of the 6th
            "2010-11-06",
            "2010-11-06",
            ["2010-11-06T02:30/2010-11-07T02:30", "2010-11-07T02:31/2010-11-07T03:30"],
        ),
        (
            "America/St_Johns",
            "2010-11-07",
            "2010-11-08",
            ["2010-11-07T02:30/2010-11-07T02:31", "2010-11-07T03:30/2010-11-09T03:30"],
        ),
    ],
)
def test_a_period_has_the_instants_of_its_days(timezone: str, start: str, end: str, spans: list[str]) -> None:
    found = Period(date.fromisoformat(start), date.fromisoformat(end)).spans(timezone)
    assert ["/".join(f"{at:%Y-%m-%dT%H:%M}" for at in span) for span in found] == spans


@given(
    st.dates(date(1970, 1, 2), date(2037, 12, 30)),
    st.integers(0, 40),
    st.sampled_from([*_ZONES, "America/St_Johns", "Africa/Monrovia", "Pacific/Apia", "Asia/Beirut"]),
    st.floats(-40, 40),
)
def test_an_instant_is_in_a_periods_spans_if_its_day_is_in_the_period(
    start: date, days: int, timezone: str, hours: float
) -> None:
    period = Period(start, start + timedelta(days=days))
    spans = period.spans(timezone)
    for edge in (period.start, period.end):
        at = datetime.combine(edge, time(), UTC) + timedelta(hours=hours)
        assert (local_day(at, timezone) in period) == any(begin <= at < end for begin, end in spans)


def test_a_leap_february_ends_on_the_29th() -> None:
    assert Month(2028, 2).last_day == date(2028, 2, 29)
    assert Month(2027, 2).last_day == date(2027, 2, 28)
    assert Month(2100, 2).last_day == date(2100, 2, 28)


@given(st.dates(FIRST, LAST), st.integers(1, 366))
def test_a_period_holds_exactly_its_days(start: date, days: int) -> None:
    period = Period(start, min(start + timedelta(days=days - 1), LAST))
    listed = list(period)
    assert len(listed) == period.days
    assert (listed[0], listed[-1]) == (period.start, period.end)
    assert all(day in period for day in listed)
    assert period.start - timedelta(days=1) not in period
    assert period.end + timedelta(days=1) not in period
    assert [*dict.fromkeys(Month.of(day) for day in listed)] == period.months()


@given(st.dates(FIRST, LAST))
def test_a_month_comes_back_from_its_text_and_sorts_like_it(day: date) -> None:
    month = Month.of(day)
    assert Month.parse(str(month)) == month
    assert month.first_day <= day <= month.last_day
    assert (Month.of(FIRST) < month) is (str(Month.of(FIRST)) < str(month))


def a_range(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))
