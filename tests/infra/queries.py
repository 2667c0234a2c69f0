"""Every query of the Firestore adapters, as it would be sent, and the index that Firestore needs for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore_v1.aggregation import AggregationQuery
from google.cloud.firestore_v1.base_aggregation import AggregationResult
from google.cloud.firestore_v1.query import Query

from shared.adapters.firestore.audit import FirestoreAudit
from shared.adapters.firestore.card_passes import FirestoreCardPasses
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.customer_data import FirestoreCustomerData
from shared.adapters.firestore.customers import FirestoreCustomers
from shared.adapters.firestore.dead_letters import FirestoreDeadLetters
from shared.adapters.firestore.deltas import FirestoreDeltas
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.left_behind import FirestoreLeftBehind
from shared.adapters.firestore.lookup_calls import FirestoreLookupCalls
from shared.adapters.firestore.missing_orders import FirestoreMissingOrders
from shared.adapters.firestore.orders import FirestoreOrders
from shared.adapters.firestore.outbox import FirestoreOutbox
from shared.adapters.firestore.store_snapshot import FirestoreStoreSnapshot
from shared.adapters.firestore.stores import FirestoreStores
from shared.adapters.firestore.tallies import FirestoreTallies
from shared.adapters.firestore.unpaid_orders import FirestoreUnpaidOrders
from shared.customers.data import Kind
from shared.dead_letters.letter import State
from shared.documents.store import Document
from shared.domain.behind import CounterOf
from shared.domain.period import Month, Period
from shared.domain.tallies import COUPON_MONTHS, COUPONS, CUSTOMERS, PRODUCT_MONTHS

NOW = datetime(2026, 11, 20, tzinfo=UTC)
EQUAL = {"EQUAL", "IN"}


class Field(NamedTuple):
    """A field of an index, and its order, or CONTAINS for the elements of an array."""

    path: str
    order: str


@dataclass(frozen=True, slots=True)
class Need:
    """What a query asks of a collection's indexes: fields of equality, then fields with their order."""

    group: str
    scope: str
    equal: frozenset[str]
    ordered: tuple[Field, ...]

    @property
    def is_composite(self) -> bool:
        """Whether the index of a single field can't answer it."""
        return len(self.ordered) + bool(self.equal) > 1

    def is_met_by(self, group: str, scope: str, fields: list[Field]) -> bool:
        head, tail = fields[: len(self.equal)], tuple(fields[len(self.equal) :])
        has_fields = {field.path for field in head} == self.equal and tail == self.ordered
        return (group, scope) == (self.group, self.scope) and has_fields


@dataclass(frozen=True, slots=True)
class Recorded:
    need: Need
    functions: frozenset[tuple[str, str]]
    """(file, function) of ours that were at work."""


def record(monkeypatch: pytest.MonkeyPatch) -> list[Recorded]:
    """Ask everything once, with nobody to answer, and return what was asked."""
    asked: list[Recorded] = []

    def stream(self: Query, *_: Any, **__: Any) -> Iterator[Any]:
        asked.append(Recorded(need_of(self), frozenset(_functions(sys._getframe(1)))))
        return iter(())

    def count(self: AggregationQuery, **_: Any) -> list[list[AggregationResult]]:
        list(stream(self._nested_query))
        return [[AggregationResult(alias="found", value=0)]]

    monkeypatch.setattr(Query, "stream", stream)
    monkeypatch.setattr(AggregationQuery, "get", count)
    monkeypatch.setattr(FirestoreDocuments, "read", lambda _, paths: [Document() for _ in paths])
    for ask in _questions(Client("p", "(default)", AnonymousCredentials())):  # type: ignore[no-untyped-call]
        ask()
    return asked


def need_of(query: Query) -> Need:
    sent = query._to_protobuf()
    (source,) = sent.from_
    filters = sent.where.composite_filter.filters if "composite_filter" in sent.where else [sent.where]
    compared = [
        (found.field_filter.field.field_path, found.field_filter.op.name)
        for found in filters
        if "field_filter" in found
    ]
    ordered = [Field(entry.field.field_path, entry.direction.name) for entry in sent.order_by]
    for path, operator in compared:
        if operator not in EQUAL and path not in {field.path for field in ordered}:
            ordered.insert(0, Field(path, "CONTAINS" if operator == "ARRAY_CONTAINS" else "ASCENDING"))
    # Every index ends with the name in its last field's order, and that of one field with either.
    last = ordered[-2].order if len(ordered) > 1 else "ASCENDING"
    if ordered and ordered[-1] in {Field("__name__", last), Field("`__name__`", last)}:
        ordered.pop()
    return Need(
        group=source.collection_id,
        scope="COLLECTION_GROUP" if source.all_descendants else "COLLECTION",
        equal=frozenset(path for path, operator in compared if operator in EQUAL),
        ordered=tuple(ordered),
    )


