"""Follow each customer's first and last order, also when an amendment takes one away. Pure."""

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
    """When a customer's first and last orders outside a list were created, and their document's version.

    A minimum or maximum can't be taken back blindly. It is computed again from these times, provided that the
    customer's document is still at this version; every order of the customer changes it.
    """

    times: tuple[datetime, ...]
    version: object


@dataclass(slots=True)
class TimesMoved:
    """What a list of changes does to the order times of one customer.

    `all` holds the times of their orders in the list, as they will be. `arrived`: one of them is new.
    `retracted`: an order left the customer, or its time changed.
    """

    all: list[datetime] = field(default_factory=list)
    arrived: bool = False
    retracted: bool = False


def times_moved(
    orders: Iterable[tuple[str, OrderFacts | Registration, OrderFacts | Registration]],
) -> Mapping[Owner, TimesMoved]:
    """Return what moves for each customer, from the store id of each order and its facts before and after."""
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
