"""A plain loop over raw events: the oracle of the laws, and the histories they are tried on.

It shares no code with what it judges: days come from fixed offsets, amounts from the digits of their text.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.builders import a_status_change, an_account_event, an_event, an_order, an_order_item

RawEvent = tuple[str, dict[str, Any]]
"""A topic and the event as it goes over the wire."""

TIMEZONES = {"s-1": "America/Sao_Paulo", "s-2": "Asia/Tokyo"}
_HOURS = {"s-1": -3, "s-2": 9}

_TOPICS = [
    "order-created",
    "order-status-changed",
    "order-status-changed",
    "customer-registered",
    "email-confirmed",
]
_STATUSES: list[str | int] = ["CREATED", "COMPLETED", "EXPIRED", "REFOUNDED", 8, 10, "REFUNDED", 3]
_times = st.sampled_from(
    [
        "2026-10-31T23:30:00Z",  # 31 October in Sao Paulo, 1 November in Tokyo
        "2026-11-01T02:59:59.999999Z",
        "2026-11-01T03:00:00Z",
        "2026-11-20T12:00:00Z",
        "2026-11-20T13:00:00+01:00",
        "2026-11-20T15:00:00Z",
        "2026-12-31T23:00:00-03:00",
    ]
)
_amounts = st.sampled_from(["0.00", "0.01", "10.00", "129.90"])
_items = st.lists(st.builds(an_order_item, st.sampled_from(["p-1", "p-2"]), _amounts), max_size=3)
_customers = st.sampled_from(["c-1", "c-2"])


@st.composite
def _events(draw: st.DrawFn) -> RawEvent:
    common = {"storeId": draw(st.sampled_from(list(TIMEZONES))), "occurredAt": draw(_times)}
    topic = draw(st.sampled_from(_TOPICS))
    if topic in ("customer-registered", "email-confirmed"):
        return topic, an_account_event(draw(_customers), registeredAt=draw(_times), **common)
    order_id = draw(st.sampled_from(["o-1", "o-2", "o-3"]))
    order = an_order(
        order_id,
        createdAt=draw(_times),
        price=draw(_amounts),
        customerId=draw(st.none() | _customers),
        couponCode=draw(st.sampled_from([None, "TEN"])),
        items=draw(_items),
    )
    if topic == "order-created":
        return topic, an_event(order, **common)
    status = draw(st.sampled_from(_STATUSES))
    amended = {"order": order} if draw(st.booleans()) else {}
    return topic, a_status_change(status, order_id, **common) | amended


def histories(max_size: int = 8) -> st.SearchStrategy[list[RawEvent]]:
    """Return histories of two stores with few orders and customers; each event has an id of its own."""
    return st.lists(_events(), max_size=max_size).map(
        lambda events: [(topic, data | {"eventId": f"e-{n}"}) for n, (topic, data) in enumerate(events)]
    )


@st.composite
def deliveries(draw: st.DrawFn, max_size: int = 8) -> list[list[RawEvent]]:
    """Return a history as it may arrive: in any order, with repeats, in lists of any length."""
    history = draw(histories(max_size))
    repeats = draw(st.lists(st.sampled_from(history), max_size=3)) if history else []
    arriving = draw(st.permutations(history + repeats))
    lists: list[list[RawEvent]] = [[]]
    for event in arriving:
        if draw(st.booleans()):
            lists.append([])
        lists[-1].append(event)
    return [events for events in lists if events]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def local_day(text: str, store_id: str) -> date:
    offset = instant(text).utcoffset() or timedelta()
    return (instant(text).replace(tzinfo=None) - offset + timedelta(hours=_HOURS[store_id])).date()


def orders(events: Sequence[RawEvent], store_id: str) -> dict[str, dict[str, Any]]:
    """Return each known order's last snapshot, with `reached`: when each status was last reached."""
    found: dict[str, dict[str, Any]] = {}
    for _, data in sorted(events, key=lambda event: (instant(event[1]["occurredAt"]), event[1]["eventId"])):
        snapshot = data.get("order")
        order_id = data.get("orderId") or (snapshot or {}).get("orderId")
        if data["storeId"] != store_id or order_id is None:
            continue
        order = found.setdefault(order_id, {"reached": {}})
        order.update(snapshot or {})
        name = {8: "COMPLETED", 10: "REFOUNDED", "REFUNDED": "REFOUNDED"}.get(
            data.get("status"), data.get("status")
        )
        order["reached"][name] = instant(data["occurredAt"])
    return {order_id: order for order_id, order in found.items() if "price" in order}


def count(events: Sequence[RawEvent], store_id: str) -> Counter[tuple[str, str, date, str]]:
    """Return what (tally, id, day, counter) must hold; money in cents."""
    total: Counter[tuple[str, str, date, str]] = Counter()
    for order in orders(events, store_id).values():
        day, price, reached = (
            local_day(order["createdAt"], store_id),
            _cents(order["price"]),
            order["reached"],
        )
        sold = "COMPLETED" in reached and (
            "REFOUNDED" not in reached or reached["COMPLETED"] > reached["REFOUNDED"]
        )
        owners = [("store", "")] + ([("customer", order["customerId"])] if order["customerId"] else [])
        for tally, of in owners:
            total[tally, of, day, "totalOrders"] += 1
            total[tally, of, day, "totalExpiredOrders"] += "EXPIRED" in reached
            total[tally, of, day, "totalRefundedOrders"] += "REFOUNDED" in reached
            if sold:
                total[tally, of, day, "totalSales"] += price
                total[tally, of, day, "totalCompletedOrders"] += 1
                coupon = "ordersWithCoupon" if order["couponCode"] else "ordersWithoutCoupon"
                total[tally, of, day, coupon] += 1
        for product_id in {item["productId"] for item in order["items"]}:
            total["product", product_id, day, "totalOrders"] += 1
        for item in order["items"] if sold else []:
            total["product", item["productId"], day, "totalSales"] += _cents(item["total"])
            total["store", "", day, "itemSales"] += _cents(item["total"])
        if sold and order["couponCode"]:
            for tally in ("coupon", "couponMonth"):
                total[tally, order["couponCode"], day, "timesUsed"] += 1
                total[tally, order["couponCode"], day, "totalSalesAmount"] += price
    for day, confirmed in _accounts(events, store_id):
        total["store", "", day, "registeredCustomers"] += 1
        total["store", "", day, "newCustomers"] += confirmed
    return Counter({cell: amount for cell, amount in total.items() if amount})


def _accounts(events: Sequence[RawEvent], store_id: str) -> list[tuple[date, bool]]:
    mine = [(t, d) for t, d in events if d["storeId"] == store_id and "customerId" in d]
    accounts = []
    for customer_id in {data["customerId"] for _, data in mine}:
        theirs = [(topic, data["registeredAt"]) for topic, data in mine if data["customerId"] == customer_id]
        first = min((at for _, at in theirs), key=instant)
        accounts.append((local_day(first, store_id), "email-confirmed" in [topic for topic, _ in theirs]))
    return accounts


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))