def _questions(client: Client) -> Iterator[Callable[[], object]]:
    yield lambda: list(FirestoreDeltas(client).pending("s", NOW, 1))
    store_snapshot = FirestoreStoreSnapshot(client, "s", NOW)
    yield lambda: list(store_snapshot.orders(Month(2026, 11)))
    yield lambda: list(store_snapshot.orders_of(CUSTOMERS, ["c"]))
    yield lambda: list(store_snapshot.orders_of(COUPONS, ["X"]))
    yield lambda: list(store_snapshot.refunded_in(Month(2026, 11)))
    yield lambda: list(store_snapshot.registrations(NOW, NOW))
    yield lambda: list(store_snapshot.last_ordered(NOW, NOW))
    yield lambda: list(store_snapshot.between(("stores", "s", "months"), "a", "b"))
    customers = FirestoreCustomers(client)
    for sort in ("spent", "orders", "lastOrder"):
        yield lambda sort=sort: customers.page("s", sort, 10, None)  # type: ignore[misc]
    yield lambda: customers.with_tokens("s", ["0a1b", "c2d3"], 10)
    yield lambda: customers.count_first_orders("s", (NOW, NOW), NOW)
    yield lambda: customers.coupons("s", 10, (1, "X"))
    yield lambda: customers.walk("s", "c", 10)
    yield FirestoreCardPasses(client).some
    data = FirestoreCustomerData(client)
    for kind in Kind:
        yield lambda kind=kind: data.find(kind, "s", "c", 10)  # type: ignore[misc]
        yield lambda kind=kind: list(data.walk(kind, "s", "c", NOW))  # type: ignore[misc]
    letters = FirestoreDeadLetters(client)
    yield letters.count_open
    for state in (None, *State):
        for about in (None, ("s", "o")):
            yield lambda state=state, about=about: letters.page(state, 10, None, about)  # type: ignore[misc]
    for store_id in (None, "s"):
        yield lambda store_id=store_id: FirestoreAudit(client).page(store_id, 10, None)  # type: ignore[misc]
    yield lambda: FirestoreDocuments(client).other_orders(("s", "c"), ["o"])
    yield lambda: FirestoreLeftBehind(client).changes("s", "UTC", 10)
    calls = FirestoreLookupCalls(client)
    for only in ({}, {"basketId": "b"}, {"customerId": "c"}, {"outcome": "found"}):
        yield lambda only=only: calls.page("s", 10, None, only)  # type: ignore[misc]
    yield lambda: calls.results("s", NOW, 10)
    missing = FirestoreMissingOrders(client)
    yield lambda: missing.page("s", NOW, 10, None)
    for store_id in (None, "s"):
        yield lambda store_id=store_id: missing.count(store_id, NOW, 10)  # type: ignore[misc]
    orders, counter = FirestoreOrders(client), CounterOf(tally=CUSTOMERS, counter="totalSales", of="c")
    for period in (None, Period.of_month(Month(2026, 11))):
        yield lambda period=period: orders.page("s", counter, period, 10, None, NOW)  # type: ignore[misc]
    yield lambda: FirestoreOutbox(client).oldest((NOW, NOW), 10)
    yield lambda: FirestoreStores(client, "UTC").find_all(None)
    tallies = FirestoreTallies(client, most_range_reads=1000)
    yield lambda: tallies.history("s")
    yield lambda: tallies.rows("s", [Month(2026, 11)], [NOW.date()], NOW)
    days = Period(date(2026, 11, 2), date(2026, 11, 9))
    yield lambda: tallies.ranking(PRODUCT_MONTHS, "s", Period.of_month(Month(2026, 11)), 10, NOW)
    yield lambda: tallies.ranking(PRODUCT_MONTHS, "s", days, 10, NOW)
    yield lambda: tallies.products("s", days, "p", 10, NOW)
    yield lambda: tallies.ranking(COUPON_MONTHS, "s", Period.of_month(Month(2026, 11)), 10, NOW)
    yield lambda: tallies.ranking(COUPON_MONTHS, "s", days, 10, NOW)
    yield lambda: FirestoreUnpaidOrders(client).page((NOW, NOW), 10, None)


def _functions(frame: FrameType | None) -> Iterator[tuple[str, str]]:
    while frame is not None:
        yield Path(frame.f_code.co_filename).name, frame.f_code.co_name
        frame = frame.f_back
