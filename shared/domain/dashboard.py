"""The dashboard of a store: the figures of a period from its daily rows. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from shared.domain.figures import (
    COUPON,
    OTHER_PRODUCTS,
    PRODUCT,
    REFUNDS,
    SUMMARY,
    TREND,
    Figure,
    write_figures,
)
from shared.domain.money import divide_half_up, percentage
from shared.domain.period import Month, Period, hours_of
from shared.domain.tallies import Tally

TREND_DAYS = 7

DailyRows = Mapping[date, Mapping[str, int]]
"""Counters of the store by local day; absent days and counters are 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRows:
    """Counters of the store by day, and by hour of some days; see `local_hour`."""

    days: DailyRows
    hours: Mapping[date, Mapping[str, Mapping[str, int]]]

    def until(self, hour: str, day: date) -> DailyRows:
        """Return the rows of all days, where that of the given one counts only the hours before this one."""
        total: Counter[str] = Counter()
        for its_hour, counters in self.hours.get(day, {}).items():
            if its_hour < hour:
                total.update(counters)
        return {**self.days, day: total}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """What one product or coupon sold: its id, its labels and its counters."""

    of: str
    labels: Mapping[str, Any]
    counters: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTotals:
    """What a month of the store holds; `version` grows with every change to any tally of the month."""

    month: Month
    orders: int
    registered_customers: int
    version: int = 0


def trend_period(period: Period, today: date) -> Period:
    """Return the 7 days that end with the period, or today if that is earlier."""
    end = min(today, period.end)
    return Period(end - timedelta(days=TREND_DAYS - 1), end)


def summary(
    period: Period, rows: DailyRows, history: Sequence[MonthTotals], currency: str | None
) -> dict[str, Any]:
    """Return the figures of the period."""
    amounts = _sum(rows, period)
    last = Month.of(period.end)
    earlier = sum(totals.registered_customers for totals in history if totals.month < last)
    since = _sum(rows, Period(last.first_day, period.end))["registeredCustomers"]
    derived = {
        "totalCustomers": earlier + since,
        "averageTicket": divide_half_up(amounts["totalSales"], amounts["totalCompletedOrders"]),
        **_gross_and_net(amounts),
    }
    return write_figures(SUMMARY, {**amounts, **derived}, currency)


def change(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return how each figure of a summary differs from that of another: by how much, and by what percentage.

    The percentage is None where the other figure is 0.
    """
    return {name: _difference(Decimal(str(now[name])), Decimal(str(before[name]))) for name in now}


def daily_trend(days: Iterable[date], rows: DailyRows, currency: str | None) -> list[dict[str, Any]]:
    """Return the figures of each day, also of days without any."""
    return [{"date": day.isoformat(), **write_figures(TREND, rows.get(day, {}), currency)} for day in days]


def refunds_by_day(period: Period, rows: DailyRows, currency: str | None) -> dict[str, Any]:
    """Return what was refunded on the days of the period, whenever the orders were placed."""

    def shown(amount: int) -> dict[str, Any]:
        return write_figures(REFUNDS, {"refundedAmount": amount}, currency)

    days = {day: rows.get(day, {}).get("refundedOnDay", 0) for day in period}
    return {
        **shown(sum(days.values())),
        "days": [{"date": day.isoformat(), **shown(amount)} for day, amount in days.items()],
    }


def hourly_trend(day: date, timezone: str, rows: StoreRows, currency: str | None) -> list[dict[str, Any]]:
    """Return the figures of each hour of the day, also of hours without any."""
    counted = rows.hours.get(day, {})
    return [
        {
            "hour": at.strftime("%H:00"),
            "startsAt": at.isoformat(),
            **write_figures(TREND, counted.get(hour, {}), currency),
        }
        for hour, at in hours_of(day, timezone).items()
    ]


def sales_by_product(
    products: Iterable[Ranked], period: Period, rows: DailyRows, currency: str | None
) -> list[dict[str, Any]]:
    """Return the figures of each product, with its share of the item sales of the period."""
    item_sales = _sum(rows, period)["itemSales"]
    return [
        {
            "productId": product.of,
            **product.labels,
            **_with_share(PRODUCT, product.counters, item_sales, currency),
        }
        for product in products
    ]


def sales_of_others(
    products: Iterable[Ranked], period: Period, rows: DailyRows, currency: str | None
) -> dict[str, Any]:
    """Return the figures of all products but these, summed, with their share of the period's item sales."""
    item_sales = _sum(rows, period)["itemSales"]
    listed = sum(product.counters["totalSales"] for product in products)
    return _with_share(OTHER_PRODUCTS, {"totalSales": item_sales - listed}, item_sales, currency)


def show_coupon(coupon: Ranked, currency: str | None) -> dict[str, Any]:
    """Return the figures of one coupon."""
    return {"couponCode": coupon.of, **write_figures(COUPON, coupon.counters, currency)}


def describe_period(period: Period) -> dict[str, Any]:
    """Return the period as the API shows it."""
    days = {"startDate": period.start.isoformat(), "endDate": period.end.isoformat()}
    if period.month:
        return {"type": "month", "year": period.month.year, "month": period.month.month, **days}
    return {"type": "range", **days}


def first_available_period(history: Sequence[MonthTotals]) -> dict[str, Any] | None:
    """Return the oldest month with an order."""
    with_orders = [totals.month for totals in history if totals.orders > 0]
    if not with_orders:
        return None
    first = min(with_orders)
    return {"year": first.year, "month": first.month, "period": str(first)}


def in_use(tally: Tally, ranked: Iterable[Ranked]) -> list[Ranked]:
    """Return those that still count in some order."""
    return [one for one in ranked if one.counters[tally.occurrences] > 0]


def best(tally: Tally, ranked: Iterable[Ranked]) -> list[Ranked]:
    """Return those that still count in some order, the best first."""
    return sorted(in_use(tally, ranked), key=lambda one: (-one.counters[tally.sorted_by], one.of))


def _with_share(
    figures: Iterable[Figure], counters: Mapping[str, int], item_sales: int, currency: str | None
) -> dict[str, Any]:
    share = percentage(counters["totalSales"], item_sales)
    return write_figures(figures, {**counters, **_gross_and_net(counters), "percentage": share}, currency)


def _gross_and_net(counters: Mapping[str, int]) -> dict[str, int]:
    sales = counters["totalSales"]
    return {"grossSales": sales + counters.get("refundedAmount", 0), "netSales": sales}


def _difference(now: Decimal, before: Decimal) -> dict[str, Any]:
    value = now - before
    return {
        "value": int(value) if value == value.to_integral_value() else float(value),
        "percent": percentage(value, before) if before else None,
    }


def _sum(rows: DailyRows, period: Period) -> Counter[str]:
    total: Counter[str] = Counter()
    for day, counters in rows.items():
        if day in period:
            total.update(counters)
    return total
