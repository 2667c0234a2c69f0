"""Amounts of money in events, as minor units."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from shared.domain.money import exponent, to_minor
from shared.domain.order import Refund
from shared.domain.payment import Payment
from shared.errors import MalformedEvent
from shared.messages.validation import refuse
from shared.messages.wire import MAX_ITEMS, Amount, Currency, Identifier, Timestamp, WireModel


class Paid(WireModel):
    """What a customer paid: the price of the order, in its currency."""

    amount: Amount
    currency: Currency

    def payment(self) -> Payment:
        """Return what was paid.

        Raises:
            MalformedEvent: the currency is unknown, or the amount is none of that currency.
        """
        check_currency("paid.currency", self.currency)
        return Payment(
            amount_minor=minor_units("paid.amount", self.amount, self.currency), currency=self.currency
        )


class RefundedLine(WireModel):
    """What was refunded for one product of the order."""

    product_id: Identifier
    amount: Amount


class Refunded(WireModel):
    """A part of an order's price that was given back. `at` may be left out: it is then the event's time.

    Each refund has an id of its own. `lines` may name what of it was for which product; the rest was for the
    order, such as its shipping.
    """

    refund_id: Identifier
    amount: Amount
    currency: Currency
    at: Timestamp | None = None
    lines: Annotated[tuple[RefundedLine, ...], Field(max_length=MAX_ITEMS)] = ()

    def refund(self, occurred_at: datetime) -> Refund:
        """Return what was given back.

        Raises:
            MalformedEvent: the currency is unknown, an amount is none of that currency, or the lines are more
                than the amount.
        """
        check_currency("refund.currency", self.currency)
        amount = minor_units("refund.amount", self.amount, self.currency)
        lines: Counter[str] = Counter()
        for n, line in enumerate(self.lines):
            lines[line.product_id] += minor_units(f"refund.lines[{n}].amount", line.amount, self.currency)
        if lines.total() > amount:
            refuse("refund.lines", f"at most the amount together, {amount} minor units", lines.total())
        return Refund(
            at=self.at or occurred_at,
            amount_minor=amount,
            currency=self.currency,
            lines=tuple(sorted(lines.items())),
        )


def check_currency(field: str, currency: str) -> None:
    """Raise MalformedEvent if the currency is unknown or has no minor unit."""
    try:
        exponent(currency)
    except ValueError as error:
        raise MalformedEvent(f"{field}: {error}") from error


def minor_units(field: str, amount: Decimal, currency: str) -> int:
    """Return the amount in minor units; raise MalformedEvent if it is none of the currency."""
    try:
        return to_minor(amount, currency)
    except ValueError as error:
        raise MalformedEvent(f"{field}: {error}") from error
