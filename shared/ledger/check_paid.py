"""Compare what was paid for an order with its price. Pure."""

from __future__ import annotations

from shared.domain.order import OrderFacts
from shared.domain.payment import Payment
from shared.errors import OrderAwaited, PaymentMismatch


def check_paid(known: OrderFacts, facts: OrderFacts, paid: Payment) -> None:
    """Refuse facts from a payment that is not the order's price.

    A repeat passes: the order may have been amended since it was paid.

    Args:
        known: what is on record of the order.
        facts: what the payment adds to it.
        paid: what was paid.

    Raises:
        OrderAwaited: the price is not known yet.
        PaymentMismatch: names the price and what was paid.
    """
    after = known.merge(facts)
    if after == known:
        return
    if after.snapshot is None:
        raise OrderAwaited("the order was paid, and is not created yet")
    price = Payment(amount_minor=after.snapshot.price_minor, currency=after.snapshot.currency)
    if paid != price:
        raise PaymentMismatch(f"paid: expected the order's price, {price}, got {paid}")
