"""What the documents of a store hold, in the oracle's form."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.contract.backends import Backend
from tests.contract.oracle import Key

_IDENTITY = {
    "months": ("month",),
    "productMonths": ("month", "productId"),
    "couponMonths": ("month", "couponCode"),
    "coupons": ("couponCode",),
    "customers": ("customerId",),
}


def counted(backend: Backend, store_id: str) -> dict[Key, dict[str, int]]:
    """Return every counter that is not 0; shards of a month are summed, other doubles are an error."""
    found: dict[Key, Counter[str]] = {}
    for name, identity in _IDENTITY.items():
        for fields in backend.collection(store_id, name):
            key = (name, *(fields[field] for field in identity))
            assert key not in found or name == "months"
            found.setdefault(key, Counter()).update(_numbers(fields))
    sums = {key: {counter: n for counter, n in counters.items() if n} for key, counters in found.items()}
    return {key: counters for key, counters in sums.items() if counters}


def _numbers(fields: dict[str, Any]) -> dict[str, int]:
    numbers = {name: value for name, value in fields.items() if type(value) is int and name != "version"}
    for day, row in fields.get("days", {}).items():
        numbers |= {f"{day}.{name}": value for name, value in row.items()}
    return numbers
