"""What happened to each order and each account, read from its whole history at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from emulator.recount.refunds import given_back, named_goods, parts_of

Event = tuple[str, Mapping[str, Any]]
"""A topic and the body of a message on it."""

_SAME_AS = {8: "COMPLETED", 9: "EXPIRED", 10: "REFOUNDED", "REFUNDED": "REFOUNDED"}
_NAMES = ("CREATED", "PAID", "COMPLETED", "EXPIRED", "REFOUNDED")
_UNPAID = ("CREATED", "EXPIRED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What became of one order. `goods` is {productId: the total of its items}; `sold`: its sale counts.

    `refunds` is when how much of its price was given back, and `goods_back` what of its goods: nothing unless
    it ever was a sale.
    """

    created_at: datetime
    customer_id: str | None
    price: Decimal
    coupon: str | None
    goods: Mapping[str, Decimal]
    refunds: Sequence[tuple[datetime, Decimal]]
    goods_back: Mapping[str, Decimal]
    sold: bool
    expired: bool
    refunded: bool

    @property
    def back(self) -> Decimal:
        """Return what was given back of its price."""
        return sum((amount for _, amount in self.refunds), Decimal(0))


def totals(orders: Sequence[Order]) -> dict[str, Any]:
    """Return the totals of the orders: money in decimals, everything else in integers."""
    sold = [order for order in orders if order.sold]
    return {
        "totalOrders": len(orders),
        "totalSales": sum((order.price - order.back for order in sold), Decimal(0)),
        "totalCompletedOrders": len(sold),
        "totalExpiredOrders": len([order for order in orders if order.expired]),
        "totalRefundedOrders": len([order for order in orders if order.refunded]),
        "ordersWithCoupon": len([order for order in sold if order.coupon is not None]),
        "ordersWithoutCoupon": len([order for order in sold if order.coupon is None]),
    }


def orders_of(events: Iterable[Event]) -> list[Order]:
    """Return the orders of one store's events, without those whose snapshot never came."""
    histories: dict[str, list[Mapping[str, Any]]] = {}
    for topic, data in events:
        if topic == "order-created":
            histories.setdefault(data["order"]["orderId"], []).append({**data, "status": "CREATED"})
        elif topic == "order-status-changed":
            histories.setdefault(data["orderId"], []).append(data)
    orders = [_order(history) for history in histories.values()]
    return [order for order in orders if order is not None]


def _order(history: list[Mapping[str, Any]]) -> Order | None:
    snapshots = [data for data in history if data.get("order") is not None]
    if not snapshots:
        return None
    newest = max(snapshots, key=lambda data: (_time(data["occurredAt"]), data["eventId"]))["order"]
    last: dict[str, datetime] = {}
    progress: list[datetime] = []
    overdue: list[datetime] = []
    for data in history:
        at = _time(data["occurredAt"])
        if data.get("refund"):
            progress.append(_time(data["refund"].get("at") or data["occurredAt"]))
        if data.get("status") is None:
            continue
        status = _status(data["status"])
        if data.get("expiredBy") == "clock":
            overdue.append(at)
            continue
        if status is not None:
            last[status] = max(at, last.get(status, at))
        if status not in _UNPAID:
            progress.append(at)
    completed, refunded = last.get("COMPLETED"), last.get("REFOUNDED")
    sold = completed is not None and (refunded is None or refunded < completed)
    goods: dict[str, Decimal] = {}
    for item in newest["items"]:
        total = item["total"] if item.get("total") is not None else newest["price"]
        goods[item["productId"]] = goods.get(item["productId"], Decimal(0)) + Decimal(str(total))
    price = Decimal(str(newest["price"]))
    parts = parts_of(history) if completed is not None else []
    back = []
    if completed is not None:
        back = given_back(price, parts, None if sold else refunded)
    return Order(
        created_at=_time(newest["createdAt"]),
        customer_id=newest.get("customerId"),
        price=price,
        coupon=newest.get("couponCode"),
        goods=goods,
        refunds=back,
        goods_back=named_goods(goods, parts) if sold or completed is None else goods,
        sold=sold,
        # What the clock expired was paid in time after all, where anything earlier says so.
        expired="EXPIRED" in last or (bool(overdue) and not (progress and min(progress) < min(overdue))),
        refunded=refunded is not None,
    )


def _status(written: str | int) -> str | None:
    """Return the name of the status; None for a step that moves no figure."""
    name = _SAME_AS.get(written, written)
    if isinstance(name, str) and name not in _NAMES:
        raise ValueError(f"no order status: {written!r}")
    return name if isinstance(name, str) else None


def accounts_of(events: Iterable[Event]) -> dict[str, tuple[datetime, bool]]:
    """Return {customerId: (registered at, whether confirmed)} of one store's events."""
    accounts: dict[str, tuple[datetime, bool]] = {}
    for topic, data in events:
        if topic in ("customer-registered", "email-confirmed"):
            registered_at = _time(data["registeredAt"])
            known_at, confirmed = accounts.get(data["customerId"], (registered_at, False))
            accounts[data["customerId"]] = (
                min(known_at, registered_at),
                confirmed or topic == "email-confirmed",
            )
    return accounts


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
