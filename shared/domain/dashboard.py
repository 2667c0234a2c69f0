"""The dashboard of a store: figures of a period from its daily rows. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.domain.money import divide_half_up, percentage, to_major
from shared.domain.period import Month, Period

TREND_DAYS = 7

DailyRows = Mapping[date, Mapping[str, int]]
"""Counters by local day; see `shared.domain.contribution`. Absent days and counters are 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What one product sold in a period; `sales_minor` in minor units of the store's currency."""

    product_id: str
    name: str
    image_url: str | None
    sales_minor: int
    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupon:
    """What one coupon sold in a period; `sales_minor` in minor units of the store's currency."""

    code: str
    times_used: int
    sales_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTotals:
    """What a month of the store holds; `version` grows with every change of any tally of the month."""

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
    """Return the period's summary figures; amounts in the currency's major unit."""
    total = _sum(rows, period)
    known = sum(m.registered_customers for m in history if m.month < Month.of(period.end))
    month_to_end = Period(Month.of(period.end).first_day, period.end)
    return {
        "totalSales": to_major(total["totalSales"], currency),
        "totalOrders": total["totalOrders"],
        "totalCompletedOrders": total["totalCompletedOrders"],
        "totalExpiredOrders": total["totalExpiredOrders"],
        "totalRefundedOrders": total["totalRefundedOrders"],
        "averageTicket": to_major(
            divide_half_up(total["totalSales"], total["totalCompletedOrders"]), currency
        ),
        "totalCustomers": known + _sum(rows, month_to_end)["registeredCustomers"],
        "newCustomers": total["newCustomers"],
        "ordersWithCoupon": total["ordersWithCoupon"],
        "ordersWithoutCoupon": total["ordersWithoutCoupon"],
    }


def change(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return how each figure of a summary differs from another's: by how much, and in per cent of it.

    Per cent are rounded half up to 2 decimals; None where the other figure is 0.
    """
    return {name: _difference(Decimal(str(now[name])), Decimal(str(before[name]))) for name in now}


def daily_trend(days: Iterable[date], rows: DailyRows, currency: str | None) -> list[dict[str, Any]]:
    """Return sales and orders of each day, also of those without any."""
    return [
        {
            "date": day.isoformat(),
            "totalSales": to_major(rows.get(day, {}).get("totalSales", 0), currency),
            "totalOrders": rows.get(day, {}).get("totalOrders", 0),
        }
        for day in days
    ]


def sales_by_product(
    products: Iterable[Product], period: Period, rows: DailyRows, currency: str | None, limit: int
) -> list[dict[str, Any]]:
    """Return the best products, each with its share of the period's item sales in per cent."""
    item_sales = _sum(rows, period)["itemSales"]
    sold = [product for product in products if product.orders > 0]
    sold.sort(key=lambda product: (-product.sales_minor, product.product_id))
    return [
        {
            "productId": product.product_id,
            "productName": product.name,
            "imgCardUrl": product.image_url,
            "totalSales": to_major(product.sales_minor, currency),
            "totalOrders": product.orders,
            "percentage": percentage(product.sales_minor, item_sales),
        }
        for product in sold[:limit]
    ]


def sales_by_coupon(coupons: Iterable[Coupon], currency: str | None, limit: int) -> list[dict[str, Any]]:
    """Return the coupons that sold most."""
    used = [coupon for coupon in coupons if coupon.times_used > 0]
    used.sort(key=lambda coupon: (-coupon.sales_minor, coupon.code))
    return [
        {
            "couponCode": coupon.code,
            "timesUsed": coupon.times_used,
            "totalSalesAmount": to_major(coupon.sales_minor, currency),
        }
        for coupon in used[:limit]
    ]


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


def _difference(now: Decimal, before: Decimal) -> dict[str, Any]:
    value = now - before
    percent = (100 * value / before).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) if before else None
    return {
        "value": int(value) if value == value.to_integral_value() else float(value),
        "percent": None if percent is None else float(percent),
    }


def _sum(rows: DailyRows, period: Period) -> Counter[str]:
    total: Counter[str] = Counter()
    for day, counters in rows.items():
        if day in period:
            total.update(counters)
    return total
