"""Amounts as the API rounds them: half up, to the currency's decimals."""

from decimal import ROUND_HALF_UP, Decimal

EXPONENTS = {"BRL": 2, "EUR": 2, "GBP": 2, "INR": 2, "JPY": 0, "KRW": 0, "KWD": 3, "USD": 2}
"""Decimals of the currencies that the samples and the tests use."""


def money(amount: Decimal, currency: str) -> Decimal:
    return rounded(amount, EXPONENTS[currency])


def rounded(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
