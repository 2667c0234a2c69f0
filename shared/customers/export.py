"""Export everything that a store holds about a customer, one document after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from shared.customers.data import CustomerData, Kind
from shared.documents.paths import customer_path
from shared.documents.profiles import read_profile
from shared.documents.store import DocumentStore
from shared.domain.instants import to_rfc3339

_SECTIONS: Mapping[str, Kind] = {
    "orders": Kind.ORDERS,
    "formerOrders": Kind.FORMER_ORDERS,
    "baskets": Kind.BASKETS,
    "lookups": Kind.LOOKUPS,
    "calls": Kind.CALLS,
}
_OTHERS = ("countsIn", "formerCustomers", "requestHash", "identifierHash", "searchTokens")
"""Fields that are about other customers, or that are no data but hashes."""


def export_customer(
    store_id: str, customer_id: str, documents: DocumentStore, data: CustomerData, read_time: datetime
) -> Iterator[str]:
    """Yield a JSON object in pieces: the `customer`, and a list for each other kind of document.

    The lists are as of `read_time`. Fields are as they are stored: amounts of orders in minor units, times of
    the customer's first and last orders in microseconds since 1970.
    """
    [customer] = documents.read([customer_path(store_id, customer_id)])
    yield '{"customer": '
    yield _write(customer.fields) if customer.exists else "null"
    for name, kind in _SECTIONS.items():
        yield f', "{name}": ['
        for n, fields in enumerate(data.walk(kind, store_id, customer_id, read_time)):
            yield f"{', ' if n else ''}{_write(fields)}"
        yield "]"
    yield "}"


def _write(fields: Mapping[str, Any]) -> str:
    shown = {name: value for name, value in fields.items() if name not in _OTHERS}
    if "profile" in shown:
        shown["profile"] = read_profile(shown["profile"])
    return json.dumps(shown, ensure_ascii=False, default=_instant)


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return to_rfc3339(value)
    raise TypeError(f"{type(value).__name__} can't be exported")
