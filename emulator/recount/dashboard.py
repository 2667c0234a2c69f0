"""Recount the dashboard of one store and period."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from emulator.recount.history import Event, Order, accounts_of, orders_of, totals
from emulator.recount.money import figures, money, rounded
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
    compare: Period | None = None,
    refunds: bool = False,
) -> dict[str, Any]:
    """Return what `GET /store/dashboard` must contain; amounts and percentages are exact decimals.

    A product shows the name and picture that arrived last. A recount can't know them, so it leaves them out.

    Args:
        events: the whole history; events of other stores are ignored.
        store_id: the store.
        timezone: its IANA time zone.
        currency: its ISO 4217 code, one of `EXPONENTS`.
        period: the days to count.
        now: an aware time; the trend ends on its day at the latest.
        products: the greatest number of rows in `salesByProduct`.
        compare: the days to compare with.
        refunds: whether to tell what was refunded on each day of the period.
    """
    events = [event for event in events if event[1]["storeId"] == store_id]
    zone = ZoneInfo(timezone)
    orders = orders_of(events)
    by_day = [(order.created_at.astimezone(zone).date(), order) for order in orders]
    inside = [order for day, order in by_day if period.start <= day <= period.end]
    accounts = list(accounts_of(events).values())
    by_product = _by_product(inside, currency)
    first = min((day for day, _ in by_day), default=None)
    today = now.astimezone(zone).date()

    def summary(days: Period, until: int = 24) -> dict[str, Any]:
        """Return the figures of the days, of the last one those of the hours before `until`."""

        def is_in(at: datetime) -> bool:
            local = at.astimezone(zone)
            return local.date() < days.end or (local.date() == days.end and local.hour < until)

        def is_new(at: datetime) -> bool:
            return is_in(at) and at.astimezone(zone).date() >= days.start

        new = [order for order in orders if is_new(order.created_at)]
        amounts = totals(new)
        back = sum((order.back for order in new), Decimal(0))
        gross = sum((order.price for order in new if order.sold or order.back), Decimal(0))
        amounts |= {"grossSales": gross, "refundedAmount": back, "netSales": gross - back}
        return {
            **figures(amounts, currency),
            "averageTicket": money(amounts["totalSales"] / (amounts["totalCompletedOrders"] or 1), currency),
            "totalCustomers": len([at for at, _ in accounts if is_in(at)]),
            "newCustomers": len([at for at, confirmed in accounts if confirmed and is_new(at)]),
        }

    def comparison(other: Period) -> dict[str, Any]:
        if period.end != today:
            return {"period": dict(other.shown), "summary": summary(other)}
        hour = now.astimezone(zone).hour
        return {
            "period": dict(other.shown),
            "upTo": f"{hour:02}:00",
            "current": summary(period, hour),
            "summary": summary(other, hour),
        }

    return {
        "period": dict(period.shown),
        "summary": summary(period),
        **({"comparison": comparison(compare)} if compare else {}),
        **({"refundsByRefundDay": _refunds(orders, period, zone, currency)} if refunds else {}),
        **({"hourly": _hourly(orders, period.start, zone, currency)} if period.start == period.end else {}),
        "dailyTrend": _trend(by_day, min(period.end, today), currency),
        "salesByProduct": by_product[:products],
        "otherProducts": _together(by_product, products),
        "salesByCoupon": _by_coupon([order for order in inside if order.sold], currency)[:10],
        "firstAvailablePeriod": _month_of(first) if first else None,
    }


def _month_of(day: date) -> dict[str, Any]:
    return {"year": day.year, "month": day.month, "period": f"{day:%Y-%m}"}


def _trend(by_day: list[tuple[date, Order]], last_day: date, currency: str) -> list[dict[str, Any]]:
    rows = []
    for back in range(6, -1, -1):
        day = last_day - timedelta(days=back)
        amounts = figures(totals([order for its_day, order in by_day if its_day == day]), currency)
        rows.append(
            {"date": day.isoformat()} | {name: amounts[name] for name in ("totalSales", "totalOrders")}
        )
    return rows


def _refunds(orders: list[Order], period: Period, zone: ZoneInfo, currency: str) -> dict[str, Any]:
    """Return what was refunded on each day of the period, and on all of them."""
    days = [period.start + timedelta(days=n) for n in range((period.end - period.start).days + 1)]
    sums = dict.fromkeys(days, Decimal(0))
    for at, amount in [refund for order in orders for refund in order.refunds]:
        if (day := at.astimezone(zone).date()) in sums:
            sums[day] += amount
    return {
        "refundedAmount": money(sum(sums.values(), Decimal(0)), currency),
        "days": [{"date": day.isoformat(), "refundedAmount": money(sums[day], currency)} for day in days],
    }


def _hourly(orders: list[Order], day: date, zone: ZoneInfo, currency: str) -> list[dict[str, Any]]:
    """Return a row for each hour of the day; `startsAt` is an instant."""
    hours: dict[str, datetime] = {}
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    for _ in range(4 * 24 * 3):
        if at.astimezone(zone).date() == day:
            hours.setdefault(_hour(at, zone), at)
        at += timedelta(minutes=15)
    rows = []
    for hour, starts_at in hours.items():
        theirs = [
            order
            for order in orders
            if order.created_at.astimezone(zone).date() == day and _hour(order.created_at, zone) == hour
        ]
        amounts = figures(totals(theirs), currency)
        rows.append({"startsAt": starts_at} | {name: amounts[name] for name in ("totalSales", "totalOrders")})
    return rows


def _hour(at: datetime, zone: ZoneInfo) -> str:
    """Return the hour by the clock with the offset from UTC, which differs where the hour comes twice."""
    return f"{at.astimezone(zone):%H %z}"


def _by_product(orders: list[Order], currency: str) -> list[dict[str, Any]]:
    sales: dict[str, Decimal] = {}
    backs: dict[str, Decimal] = {}
    count: dict[str, int] = {}
    for order in orders:
        for product_id, total in order.goods.items():
            kept = total - order.goods_back[product_id] if order.sold else Decimal(0)
            sales[product_id] = sales.get(product_id, Decimal(0)) + kept
            backs[product_id] = backs.get(product_id, Decimal(0)) + order.goods_back[product_id]
            count[product_id] = count.get(product_id, 0) + 1
    everything = sum(sales.values())
    return [
        {
            "productId": product_id,
            "totalSales": money(sales[product_id], currency),
            "netSales": money(sales[product_id], currency),
            "refundedAmount": money(backs[product_id], currency),
            "grossSales": money(sales[product_id] + backs[product_id], currency),
            "totalOrders": count[product_id],
            "percentage": rounded(100 * sales[product_id] / everything if everything else Decimal(0), 2),
        }
        for product_id in sorted(sales, key=lambda product_id: (-sales[product_id], product_id))
    ]


def _together(by_product: list[dict[str, Any]], listed: int) -> dict[str, Any] | None:
    if len(by_product) <= listed:
        return None
    everything = sum(row["totalSales"] for row in by_product)
    others: Decimal = sum((row["totalSales"] for row in by_product[listed:]), Decimal(0))
    return {
        "totalSales": others,
        "percentage": rounded(100 * others / everything if everything else Decimal(0), 2),
    }


def _by_coupon(sold: list[Order], currency: str) -> list[dict[str, Any]]:
    codes = {order.coupon for order in sold if order.coupon is not None}
    sales = {code: sum(order.price - order.back for order in sold if order.coupon == code) for code in codes}
    return [
        {
            "couponCode": code,
            "timesUsed": len([order for order in sold if order.coupon == code]),
            "totalSalesAmount": money(Decimal(sales[code]), currency),
        }
        for code in sorted(codes, key=lambda code: (-sales[code], code))
    ]
