"""The figures of returning customers, from what is counted and from the times of first orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from shared.dashboard.read import Comparison
from shared.dashboard.returning import ReturningReading, Sources
from shared.documents.deltas import Delta
from shared.domain.period import Month, Period
from shared.domain.store import Store
from tests.builders import utc
from tests.unit.fake_tallies import NOVEMBER, READ_AT, FakeTallies

NOW = "2026-11-20T15:00:00Z"
NOTHING = {"ordersOfCustomers": 0, "firstOrders": 0, "returningOrders": 0, "returningRate": 0.0}


@dataclass
class FakeCustomers:
    """Customers by when they placed their first orders."""

    first_orders: Sequence[str]

    def count_first_orders(
        self, store_id: str, span: tuple[datetime, datetime], read_time: datetime | None
    ) -> int:
        assert (store_id, read_time) in {("s-1", READ_AT), ("s-1", None)}
        return len([at for at in self.first_orders if span[0] <= utc(at) < span[1]])


@dataclass
class FakeDeltas:
    """Deltas that wait to be folded."""

    waiting: Sequence[Delta] = ()

    def pending(
        self, store_id: str, since: datetime, most: int, read_time: datetime | None
    ) -> Iterable[Delta]:
        assert store_id == "s-1"
        assert read_time in (READ_AT, None)
        return [delta for delta in self.waiting if delta.made_at >= since][:most]


def reading(
    daily: dict[str, int],
    first_orders: Sequence[str] = (),
    *,
    period: Period | None = NOVEMBER,
    compare: Comparison | None = None,
    waiting: Sequence[Delta] = (),
    timezone: str = "America/Sao_Paulo",
    is_new: bool = False,
) -> ReturningReading:
    tallies = FakeTallies({day: {"ordersOfCustomers": n} for day, n in daily.items()}, is_new=is_new)
    sources = Sources(tallies, FakeCustomers(first_orders), FakeDeltas(waiting))
    store = Store(store_id="s-1", name="Aurora", timezone=timezone, currency="BRL")
    return ReturningReading(sources, store, period, compare, utc(NOW))


def shown(daily: dict[str, int], first_orders: Sequence[str] = (), **asked: Any) -> dict[str, Any]:
    return reading(daily, first_orders, **asked).view()


def test_orders_that_are_nobodys_first_come_from_returning_customers() -> None:
    view = shown({"2026-11-20": 2, "2026-11-30": 1, "2026-12-01": 9}, ["2026-11-20T12:00:00Z"])
    assert view == {
        "storeId": "s-1",
        "timezone": "America/Sao_Paulo",
        "period": {
            "type": "month",
            "year": 2026,
            "month": 11,
            "startDate": "2026-11-01",
            "endDate": "2026-11-30",
        },
        "ordersOfCustomers": 3,
        "firstOrders": 1,
        "returningOrders": 2,
        "returningRate": 66.67,
        "trailing": False,
        "generatedAt": "2026-11-20T15:04:05.678000Z",
    }


@pytest.mark.parametrize(("timezone", "first"), [("America/Sao_Paulo", 2), ("UTC", 3), ("Asia/Tokyo", 4)])
def test_first_orders_count_on_the_days_of_the_stores_time_zone(timezone: str, first: int) -> None:
    around_midnights = [
        "2026-10-31T15:00:00Z",
        "2026-11-01T00:00:00Z",
        "2026-11-01T02:59:59.999999Z",
        "2026-11-01T03:00:00Z",
        "2026-12-01T02:59:59Z",
    ]
    assert shown({"2026-11-20": 9}, around_midnights, timezone=timezone)["firstOrders"] == first


def test_without_a_period_it_is_the_stores_month() -> None:
    assert reading({}, period=None).months == [Month(2026, 11)]
    assert shown({"2026-11-20": 1, "2026-10-20": 4}, period=None)["ordersOfCustomers"] == 1


def test_a_period_without_orders_has_no_returning_customers() -> None:
    assert shown({"2026-10-20": 1}).items() >= {**NOTHING, "trailing": False}.items()


def test_a_new_store_has_no_returning_customers() -> None:
    view = shown({}, is_new=True, compare="previous")
    assert view.items() >= {**NOTHING, "trailing": False, "generatedAt": NOW}.items()
    assert view["comparison"].items() >= NOTHING.items()


def test_the_comparison_has_its_own_figures_and_the_change_of_the_rate() -> None:
    asked = reading(
        {"2026-10-01": 1, "2026-10-31": 4, "2026-11-20": 2},
        ["2026-10-01T12:00:00Z", "2026-11-20T12:00:00Z"],
        compare="previous",
    )
    assert asked.months == [Month(2026, 10), Month(2026, 11)]
    view = asked.view()
    assert (view["returningRate"], view["trailing"]) == (50.0, False)
    assert view["comparison"] == {
        "period": {
            "type": "month",
            "year": 2026,
            "month": 10,
            "startDate": "2026-10-01",
            "endDate": "2026-10-31",
        },
        "ordersOfCustomers": 5,
        "firstOrders": 1,
        "returningOrders": 4,
        "returningRate": 80.0,
        "change": {"returningRate": {"value": -30, "percent": -37.5}},
    }


def test_a_store_whose_orders_wait_to_be_counted_trails() -> None:
    path = ("stores", "s-1", "deltas", "2026-11-20T15:00:00.000000+00:00 x")
    waiting = Delta(path=path, version=1, text="{}")
    view = shown({"2026-11-20": 3}, ["2026-11-20T12:00:00Z"], waiting=[waiting])
    assert (view["returningOrders"], view["trailing"]) == (2, True)


@pytest.mark.parametrize("daily", [{}, {"2026-11-20": 1}])
def test_customers_ahead_of_their_orders_make_no_negative_figure(daily: dict[str, int]) -> None:
    view = shown(daily, ["2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z"])
    orders = sum(daily.values())
    assert view.items() >= {**NOTHING, "ordersOfCustomers": orders, "firstOrders": orders}.items()
    assert view["trailing"]


def test_a_comparison_that_trails_says_so() -> None:
    view = shown({"2026-11-20": 3}, ["2026-10-20T12:00:00Z"], compare="previous")
    assert (view["returningRate"], view["trailing"]) == (100.0, True)
