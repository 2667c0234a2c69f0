"""Money is whole minor units; nothing is rounded on the way in."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.money import MAX_MINOR, divide_half_up, exponent, percentage, to_major, to_minor


@pytest.mark.parametrize(
    ("currency", "places"),
    [("BRL", 2), ("USD", 2), ("JPY", 0), ("ISK", 0), ("KWD", 3), ("CLF", 4), ("UYW", 4), ("MGA", 2)],
)
def test_an_exponent_is_the_one_of_iso_4217(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize(
    "code", ["", "ABC", "brl", "Brl", "XAU", "XXX", "XTS", "986", "BR\u017f", "Real", " BRL"]
)
def test_what_is_no_currency_counted_in_units_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="expected an ISO 4217 currency code such as BRL, got"):
        exponent(code)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("129.90", "BRL", 12990),
        ("129.9", "BRL", 12990),
        ("129.9000", "BRL", 12990),
        ("0", "BRL", 0),
        ("-0", "BRL", 0),
        ("0e99999999", "BRL", 0),
        ("0.01", "BRL", 1),
        ("1E+2", "BRL", 10000),
        ("500", "JPY", 500),
        ("500.0", "JPY", 500),
        ("1.234", "KWD", 1234),
        ("1.2345", "CLF", 12345),
        ("1.000000000000000000000000000", "BRL", 100),
        ("10000000000000.00", "BRL", 10**15),
        ("1000000000000000", "JPY", 10**15),
    ],
)
def test_an_amount_becomes_minor_units(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("1.005", "BRL", "expected at most 2 decimals in BRL, got 1.005"),
        ("0.5", "JPY", "expected at most 0 decimals in JPY, got 0.5"),
        ("0.0001", "KWD", "expected at most 3 decimals in KWD, got 0.0001"),
        ("-0.01", "BRL", "expected a finite amount of 0 or more, got -0.01"),
        ("-1" + "1" * 4000, "BRL", "expected a finite amount of 0 or more, got -1.11111e+4000"),
        ("NaN", "BRL", "expected a finite amount of 0 or more, got NaN"),
        ("sNaN", "BRL", "expected a finite amount of 0 or more, got sNaN"),
        ("Infinity", "BRL", "expected a finite amount of 0 or more, got Infinity"),
        ("-Infinity", "BRL", "expected a finite amount of 0 or more, got -Infinity"),
        ("10000000000000.01", "BRL", "expected at most 1000000000000000 minor units of BRL, got 1.00000e+13"),
        ("1000000000000001", "JPY", "expected at most 1000000000000000 minor units of JPY, got 1.00000e+15"),
        ("1e99999999", "BRL", "expected at most 1000000000000000 minor units of BRL, got 1e+99999999"),
        ("1e-99999999", "BRL", "expected at most 28 digits, got 1e-99999999"),
        ("1.0000000000000000000000000000", "BRL", "expected at most 28 digits, got 1.00000"),
        ("1e-29", "BRL", "expected at most 28 digits, got 1e-29"),
        ("1e-28", "BRL", "expected at most 2 decimals in BRL, got 1E-28"),
        ("9" * 29, "JPY", "expected at most 28 digits, got 1.00000e+29"),
    ],
)
def test_an_amount_that_would_not_be_exact_is_refused(amount: str, currency: str, said: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole text is checked
        to_minor(Decimal(amount), currency)
    assert str(refused.value) == said


def test_a_counter_holds_so_many_of_the_largest_orders() -> None:
    assert 9_223 * MAX_MINOR < 2**63 <= 9_224 * MAX_MINOR


@given(st.integers(0, MAX_MINOR), st.sampled_from(["BRL", "JPY", "KWD", "CLF"]))
def test_every_amount_comes_back_as_it_went_in(minor: int, currency: str) -> None:
    assert to_minor(Decimal(str(to_major(minor, currency))), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "major"),
    [(12990, "BRL", 129.9), (12990, "KWD", 12.99), (1, "BRL", 0.01), (-250, "BRL", -2.5), (0, "BRL", 0.0)],
)
def test_an_amount_with_decimals_is_shown_as_a_float(minor: int, currency: str, major: float) -> None:
    assert to_major(minor, currency) == major
    assert isinstance(to_major(minor, currency), float)


def test_an_amount_in_yen_is_shown_as_a_whole_number() -> None:
    assert to_major(12990, "JPY") == 12990
    assert isinstance(to_major(12990, "JPY"), int)


@pytest.mark.parametrize(
    ("dividend", "divisor", "quotient"),
    [
        (10, 4, 3),  # 2.5; half to even would give 2
        (14, 4, 4),  # 3.5
        (1, 2, 1),
        (10, 3, 3),
        (20, 3, 7),
        (9, 9, 1),
        (0, 5, 0),
        (7, 0, 0),
        (0, 0, 0),
        (9 * 10**18, 1, 9 * 10**18),
    ],
)
def test_a_mean_is_rounded_half_up_and_zero_without_a_count(
    dividend: int, divisor: int, quotient: int
) -> None:
    assert divide_half_up(dividend, divisor) == quotient


@given(st.integers(0, 9 * 10**18), st.integers(1, 10**9))
def test_a_mean_is_exact_for_every_sum_that_a_counter_holds(dividend: int, divisor: int) -> None:
    assert divide_half_up(dividend, divisor) == (2 * dividend + divisor) // (2 * divisor)


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(1, 3, 33.33), (2, 3, 66.67), (1, 800, 0.13), (5, 5, 100.0), (0, 5, 0.0), (0, 0, 0.0)],
)
def test_a_share_is_rounded_half_up_to_2_decimals(part: int, whole: int, share: float) -> None:
    assert percentage(part, whole) == share


def test_an_amount_without_a_currency_is_whole() -> None:
    assert to_major(12990, None) == 12990
