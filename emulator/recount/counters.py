"""Recount every counter that the documents of a store hold."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from emulator.recount.history import Event, accounts_of, orders_of, totals
from emulator.recount.money import minor

Key = tuple[str, ...]
"""("months", "2026-11"), ("productMonths", "2026-11", "p-1"), ("coupons", "X"), ("customers", "c-1"), ..."""

Amounts = Mapping[str, int | Decimal]

_OF_MONTHS = ("totalOrders", "registeredCustomers")


def recount_counters(  # noqa: C901 - a branch for each kind of counter
    events: Iterable[Event], *, store_id: str, timezone: str, currency: str
) -> dict[Key, dict[str, int]]:
    """Return {document: {counter: value}} for a store, without counters that are 0.

    Counters of a day are named "20.totalOrders", those of an hour "20.14.totalOrders"; the second of two
    equal hours is "01b". A store's month sums up few of them. Money is in minor units. `firstOrderAt` and
    `lastOrderAt` of a customer are microseconds since 1970.
    """
    events = [event for event in events if event[1]["storeId"] == store_id]
    zone = ZoneInfo(timezone)
    counters: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    times: defaultdict[Key, list[int]] = defaultdict(list)

    def add(key: Key, amounts: Amounts, prefix: str = "") -> None:
        counters[key].update({prefix + name: minor(amount, currency) for name, amount in amounts.items()})

    def add_on(day: date, collection: str, amounts: Amounts, *of: str) -> None:
        key = (collection, f"{day:%Y-%m}", *of)
        add(key, amounts)
        add(key, amounts, f"{day:%d}.")

    def add_to_store(at: datetime, amounts: Amounts, by_day: Amounts) -> None:
        local = at.astimezone(zone)
        key = ("months", f"{local:%Y-%m}")
        add(key, {name: amounts[name] for name in _OF_MONTHS if name in amounts})
        add(key, {**amounts, **by_day}, f"{local:%d}.")
        add(key, amounts, f"{local:%d}.{local:%H}{'b' if local.fold else ''}.")

    for registered_at, confirmed in accounts_of(events).values():
        add_to_store(registered_at, {"registeredCustomers": 1, "newCustomers": int(confirmed)}, {})
    for order in orders_of(events):
        day, order_totals = order.created_at.astimezone(zone).date(), totals([order])
        goods = {of: (total - order.goods_back[of]) * order.sold for of, total in order.goods.items()}
        back = {"refundedAmount": order.back}
        by_day: Amounts = {
            "itemSales": sum(goods.values()),
            "ordersOfCustomers": int(order.customer_id is not None),
        }
        add_to_store(order.created_at, order_totals | back, by_day)
        for at, amount in order.refunds:
            given_on = at.astimezone(zone)
            add(("months", f"{given_on:%Y-%m}"), {"refundedOnDay": amount}, f"{given_on:%d}.")
        for product_id, sales in goods.items():
            product = {"totalSales": sales, "refundedAmount": order.goods_back[product_id]}
            add_on(day, "productMonths", {"totalOrders": 1, **product}, product_id)
        if order.coupon is not None:
            used: Amounts = {"timesUsed": int(order.sold), "totalSalesAmount": order_totals["totalSales"]}
            add_on(day, "couponMonths", used, order.coupon)
            add(("coupons", order.coupon), used)
        if order.customer_id is not None:
            add(("customers", order.customer_id), order_totals)
            times["customers", order.customer_id].append(_micros(order.created_at))
    for key, theirs in times.items():
        counters[key].update(firstOrderAt=min(theirs), lastOrderAt=max(theirs))
    found = {key: {name: n for name, n in counted.items() if n} for key, counted in counters.items()}
    return {key: counted for key, counted in found.items() if counted}


def _micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
