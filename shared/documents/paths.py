"""Where each document and each counter is. Ids of any content are encoded here and nowhere else."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from shared.domain.changes import Change, OrderChange
from shared.domain.identifiers import document_id
from shared.domain.period import Month
from shared.domain.tallies import CUSTOMERS, STORE_MONTHS, Row, Tally

Path = tuple[str, ...]
"""Collection, document id, collection, document id..."""

FieldPath = tuple[str, ...]
"""A field of a document: ("totalOrders",), or ("days", "20", "totalOrders"), or ("hours", "20", "14", …)."""


def store_path(store_id: str) -> Path:
    return ("stores", document_id(store_id))


def order_path(store_id: str, order_id: str) -> Path:
    return (*store_path(store_id), "orders", document_id(order_id))


# A commit names the documents of a month many times.
@lru_cache(10_000)
def tally_path(store_id: str, tally: Tally, month: Month | None = None, of: str = "") -> Path:
    """Return the document that counts one thing, in a month where the tally is monthly."""
    parts = [str(month)] if tally.is_monthly else []
    if tally.id_field:
        parts.append(of)
    return (*store_path(store_id), tally.collection, document_id(*parts))


def month_path(store_id: str, month: Month) -> Path:
    return tally_path(store_id, STORE_MONTHS, month)


def customer_path(store_id: str, customer_id: str) -> Path:
    return tally_path(store_id, CUSTOMERS, of=customer_id)


def reconciliation_path(store_id: str, month: Month) -> Path:
    return (*store_path(store_id), "reconciliations", str(month))


def repair_path(store_id: str) -> Path:
    """Return the lease of whoever repairs the store: customers and coupons belong to no month."""
    return (*store_path(store_id), "reconciliations", "repair")


def letter_path(letter_id: str) -> Path:
    return ("deadLetters", letter_id)


def letter_part_path(letter_id: str, n: int) -> Path:
    return (*letter_path(letter_id), "deadLetterParts", str(n))


def audit_path(store_id: str | None, entry_id: str) -> Path:
    """Return an entry of the store's audit trail, or of the operators' for an action on no store."""
    of_store = store_path(store_id) if store_id is not None else ()
    return (*of_store, "audit", entry_id)


def erasure_path(store_id: str, customer_hash: str) -> Path:
    """Return what is known of a customer's erasures; it does not hold the customer's id."""
    return (*store_path(store_id), "erasures", customer_hash)


def card_pass_path(store_id: str) -> Path:
    """Return how far the cards of the store are written again; in one place for all stores."""
    return ("cardPasses", document_id(store_id))


def basket_path(store_id: str, basket_id: str) -> Path:
    return (*store_path(store_id), "baskets", document_id(basket_id))


def outbox_path(store_id: str, basket_id: str) -> Path:
    """Return where the event of a basket waits until it is published; in one place for all stores."""
    return ("outbox", document_id(store_id, basket_id))


def sweep_path(name: str) -> Path:
    return ("sweeps", name)


def lookup_path(store_id: str, identifier_hash: str) -> Path:
    return (*store_path(store_id), "lookups", identifier_hash)


def lookup_call_path(store_id: str, call_id: str) -> Path:
    return (*store_path(store_id), "lookupCalls", document_id(call_id))


def record_path(change: Change) -> Path:
    """Return the document that keeps the facts of the order or customer."""
    if isinstance(change, OrderChange):
        return order_path(change.store_id, change.order_id)
    return customer_path(change.store_id, change.customer_id)


def counter_paths(row: Row, counter: str) -> tuple[FieldPath, ...]:
    """Return the fields that hold a counter in its document: its total, and those of the day and the hour."""
    tally, day = row.tally, f"{row.day.day:02}"
    paths: list[FieldPath] = []
    if counter in tally.totals:
        paths.append((counter,))
    if tally.is_monthly:
        paths.append(("days", day, counter))
    if counter in tally.hourly:
        paths.append(("hours", day, row.hour, counter))
    return tuple(paths)


def counter_fields(tally: Tally, fields: Mapping[str, Any]) -> Iterator[tuple[FieldPath, Any]]:
    """Yield the fields of a document that hold a counter, each with its value, None for a missing one."""
    for counter in tally.totals:
        yield (counter,), fields.get(counter)
    for day, row in fields.get("days", {}).items():
        for counter in tally.counters:
            yield ("days", day, counter), row.get(counter)
    for day, hours in fields.get("hours", {}).items():
        for hour, row in hours.items():
            for counter in tally.hourly:
                yield ("hours", day, hour, counter), row.get(counter)
