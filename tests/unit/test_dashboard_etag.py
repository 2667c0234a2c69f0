"""What tells that a dashboard changed, before it is read."""

from datetime import date
from typing import Any

import pytest

from shared.dashboard.read import DashboardReading, Question
from shared.domain.instants import to_micros
from shared.domain.period import Month, Period
from shared.domain.store import Store
from tests.builders import utc
from tests.unit.fake_tallies import READ_AT, FakeTallies

NOVEMBER = Period.of_month(Month(2026, 11))
NOON = "2026-11-20T12:00:00Z"


def reading(
    *, now: str = NOON, store: dict[str, Any] | None = None, tallies: FakeTallies | None = None, **asked: Any
) -> DashboardReading:
    known = {"store_id": "s-1", "name": "Aurora", "timezone": "America/Sao_Paulo", "currency": "BRL"}
    months = tallies or FakeTallies(months={"2026-10": (1, 0), "2026-11": (1, 0)})
    return DashboardReading(months, Store(**known | (store or {})), Question(**asked), utc(now))


def test_it_is_the_same_while_nothing_changes_and_costs_no_further_reading() -> None:
    tallies = FakeTallies(months={"2026-11": (1, 0)})
    first = reading(tallies=tallies)
    assert first.etag == reading(tallies=tallies, now="2026-11-20T23:59:00Z").etag
    assert tallies.asked == []
    assert tallies.ranked is None


@pytest.mark.parametrize(
    "changed",
    [
        {"tallies": FakeTallies(months={"2026-10": (1, 0), "2026-11": (1, 0)}, versions={"2026-10": 1})},
        {"tallies": FakeTallies(months={"2026-11": (1, 0)})},
        {"now": "2026-11-21T12:00:00Z"},
        {"store": {"store_id": "s-2"}},
        {"store": {"timezone": "America/Bahia"}},
        {"store": {"currency": "USD"}},
        {"compare": "year"},
        {"compare": "previous-weekdays"},
        {"products": 3},
        {"products": None},
        {"with_trend": True},
        {"with_refunds": True},
        {"products": None, "after": (to_micros(READ_AT), "p-1")},
        {"coupons": 3},
        {"period": Period(NOVEMBER.start, NOVEMBER.end)},
    ],
    ids=str,
)
def test_it_changes_with_whatever_the_view_depends_on(changed: dict[str, Any]) -> None:
    def etag(**given: Any) -> str:
        if given.get("store", {}).get("store_id") == "s-2":
            given["tallies"] = _Anybody(months={"2026-10": (1, 0), "2026-11": (1, 0)})
        return reading(**{"period": NOVEMBER} | given).etag

    assert etag(**changed) != etag()


def test_it_changes_with_the_hour_where_a_comparison_ends_with_it() -> None:
    today = Period(date(2026, 11, 20), date(2026, 11, 20))
    etags = [
        reading(now=f"2026-11-20T{time}:00Z", period=today, compare="previous-weekdays").etag
        for time in ("14:00", "14:59", "15:00")
    ]
    assert etags[0] == etags[1] != etags[2]
    assert reading(now="2026-11-20T14:00:00Z", period=today).etag == reading(period=today).etag


class _Anybody(FakeTallies):
    def history(self, store_id: str, at: Any = None) -> Any:  # noqa: ARG002
        assert store_id == "s-2"
        return super().history("s-1")
