"""Tallies in memory, and the dashboard made from them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from shared.dashboard.read import Comparison, DashboardReading, Question
from shared.domain.dashboard import MonthTotals, Ranked, StoreRows
from shared.domain.period import Month, Period
from shared.domain.store import Store
from shared.domain.tallies import PRODUCT_MONTHS, Tally
from tests.builders import utc

READ_AT = datetime(2026, 11, 20, 15, 4, 5, 678000, tzinfo=UTC)
NOVEMBER = Period.of_month(Month(2026, 11))
Rows = dict[str, dict[str, int]]


@dataclass
class FakeTallies:
    """Counters by day ("2026-11-20"), by month and by hour, and what products and coupons sold.

    `is_new`: the store has no month yet. `asked` and `ranked` are the months and the period that were read.
    """

    daily: Rows = field(default_factory=dict)
    months: dict[str, tuple[int, int]] = field(default_factory=dict)
    sold: Sequence[Ranked] = ()
    used: Sequence[Ranked] = ()
    is_new: bool = False
    asked: list[str] = field(default_factory=list)
    ranked: Period | None = None
    versions: dict[str, int] = field(default_factory=dict)
    hourly: dict[str, Rows] = field(default_factory=dict)

    def rows(
        self, store_id: str, months: Collection[Month], with_hours: Collection[date], read_time: datetime
    ) -> StoreRows:
        assert (store_id, read_time) == ("s-1", READ_AT)
        self.asked = [str(month) for month in months]
        days = {day: row for day, row in self.daily.items() if day[:7] in self.asked}
        hours = {day: rows for day, rows in self.hourly.items() if date.fromisoformat(day) in with_hours}
        return StoreRows(
            days={date.fromisoformat(day): row for day, row in days.items()},
            hours={date.fromisoformat(day): rows for day, rows in hours.items()},
        )

    def history(
        self, store_id: str, at: datetime | None = None
    ) -> tuple[Sequence[MonthTotals], datetime | None]:
        assert store_id == "s-1"
        assert at in (None, READ_AT)
        if self.is_new:
            return [], None
        return [
            MonthTotals(
                month=Month.parse(month),
                orders=orders,
                registered_customers=customers,
                version=self.versions.get(month, 0),
            )
            for month, (orders, customers) in self.months.items()
        ], READ_AT

    def ranking(
        self, tally: Tally, store_id: str, period: Period, limit: int, read_time: datetime
    ) -> Sequence[Ranked]:
        assert (store_id, read_time) == ("s-1", READ_AT)
        assert limit >= 1
        self.ranked = period
        return self.sold if tally is PRODUCT_MONTHS else self.used

    def products(
        self, store_id: str, period: Period, after: str, limit: int, read_time: datetime
    ) -> Sequence[Ranked]:
        assert (store_id, read_time) == ("s-1", READ_AT)
        self.ranked = period
        return sorted((one for one in self.sold if one.of > after), key=lambda one: one.of)[:limit]


def shown(
    tallies: FakeTallies,
    period: Period | None = NOVEMBER,
    *,
    now: str = "2026-11-20T15:00:00Z",
    compare: Comparison | None = None,
    with_trend: bool = False,
    products: int | None = 50,
    after: tuple[int, str] | None = None,
    coupons: int = 10,
    currency: str | None = "BRL",
    timezone: str = "America/Sao_Paulo",
) -> dict[str, Any]:
    store = Store(store_id="s-1", name="Aurora", timezone=timezone, currency=currency)
    question = Question(
        period=period,
        compare=compare,
        with_trend=with_trend,
        products=products,
        after=after,
        coupons=coupons,
    )
    return DashboardReading(tallies, store, question, utc(now)).view()


def a_product(product_id: str, sales_minor: int = 0, orders: int = 1, name: str = "Mug") -> Ranked:
    labels = {"productName": name, "imgCardUrl": None}
    return Ranked(of=product_id, labels=labels, counters={"totalSales": sales_minor, "totalOrders": orders})


def a_coupon(code: str, times_used: int, sales_minor: int) -> Ranked:
    counters = {"timesUsed": times_used, "totalSalesAmount": sales_minor}
    return Ranked(of=code, labels={}, counters=counters)
