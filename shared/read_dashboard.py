"""Answer what a store's dashboard shows for a period."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, Protocol

from shared.domain.dashboard import (
    DailyRows,
    MonthTotals,
    Product,
    build_dashboard,
    change,
    describe_period,
    summary,
    trend_period,
)
from shared.domain.instants import to_rfc3339
from shared.domain.period import Month, Period, local_day
from shared.domain.store import Store

Comparison = Literal["previous", "year"]


class Tallies(Protocol):
    """Counters as the dashboard needs them; see the Firestore adapter for what each call costs."""

    def daily_rows(self, store_id: str, months: Collection[Month]) -> tuple[DailyRows, datetime]: ...

    def history(self, store_id: str, read_time: datetime) -> Sequence[MonthTotals]: ...

    def products(
        self, store_id: str, period: Period, limit: int, read_time: datetime
    ) -> Sequence[Product]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: a period (None for the store's current month), a comparison, how many products."""

    period: Period | None = None
    compare: Comparison | None = None
    products: int = 50


def read_dashboard(tallies: Tallies, store: Store, question: Question, now: datetime) -> dict[str, Any]:
    """Return the dashboard as the API shows it, every figure as of one instant.

    Three calls, and one more for each further month of a range; their reads depend on months and products,
    never on the number of orders.
    """
    today = local_day(now, store.timezone)
    period = question.period or Period.of_month(Month.of(today))
    trend = trend_period(period, today)
    compared = _compared(period, question.compare)
    shown = [period, trend, *([compared] if compared else [])]
    months = sorted({month for one in shown for month in one.months()})
    rows, read_time = tallies.daily_rows(store.store_id, months)
    history = tallies.history(store.store_id, read_time)
    products = tallies.products(store.store_id, period, question.products, read_time)
    view = build_dashboard(store, period, trend, rows, history, products, question.products)
    if compared:
        before = summary(compared, rows, history, store.currency)
        view["comparison"] = {
            "period": describe_period(compared),
            "summary": before,
            "change": change(view["summary"], before),
        }
    view["generatedAt"] = to_rfc3339(read_time)
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
