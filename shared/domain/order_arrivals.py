"""Which events told of an order, in the order in which they were counted. Pure.

What an order counts does not depend on this: in another order, the same events end in the same facts.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.order import OrderFacts, Status
from shared.domain.order_history import Fact, Happened, happened, history

MOST_ARRIVALS = 50
"""That an order remembers, the newest ones. Orders have about five; it bounds what is rewritten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An event: when it happened, by the clock of who told it, and when it arrived, by ours."""

    event_id: str
    occurred_at: datetime
    arrived_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event that told something new of an order.

    told: what was new.
    late: whether something that happened after it was known already.
    amount_minor: what was paid or given back, in minor units of the store's currency; None for neither.
    """

    event_id: str
    occurred_at: datetime
    arrived_at: datetime
    told: tuple[Status | Happened, ...]
    late: bool
    amount_minor: int | None = None


def arrival(
    source: Source, said: OrderFacts, before: OrderFacts, after: OrderFacts, paid_minor: int | None = None
) -> Arrival:
    """Return what an event told that was new.

    Args:
        source: the event.
        said: all that it says.
        before: what was known.
        after: both together.
        paid_minor: what was paid, where the event tells of a payment.
    """
    known = [*happened(before)]
    new = {_content(fact) for fact in happened(after)} - {_content(fact) for fact in known}
    # A status that is older than the one that is known may still be the earliest sign of a payment.
    told = [fact for fact in history(said) if _content(fact) in new] or [
        fact for fact in history(after) if _content(fact) in new
    ]
    given_back = [refund.amount_minor for refund in said.refunds.values()]
    return Arrival(
        event_id=source.event_id,
        occurred_at=source.occurred_at,
        arrived_at=source.arrived_at,
        told=tuple(fact.what for fact in told),
        late=any(fact.at > source.occurred_at for fact in known if fact.what is not Happened.PLACED),
        amount_minor=sum(given_back) if given_back else paid_minor,
    )


def newest(arrivals: Sequence[str]) -> tuple[str, ...]:
    """Return those that an order remembers."""
    return tuple(arrivals[-MOST_ARRIVALS:])


def _content(fact: Fact) -> Hashable:
    return fact.at, fact.what, fact.event_id, fact.refund_id, fact.amount_minor
