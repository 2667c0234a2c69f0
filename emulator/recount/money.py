"""Amounts of money: rounded half up to the decimals of a currency, and in minor units."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

EXPONENTS = {"BRL": 2, "EUR": 2, "GBP": 2, "INR": 2, "JPY": 0, "KRW": 0, "KWD": 3, "USD": 2}
"""The decimals of the currencies that samples and tests use."""


def money(amount: Decimal, currency: str) -> Decimal:
    return rounded(amount, EXPONENTS[currency])


def minor(amount: int | Decimal, currency: str) -> int:
    """Return money, a decimal, in minor units; return pieces, an integer, as they are."""
    return int(amount.scaleb(EXPONENTS[currency])) if isinstance(amount, Decimal) else amount


def figures(amounts: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return the amounts as the API shows them: money, the decimals, is rounded."""
    return {
        name: money(amount, currency) if isinstance(amount, Decimal) else amount
        for name, amount in amounts.items()
    }


def rounded(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
