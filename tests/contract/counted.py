"""What the documents of a store hold, in the oracle's form."""

from __future__ import annotations

from typing import Any

from tests.contract.backends import Backend
from tests.contract.oracle import Key

_IDENTITY = {
    "months": ("month",),
    "productMonths": ("month", "productId"),
    "coupons": ("couponCode",),
    "customers": ("customerId",),
}


def counted(backend: Backend, store_id: str) -> dict[Key, dict[str, int]]:
    """Return every counter that is not 0, by document; two documents about one thing are an error."""
    found: dict[Key, dict[str, int]] = {}
    for name, identity in _IDENTITY.items():
        for fields in backend.collection(store_id, name):
            key = (name, *(fields[field] for field in identity))
            assert key not in found
            found[key] = {counter: n for counter, n in _numbers(fields).items() if n}
    return {key: counters for key, counters in found.items() if counters}


def _numbers(fields: dict[str, Any]) -> dict[str, int]:
    numbers = {name: value for name, value in fields.items() if type(value) is int and name != "version"}
    for day, row in fields.get("days", {}).items():
        numbers |= {f"{day}.{name}": value for name, value in row.items()}
    return numbers
