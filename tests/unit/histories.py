"""Random histories of two stores, and random ways in which they arrive."""

from typing import Any

from hypothesis import strategies as st

from emulator.recount import Event
from tests.builders import a_status_change, an_account_event, an_event, an_order, an_order_item

TIMEZONES = {"s-1": "America/Sao_Paulo", "s-2": "Asia/Tokyo"}

_TOPICS = [
    "order-created",
    "order-status-changed",
    "order-status-changed",
    "customer-registered",
    "email-confirmed",
]
_STATUSES: list[str | int] = ["CREATED", "COMPLETED", "EXPIRED", "REFOUNDED", 8, 10, "REFUNDED", 3, "PAID"]
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
def _refunds(draw: st.DrawFn) -> dict[str, Any]:
    """Return a refund; some ids come with several contents."""
    amount = draw(_amounts)
    line = {"productId": draw(st.sampled_from(["p-1", "p-3"])), "amount": amount}
    return {
        "refundId": draw(st.sampled_from(["r-1", "r-2", "r-3"])),
        "amount": amount,
        "currency": "BRL",
        "lines": [line] if draw(st.booleans()) else [],
        **({"at": draw(_times)} if draw(st.booleans()) else {}),
    }


@st.composite
def _events(draw: st.DrawFn) -> Event:
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
    if draw(st.integers(0, 3)) == 0:
        return topic, {"orderId": order_id, "refund": draw(_refunds()), **common}
    status = draw(st.sampled_from(_STATUSES))
    amended = {"order": order} if draw(st.booleans()) else {}
    overdue = {"expiredBy": "clock"} if status == "EXPIRED" and draw(st.booleans()) else {}
    return topic, a_status_change(status, order_id, **common) | amended | overdue


def histories(max_size: int = 8) -> st.SearchStrategy[list[Event]]:
    """Return histories of two stores with few orders and customers; each event has an id of its own."""
    return st.lists(_events(), max_size=max_size).map(
        lambda events: [(topic, {**data, "eventId": f"e-{n}"}) for n, (topic, data) in enumerate(events)]
    )


@st.composite
def deliveries(draw: st.DrawFn, max_size: int = 8) -> list[list[Event]]:
    """Return a history as it may arrive: in any order, with repeats, in lists of any length."""
    history = draw(histories(max_size))
    repeats = draw(st.lists(st.sampled_from(history), max_size=3)) if history else []
    arriving = draw(st.permutations(history + repeats))
    lists: list[list[Event]] = [[]]
    for event in arriving:
        if draw(st.booleans()):
            lists.append([])
        lists[-1].append(event)
    return [events for events in lists if events]
