"""Answer what a store's dashboard shows for a period."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, Protocol

from shared.domain.dashboard import (
    Coupon,
    DailyRows,
    MonthTotals,
    Product,
    change,
    daily_trend,
    describe_period,
    first_available_period,
    sales_by_coupon,
    sales_by_product,
    summary,
    trend_period,
)
from shared.domain.instants import to_rfc3339
from shared.domain.period import Month, Period, local_day
from shared.domain.store import Store

Comparison = Literal["previous", "year"]


class Tallies(Protocol):
    """Counters as the dashboard needs them; see the Firestore adapter for what each call costs."""

    def history(self, store_id: str) -> tuple[Sequence[MonthTotals], datetime | None]: ...

    def daily_rows(self, store_id: str, months: Collection[Month], read_time: datetime) -> DailyRows: ...

    def products(self, store_id: str, period: Period, limit: int, read_time: datetime) -> list[Product]: ...

    def coupons(self, store_id: str, period: Period, limit: int, read_time: datetime) -> list[Coupon]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: a period (None for the store's current month), a comparison, how many of the best."""

    period: Period | None = None
    compare: Comparison | None = None
    products: int = 50
    coupons: int = 10


def read_dashboard(tallies: Tallies, store: Store, question: Question, now: datetime) -> dict[str, Any]:
    """Return the dashboard as the API shows it, every figure as of one instant.

    Four calls, of which three at once, and two more for each further month of a range; their reads depend
    on months, products and coupons, never on the number of orders.
    """
    today = local_day(now, store.timezone)
    period = question.period or Period.of_month(Month.of(today))
    trend = trend_period(period, today)
    compared = _compared(period, question.compare)
    shown = [period, trend, *([compared] if compared else [])]
    months = sorted({month for one in shown for month in one.months()})
    history, read_time = tallies.history(store.store_id)
    rows: DailyRows = {}
    products, coupons = list[Product](), list[Coupon]()
    if read_time:
        with ThreadPoolExecutor(3) as pool:
            asked = pool.submit(tallies.daily_rows, store.store_id, months, read_time)
            best = pool.submit(tallies.products, store.store_id, period, question.products, read_time)
            used = pool.submit(tallies.coupons, store.store_id, period, question.coupons, read_time)
        rows, products, coupons = asked.result(), best.result(), used.result()
    view: dict[str, Any] = {
        "storeId": store.store_id,
        "currency": store.currency,
        "timezone": store.timezone,
        "period": describe_period(period),
        "summary": summary(period, rows, history, store.currency),
        "dailyTrend": daily_trend(trend, rows, store.currency),
        "salesByProduct": sales_by_product(products, period, rows, store.currency, question.products),
        "salesByCoupon": sales_by_coupon(coupons, store.currency, question.coupons),
        "firstAvailablePeriod": first_available_period(history),
        "generatedAt": to_rfc3339(read_time or now),
    }
    if compared:
        before = summary(compared, rows, history, store.currency)
        view["comparison"] = {
            "period": describe_period(compared),
            "summary": before,
            "change": change(view["summary"], before),
        }
    return view


def fingerprint(view: Mapping[str, Any]) -> str:
    """Return what is the same for as long as the figures are, whenever they were generated."""
    figures = {name: value for name, value in view.items() if name != "generatedAt"}
    return sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()[:32]


def _compared(period: Period, compare: Comparison | None) -> Period | None:
    match compare:
        case None:
            return None
        case "previous":
            return period.previous()
        case "year":
            return period.a_year_before()
