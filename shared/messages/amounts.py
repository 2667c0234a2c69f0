"""Amounts of money in events, as minor units."""

from __future__ import annotations

from decimal import Decimal

from shared.domain.money import exponent, to_minor
from shared.domain.payment import Payment
from shared.errors import MalformedEvent
from shared.messages.wire import Amount, Currency, WireModel


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
