"""What a customer paid for an order, and the payment providers that tell of it."""

from dataclasses import dataclass
from decimal import Decimal

from shared.domain.money import exponent

PROVIDERS = ("bravive", "stripe")
"""The names in the webhooks' addresses. The ids of their events begin with the name and a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment; `amount_minor` in minor units of `currency`."""

    amount_minor: int
    currency: str

    def __str__(self) -> str:
        return f"{Decimal(self.amount_minor).scaleb(-exponent(self.currency))} {self.currency}"


def provider_of(event_id: str) -> str | None:
    """Return the payment provider whose event has the id; None for anybody else's."""
    name, colon, _ = event_id.partition(":")
    return name if colon and name in PROVIDERS else None
