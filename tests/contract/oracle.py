"""What every counter must be, counted from the wire events all over again.

Shares no code with the system: each order's history is read whole, with plain dicts and decimals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Event = tuple[str, Mapping[str, Any]]
"""A topic and the body of a message on it."""

Key = tuple[str, ...]
"""("months", "2026-11"), ("productMonths", "2026-11", "p-1"), ("coupons", "X"), ("customers", "c-1"), ..."""

_FINAL = {8: "COMPLETED", 9: "EXPIRED", 10: "REFOUNDED", "REFUNDED": "REFOUNDED"}


def recount(events: Iterable[Event], timezone: str) -> dict[Key, dict[str, int]]:
    """Return {document: {counter: value}} of one BRL store; counters of days as "20.totalOrders".

    Zeros are left out. A customer's `firstOrderAt` and `lastOrderAt` are microseconds since 1970.
    """
    zone = ZoneInfo(timezone)
    counters: dict[Key, Counter[str]] = {}
    orders: dict[str, list[Mapping[str, Any]]] = {}
    accounts: dict[str, list[tuple[datetime, bool]]] = {}
    for topic, body in events:
        if topic == "order-created":
            orders.setdefault(body["order"]["orderId"], []).append(body)
        elif topic == "order-status-changed":
            orders.setdefault(body["orderId"], []).append(body)
        else:
            fact = (_time(body["registeredAt"]), topic == "email-confirmed")
            accounts.setdefault(body["customerId"], []).append(fact)
    for known in accounts.values():
        day = min(at for at, _ in known).astimezone(zone)
        amounts = Counter(registeredCustomers=1, newCustomers=int(any(sure for _, sure in known)))
        _add(counters, ("months",), day, amounts)
    times: dict[str, list[int]] = {}
    for history in orders.values():
        _add_order(counters, times, history, zone)
    result = {key: {name: n for name, n in counted.items() if n} for key, counted in counters.items()}
    for customer_id, theirs in times.items():
        result["customers", customer_id] |= {"firstOrderAt": min(theirs), "lastOrderAt": max(theirs)}
    return {key: counted for key, counted in result.items() if counted}


def _add_order(
    counters: dict[Key, Counter[str]],
    times: dict[str, list[int]],
    history: list[Mapping[str, Any]],
    zone: ZoneInfo,
) -> None:
    told = [body for body in history if body.get("order")]
    if not told:
        return
    order = max(told, key=lambda body: (_time(body["occurredAt"]), body["eventId"]))["order"]
    reached: dict[Any, datetime] = {}
    for body in sorted(history, key=lambda body: _time(body["occurredAt"])):
        status = body.get("status")
        reached[_FINAL.get(status, status)] = _time(body["occurredAt"])
    sold = "COMPLETED" in reached
    if sold and "REFOUNDED" in reached:
        sold = reached["COMPLETED"] > reached["REFOUNDED"]
    created_at, price = _time(order["createdAt"]), _cents(order["price"])
    amounts = Counter(
        totalOrders=1,
        totalSales=price * sold,
        totalCompletedOrders=int(sold),
        totalExpiredOrders=int("EXPIRED" in reached),
        totalRefundedOrders=int("REFOUNDED" in reached),
        ordersWithCoupon=int(sold and order["couponCode"] is not None),
        ordersWithoutCoupon=int(sold and order["couponCode"] is None),
    )
    lines = [(item["productId"], _cents(item["total"]) * sold) for item in order["items"]]
    day = created_at.astimezone(zone)
    _add(counters, ("months",), day, amounts + Counter(itemSales=sum(total for _, total in lines)))
    for product_id in {product_id for product_id, _ in lines}:
        sales = sum(total for theirs, total in lines if theirs == product_id)
        _add(counters, ("productMonths", product_id), day, Counter(totalOrders=1, totalSales=sales))
    if order["couponCode"] is not None:
        used = Counter(timesUsed=int(sold), totalSalesAmount=price * sold)
        counters.setdefault(("coupons", order["couponCode"]), Counter()).update(used)
        _add(counters, ("couponMonths", order["couponCode"]), day, used)
    if order["customerId"] is not None:
        counters.setdefault(("customers", order["customerId"]), Counter()).update(amounts)
        micros = (created_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        times.setdefault(order["customerId"], []).append(micros)


def _add(counters: dict[Key, Counter[str]], key: Key, day: datetime, amounts: Counter[str]) -> None:
    document = counters.setdefault((key[0], f"{day:%Y-%m}", *key[1:]), Counter())
    document.update(amounts)
    document.update({f"{day:%d}.{name}": amount for name, amount in amounts.items()})


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _cents(amount: str) -> int:
    return int(Decimal(amount) * 100)
