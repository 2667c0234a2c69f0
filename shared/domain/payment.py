"""What a customer paid for an order."""

from dataclasses import dataclass
from decimal import Decimal

from shared.domain.money import exponent


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment; `amount_minor` in minor units of `currency`."""

    amount_minor: int
    currency: str

    def __str__(self) -> str:
        return f"{Decimal(self.amount_minor).scaleb(-exponent(self.currency))} {self.currency}"
