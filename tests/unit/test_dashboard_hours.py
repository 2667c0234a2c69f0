"""The hours of a day, and a comparison of a day that is not over."""

from datetime import date

import pytest

from shared.dashboard.read import Comparison
from shared.domain.period import Period
from tests.unit.fake_tallies import FakeTallies, Rows, shown

TODAY = Period(date(2026, 11, 20), date(2026, 11, 20))
AT_11_24 = "2026-11-20T14:24:00Z"


def a_day(**hours: int) -> Rows:
    """Return the rows of a day with so many orders of 1.00 in each hour."""
    return {
        name.removeprefix("h"): {"totalOrders": n, "totalSales": 100 * n, "totalCompletedOrders": n}
        for name, n in hours.items()
    }


def summed(rows: Rows) -> dict[str, int]:
    return {name: sum(row[name] for row in rows.values()) for name in next(iter(rows.values()))}


BY_HOUR = {
    "2026-11-13": a_day(h08=4, h10=4, h11=7, h20=90),
    "2026-11-19": a_day(h00=1, h23=80),
    "2026-11-20": a_day(h09=9, h10=1, h11=2),
}
TALLIES = FakeTallies({day: summed(rows) for day, rows in BY_HOUR.items()}, hourly=BY_HOUR)


def test_a_period_of_one_day_has_its_24_hours() -> None:
    hours = shown(TALLIES, TODAY)["hourly"]
    assert len(hours) == 24
    assert hours[9] == {
        "hour": "09:00", "startsAt": "2026-11-20T09:00:00-03:00", "totalSales": 9.0, "totalOrders": 9
    }  # fmt: skip
    assert {hour["totalOrders"] for hour in hours[12:]} == {0}


def test_the_hours_of_a_day_sum_up_to_the_day() -> None:
    view = shown(TALLIES, TODAY)
    assert sum(hour["totalOrders"] for hour in view["hourly"]) == view["summary"]["totalOrders"] == 12


def test_a_period_of_several_days_has_no_hours() -> None:
    view = shown(TALLIES, Period(date(2026, 11, 19), date(2026, 11, 20)), compare="previous")
    assert "hourly" not in view
    assert "hourly" not in view["comparison"]


@pytest.mark.parametrize(
    ("day", "names"),
    [("2026-03-08", ["01:00", "03:00"]), ("2026-11-01", ["01:00", "01:00", "02:00", "03:00"])],
    ids=["23 hours", "25 hours"],
)
def test_a_day_on_which_clocks_change_has_the_hours_that_there_are(day: str, names: list[str]) -> None:
    tallies = FakeTallies({}, hourly={day: a_day(h01=1, h01b=2, h03=4)})
    period = Period(date.fromisoformat(day), date.fromisoformat(day))
    hours = shown(tallies, period, timezone="America/New_York")["hourly"]
    assert [hour["hour"] for hour in hours][1 : len(names) + 1] == names
    assert len({hour["startsAt"] for hour in hours}) == len(hours) == 21 + len(names)
    counts = {"2026-03-08": [0, 1, 4], "2026-11-01": [0, 1, 2, 0, 4]}[day]
    assert [hour["totalOrders"] for hour in hours][: len(counts)] == counts


@pytest.mark.parametrize(
    ("compare", "start", "before"), [("previous-weekdays", "2026-11-13", 8), ("previous", "2026-11-19", 1)]
)
def test_today_is_compared_with_as_much_of_the_other_day(
    compare: Comparison, start: str, before: int
) -> None:
    view = shown(TALLIES, TODAY, now=AT_11_24, compare=compare)
    compared = view["comparison"]
    assert compared["period"]["startDate"] == start
    assert compared["upTo"] == "11:00"
    assert (compared["current"]["totalOrders"], compared["summary"]["totalOrders"]) == (10, before)
    assert compared["change"]["totalOrders"]["value"] == 10 - before
    assert compared["change"]["averageTicket"] == {"value": 0, "percent": 0.0}
    assert isinstance(compared["change"]["totalOrders"]["value"], int), "10 - 8 is shown as 2, not as 2.0"
    # The figures of today themselves are complete, and so are the hours of both days.
    assert view["summary"]["totalOrders"] == 12
    by_hour = {row: summed({"": counted})["totalOrders"] for row, counted in BY_HOUR[start].items()}
    assert {hour["hour"][:2]: hour["totalOrders"] for hour in compared["hourly"]}.items() >= by_hour.items()


def test_a_range_that_ends_today_counts_its_earlier_days_whole() -> None:
    days = Period(date(2026, 11, 19), date(2026, 11, 20))
    compared = shown(TALLIES, days, now=AT_11_24, compare="previous-weekdays")["comparison"]
    assert (compared["period"]["startDate"], compared["period"]["endDate"]) == ("2026-11-12", "2026-11-13")
    assert (compared["current"]["totalOrders"], compared["summary"]["totalOrders"]) == (81 + 10, 8)


def test_what_is_over_is_compared_whole() -> None:
    compared = shown(TALLIES, TODAY, now="2026-11-21T14:24:00Z", compare="previous-weekdays")["comparison"]
    assert compared["summary"]["totalOrders"] == 105
    assert compared["change"]["totalOrders"]["value"] == 12 - 105
    assert not compared.keys() & {"upTo", "current"}


def test_customers_are_those_who_registered_before_the_hour_too() -> None:
    hours: dict[str, Rows] = {
        "2026-11-20": {"10": {"registeredCustomers": 2, "newCustomers": 1}, "11": {"registeredCustomers": 4}},
        "2026-11-13": {"09": {"registeredCustomers": 3}, "12": {"registeredCustomers": 5}},
    }
    days = {
        "2026-11-20": {"registeredCustomers": 6, "newCustomers": 1},
        "2026-11-13": {"registeredCustomers": 8},
    }
    tallies = FakeTallies(days, {"2026-10": (0, 100), "2026-11": (0, 14)}, hourly=hours)
    view = shown(tallies, TODAY, now=AT_11_24, compare="previous-weekdays")
    compared = view["comparison"]
    assert view["summary"]["totalCustomers"] == 114
    assert (compared["current"]["totalCustomers"], compared["summary"]["totalCustomers"]) == (110, 103)
    assert compared["current"]["newCustomers"] == 1


@pytest.mark.parametrize(
    ("now", "up_to", "orders"),
    [
        ("2026-11-01T05:30:00Z", "01:00", 1),
        ("2026-11-01T06:30:00Z", "01:00", 1),
        ("2026-11-01T07:30:00Z", "02:00", 7),
    ],
    ids=["first 01:30", "second 01:30", "02:30"],
)
def test_where_an_hour_comes_twice_both_are_over_when_the_next_one_begins(
    now: str, up_to: str, orders: int
) -> None:
    tallies = FakeTallies({}, hourly={"2026-11-01": a_day(h00=1, h01=2, h01b=4)})
    day = Period(date(2026, 11, 1), date(2026, 11, 1))
    compared = shown(tallies, day, now=now, compare="previous", timezone="America/New_York")["comparison"]
    assert (compared["upTo"], compared["current"]["totalOrders"]) == (up_to, orders)
