"""The dashboard of one store and period."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from emulator.recount.history import Event, Order, accounts_of, orders_of
from emulator.recount.money import money, rounded
from emulator.recount.period import Period


def recount_dashboard(
    events: Iterable[Event],
    *,
    store_id: str,
    timezone: str,
    currency: str,
    period: Period,
    now: datetime,
    products: int = 50,
) -> dict[str, Any]:
    """Return what `GET /store/dashboard` must contain; amounts and percentages are exact decimals.

    A product's name and picture are those that came last, which no recount can tell: they are left out.

    Args:
        events: the whole history; other stores' events do no harm.
        store_id: the store asked for.
        timezone: its IANA zone, which decides every day.
        currency: its ISO 4217 code, one of `EXPONENTS`.
        period: the days asked for.
        now: an aware time; the trend never goes past its day.
        products: how many rows `salesByProduct` has at most.
    """
    events = [event for event in events if event["data"]["storeId"] == store_id]
    zone = ZoneInfo(timezone)
    by_day = [(order.created_at.astimezone(zone).date(), order) for order in orders_of(events)]
    inside = [order for day, order in by_day if period.start <= day <= period.end]
    sold = [order for order in inside if order.sold]
    with_coupon = len([order for order in sold if order.coupon is not None])
    sales = sum((order.price for order in sold), Decimal(0))
    registered = [(at.astimezone(zone).date(), confirmed) for at, confirmed in accounts_of(events).values()]
    first = min((day for day, _ in by_day), default=None)
    return {
        "period": dict(period.shown),
        "summary": {
            "totalSales": money(sales, currency),
            "totalOrders": len(inside),
            "totalCompletedOrders": len(sold),
            "totalExpiredOrders": len([order for order in inside if order.expired]),
            "totalRefundedOrders": len([order for order in inside if order.refunded]),
            "averageTicket": money(sales / len(sold) if sold else Decimal(0), currency),
            "totalCustomers": len([day for day, _ in registered if day <= period.end]),
            "newCustomers": len(
                [d for d, confirmed in registered if confirmed and period.start <= d <= period.end]
            ),
            "ordersWithCoupon": with_coupon,
            "ordersWithoutCoupon": len(sold) - with_coupon,
        },
        "dailyTrend": _trend(by_day, min(period.end, now.astimezone(zone).date()), currency),
        "salesByProduct": _by_product(inside, currency)[:products],
        "salesByCoupon": _by_coupon(sold, currency)[:10],
        "firstAvailablePeriod": _month_of(first) if first else None,
    }


def _month_of(day: date) -> dict[str, Any]:
    return {"year": day.year, "month": day.month, "period": f"{day:%Y-%m}"}


def _trend(by_day: list[tuple[date, Order]], last_day: date, currency: str) -> list[dict[str, Any]]:
    rows = []
    for back in range(6, -1, -1):
        day = last_day - timedelta(days=back)
        orders = [order for its_day, order in by_day if its_day == day]
        sales = sum((order.price for order in orders if order.sold), Decimal(0))
        rows.append(
            {"date": day.isoformat(), "totalSales": money(sales, currency), "totalOrders": len(orders)}
        )
    return rows


def _by_product(orders: list[Order], currency: str) -> list[dict[str, Any]]:
    sales: dict[str, Decimal] = {}
    count: dict[str, int] = {}
    for order in orders:
        for product_id, total in order.goods.items():
            sales[product_id] = sales.get(product_id, Decimal(0)) + (total if order.sold else 0)
            count[product_id] = count.get(product_id, 0) + 1
    everything = sum(sales.values())
    return [
        {
            "productId": product_id,
            "totalSales": money(sales[product_id], currency),
            "totalOrders": count[product_id],
            "percentage": rounded(100 * sales[product_id] / everything if everything else Decimal(0), 2),
        }
        for product_id in sorted(sales, key=lambda product_id: (-sales[product_id], product_id))
    ]


def _by_coupon(sold: list[Order], currency: str) -> list[dict[str, Any]]:
    codes = {order.coupon for order in sold if order.coupon is not None}
    sales = {code: sum(order.price for order in sold if order.coupon == code) for code in codes}
    return [
        {
            "couponCode": code,
            "timesUsed": len([order for order in sold if order.coupon == code]),
            "totalSalesAmount": money(Decimal(sales[code]), currency),
        }
        for code in sorted(codes, key=lambda code: (-sales[code], code))
    ]
