"""Amounts as the API rounds them: half up, to the currency's decimals."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

EXPONENTS = {"BRL": 2, "EUR": 2, "GBP": 2, "INR": 2, "JPY": 0, "KRW": 0, "KWD": 3, "USD": 2}
"""Decimals of the currencies that the samples and the tests use."""


def money(amount: Decimal, currency: str) -> Decimal:
    return rounded(amount, EXPONENTS[currency])


def minor(amount: int | Decimal, currency: str) -> int:
    """Return a decimal, which is money, in minor units; return a number of pieces as it is."""
    return int(amount.scaleb(EXPONENTS[currency])) if isinstance(amount, Decimal) else amount


def figures(amounts: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return the amounts as the API shows them: decimals, which are money, rounded."""
    return {
        name: money(amount, currency) if isinstance(amount, Decimal) else amount
        for name, amount in amounts.items()
    }


def rounded(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
