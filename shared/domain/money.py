"""Amounts of money as whole minor units of an ISO 4217 currency."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

MAX_MINOR = 10**15
"""The largest price of an order, and the most that its items sum up to.

A 64-bit counter holds 9,223 such orders, each of ten trillion BRL; of orders of a million BRL, 90 billion.
"""

_EXACT_DIGITS = 28
"""The default precision of decimal arithmetic: more digits would be rounded."""


@cache
def exponent(currency: str) -> int:
    """Return how many decimals the currency has (BRL 2, JPY 0, KWD 3).

    Raises:
        ValueError: the code is not in ISO 4217, or its currency has no minor unit (such as gold, XAU).

    Source: the ISO 4217 table as its maintenance agency publishes it; CLDR's digits differ.
    """
    from iso4217 import Currency  # parses the whole table when it is imported

    try:
        places = Currency(currency).exponent
    except ValueError:
        places = None
    if places is None or currency != currency.upper():
        raise ValueError(f"expected an ISO 4217 currency code such as BRL, got {currency!r}")
    return int(places)


def to_minor(amount: Decimal, currency: str) -> int:
    """Return the amount in minor units of the currency.

    Raises:
        ValueError: the amount is no finite number, negative, too large, or finer than the minor unit.
    """
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"expected a finite amount of 0 or more, got {amount:.6g}")
    _, digits, scale = amount.as_tuple()
    if len(digits) > _EXACT_DIGITS or int(scale) < -_EXACT_DIGITS:
        raise ValueError(f"expected at most {_EXACT_DIGITS} digits, got {amount:.6g}")
    places = exponent(currency)
    if amount > Decimal(MAX_MINOR).scaleb(-places):
        raise ValueError(f"expected at most {MAX_MINOR} minor units of {currency}, got {amount:.6g}")
    minor = amount.scaleb(places)
    if minor != minor.to_integral_value():
        raise ValueError(f"expected at most {places} decimals in {currency}, got {amount}")
    return int(minor)


def to_major(minor: int, currency: str | None) -> int | float:
    """Return the amount as a JSON number: an integer if the currency has no decimals or is not known yet."""
    places = exponent(currency) if currency else 0
    return float(Decimal(minor).scaleb(-places)) if places else minor


def percentage(part: int | Decimal, whole: int | Decimal) -> float:
    """Return the part as a percentage of the whole, rounded half up to 2 decimals; 0 if the whole is 0."""
    if whole == 0:
        return 0.0
    return float((Decimal(100 * part) / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def divide_half_up(dividend: int, divisor: int) -> int:
    """Return the quotient, rounded half up to a whole number; 0 if the divisor is 0."""
    if divisor == 0:
        return 0
    return int((Decimal(dividend) / divisor).quantize(Decimal(1), rounding=ROUND_HALF_UP))
