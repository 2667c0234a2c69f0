"""When customers ordered first and last, also when an amendment takes an order's time back. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.customer import Registration
from shared.domain.order import OrderFacts

Owner = tuple[str, str]
"""A store id and a customer id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherOrders:
    """First and last creation of a customer's orders outside a list, and their document's version.

    Minimum and maximum can't be undone blindly; with these they are set anew, on condition that the
    customer's document, which every order of theirs touches, is still at this version.
    """

    times: tuple[datetime, ...]
    version: object


@dataclass(slots=True)
class TimesMoved:
    """What a list of changes does to one customer's order times.

    `all` are the times of all their orders in the list as they will be; `arrived` says that one of them is
    new; `retracted` says that an order left the customer, or changed its time.
    """

    all: list[datetime] = field(default_factory=list)
    arrived: bool = False
    retracted: bool = False


def times_moved(
    orders: Iterable[tuple[str, OrderFacts | Registration, OrderFacts | Registration]],
) -> Mapping[Owner, TimesMoved]:
    """Return what moves for each customer; each order is its store id and its facts before and after."""
    moves: defaultdict[Owner, TimesMoved] = defaultdict(TimesMoved)
    for store_id, before, after in orders:
        was, now = _placed(store_id, before), _placed(store_id, after)
        if now:
            moves[now[0]].all.append(now[1])
        if now and now != was:
            moves[now[0]].arrived = True
        if was and now != was:
            moves[was[0]].retracted = True
    return moves


def _placed(store_id: str, facts: OrderFacts | Registration) -> tuple[Owner, datetime] | None:
    snapshot = facts.snapshot if isinstance(facts, OrderFacts) else None
    if snapshot is None or snapshot.customer_id is None:
        return None
    return (store_id, snapshot.customer_id), snapshot.created_at
