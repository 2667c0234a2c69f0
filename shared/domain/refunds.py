"""What of an order was given back: when, and for which products. Pure.

A full refund gives back what partial ones have left of the price, and together they give back no more than
that. An order that was never completed was no sale, so nothing of it is given back; nor does a full refund
count that a later completion has undone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from shared.domain.order import OrderFacts, Status


def refunded(facts: OrderFacts) -> Iterator[tuple[datetime, int]]:
    """Yield when how much was given back, in minor units, oldest first; nothing without a snapshot."""
    if facts.snapshot is None or Status.COMPLETED not in facts.statuses:
        return
    left = facts.snapshot.price_minor
    given = [(refund.at, refund.amount_minor) for refund in facts.refunds.values()]
    if not facts.sale_counts:
        given.append((facts.statuses[Status.REFOUNDED], left))
    for at, amount in sorted(given):
        if amount := min(left, amount):
            left -= amount
            yield at, amount


def refunded_by_product(facts: OrderFacts, item_totals: Mapping[str, int]) -> Mapping[str, int]:
    """Return what was given back of each product's items: all of a full refund, what partial ones name.

    Args:
        facts: those of the order.
        item_totals: the totals of its items, by product.
    """
    if Status.COMPLETED not in facts.statuses:
        return {}
    if not facts.sale_counts:
        return item_totals
    named: Counter[str] = Counter()
    for refund in facts.refunds.values():
        for product_id, amount in refund.lines:
            named[product_id] += amount
    return {product_id: min(total, named[product_id]) for product_id, total in item_totals.items()}
