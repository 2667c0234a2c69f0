"""Compare an answer with what is expected of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any


def differences(expected: Any, answer: Any) -> list[str]:
    """Return one line for each difference, e.g. "summary.totalSales: expected 10.50, got 10.40".

    Args:
        expected: decimals are compared exactly, datetimes as instants. Keys that it leaves out are ignored.
        answer: the parsed JSON. Numbers may be floats: their shortest form is what was sent.
    """
    return list(_compare(expected, answer, ""))


def _compare(expected: Any, answer: Any, place: str) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(answer, Mapping):
        for key, value in expected.items():
            inner = f"{place}.{key}" if place else str(key)
            if key in answer:
                yield from _compare(value, answer[key], inner)
            else:
                yield f"{inner}: expected {_shown(value)}, got nothing"
    elif isinstance(expected, list) and isinstance(answer, list):
        if len(expected) != len(answer):
            yield f"{place}: expected {len(expected)} rows, got {len(answer)}"
        for row, (value, got) in enumerate(zip(expected, answer, strict=False)):
            yield from _compare(value, got, f"{place}[{row}]")
    elif not _agree(expected, answer):
        yield f"{place or 'answer'}: expected {_shown(expected)}, got {_shown(answer, like=expected)}"


def _agree(expected: Any, answer: Any) -> bool:
    if isinstance(expected, datetime):
        try:
            return isinstance(answer, str) and datetime.fromisoformat(answer) == expected
        except ValueError:
            return False
    if _is_number(expected) and _is_number(answer):
        return Decimal(str(expected)) == Decimal(str(answer))
    return type(expected) is type(answer) and bool(expected == answer)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _shown(value: Any, like: Any = None) -> str:
    """Return the value as text, a number with at least the decimals of `like`."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return f"{len(value)} rows"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(like, Decimal) and _is_number(value):
        exact = Decimal(str(value))
        whole = exact.to_integral_value()
        # A sum takes the decimals of its longer term. A float writes one decimal even if it is whole.
        return str((whole if whole == exact else exact) + 0 * like)
    return str(value) if _is_number(value) else repr(value)
