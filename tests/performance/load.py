"""The orders that most families write: one customer, one product, no coupon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from infra.typical_orders import OrderEvent
from shared.domain.changes import OrderChange


def creations(store_id: str, prefix: str, count: int) -> list[OrderEvent]:
    """Return the creations of so many new orders."""
    return [OrderEvent(store_id=store_id, prefix=prefix, number=number) for number in range(count)]


def in_lists(events: Sequence[OrderEvent], size: int) -> Iterator[Sequence[OrderEvent]]:
    """Yield the events in lists of that size; the last may be shorter."""
    for start in range(0, len(events), size):
        yield events[start : start + size]


def whole_order(event: OrderEvent) -> OrderChange:
    """Return an order's creation and completion as one change, as an event with a snapshot brings them."""
    created, completed = event.change(), event.completed().change()
    if not isinstance(created, OrderChange) or not isinstance(completed, OrderChange):
        raise TypeError(f"{event} is of no order")
    return replace(created, facts=created.facts.merge(completed.facts))
