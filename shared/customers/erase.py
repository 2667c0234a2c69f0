"""Erase a customer of a store, while every counter stays as it is.

Orders stay under a pseudonym: each one's own snapshot is applied again, under the same stamp, with the
pseudonym as its customer. The registration moves to the pseudonym's document. Profile, lookups and calls are
deleted, and baskets lose the customer's name. Each step is one commit that can be repeated, so a further call
goes on wherever an earlier one stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple, Protocol

from shared.customers.data import CustomerData, Found, Kind
from shared.customers.erasures import SETTLED_AFTER, Erasure, Erasures
from shared.documents.entries import order_facts
from shared.documents.paths import customer_path
from shared.documents.store import DocumentDelete, DocumentStore, DocumentWrite, PreconditionLost, Write
from shared.domain.changes import OrderChange
from shared.domain.order import OrderFacts
from shared.errors import PermanentError, RecordsLeftBehind
from shared.ledger.ledger import Ledger
from shared.ledger.move_registration import move_registration

AT_ONCE = 50
"""Documents of one commit."""

_HELD = (Kind.ORDERS, Kind.FORMER_ORDERS, Kind.BASKETS, Kind.LOOKUPS, Kind.CALLS)


class Cards(Protocol):
    """The customers' cards. Its errors are `TransientError`s."""

    def forget(self, store_id: str, customer_id: str) -> None:
        """Delete a customer's card."""


class Dependencies(NamedTuple):
    """What an erasure works with."""

    documents: DocumentStore
    data: CustomerData
    ledger: Ledger
    cards: Cards
    erasures: Erasures
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What this call erased, by kind. Unless finished, ask again after so many seconds."""

    erased: Mapping[str, int]
    finished: bool
    ask_again_after_s: int


def erase_customer(
    store_id: str, customer_id: str, dependencies: Dependencies, budget: timedelta
) -> Progress:
    """Erase as much as the budget allows; a further call continues.

    The erasure is finished when nothing is held about the customer two minutes after it began. Whoever comes
    back under the same id later is a new customer.

    Raises:
        RecordsLeftBehind: an order can't be counted under the pseudonym; correct it and call again.
        TransientError: something is left; call again.
    """
    return _Run(store_id, customer_id, dependencies, budget).run()


class _Run:
    def __init__(
        self, store_id: str, customer_id: str, dependencies: Dependencies, budget: timedelta
    ) -> None:
        self._store_id, self._customer_id = store_id, customer_id
        self._with = dependencies
        self._until = dependencies.clock() + budget
        self._erased: Counter[str] = Counter()

    def run(self) -> Progress:
        erasure = self._with.erasures.begin(self._store_id, self._customer_id, self._is_anything_held)
        if erasure.is_finished:
            return Progress(erased={}, finished=True, ask_again_after_s=0)
        for _ in self._steps(erasure):
            if self._with.clock() >= self._until:
                return Progress(erased=self._erased, finished=False, ask_again_after_s=0)
        settled_in = erasure.began_at + SETTLED_AFTER - self._with.clock()
        is_finished = settled_in <= timedelta() and not self._is_anything_held()
        if is_finished:
            self._with.erasures.finish(self._store_id, self._customer_id)
        seconds = 0 if is_finished else max(1, ceil(settled_in.total_seconds()))
        return Progress(erased=self._erased, finished=is_finished, ask_again_after_s=seconds)

    def _steps(self, erasure: Erasure) -> Iterator[None]:
        """Erase step by step; each yields where the run may stop."""
        yield from self._move_customer(erasure.pseudonym)
        for found in self._batches(Kind.FORMER_ORDERS):
            self._commit("formerOrders", [_without(order, self._customer_id) for order in found])
            yield
        for found in self._batches(Kind.BASKETS):
            self._commit("baskets", [_nameless(basket, erasure.pseudonym) for basket in found])
            yield
        for found in self._batches(Kind.CALLS):
            self._commit("calls", [DocumentDelete(path=call.path) for call in found])
            yield
        for found in self._batches(Kind.LOOKUPS):
            for lookup in found:
                # The lookup goes last: its calls are found by its hash alone.
                while calls := self._find(Kind.CALLS_OF_LOOKUP, lookup.path[-1]):
                    self._commit("calls", [DocumentDelete(path=call.path) for call in calls])
                    yield
            self._commit("lookups", [DocumentDelete(path=lookup.path) for lookup in found])
            yield
        self._with.cards.forget(self._store_id, self._customer_id)

    def _move_customer(self, pseudonym: str) -> Iterator[None]:
        """Move all orders and the registration to the pseudonym, and delete the customer's document."""
        source, target = (customer_path(self._store_id, one) for one in (self._customer_id, pseudonym))
        while True:
            # Every order of the customer changes the document: if it can be deleted, none has come in since.
            customer, erased = self._with.documents.read([source, target])
            if orders := self._find(Kind.ORDERS, self._customer_id):
                self._rename(orders, pseudonym)
            elif customer.exists:
                writes = move_registration(self._store_id, (self._customer_id, customer), (pseudonym, erased))
                self._commit("profiles", writes, counted=1)
            else:
                return
            yield

    def _rename(self, orders: Sequence[Found], pseudonym: str) -> None:
        changes = [_renamed(self._store_id, order, pseudonym) for order in orders]
        # No guess: another instance may have changed an order since this one remembers it.
        results = self._with.ledger.apply_each(changes, guess=False)
        for order, result in zip(orders, results, strict=True):
            if isinstance(result, PermanentError):
                raise RecordsLeftBehind(f"{'/'.join(order.path)}: {result}") from result
            if isinstance(result, Exception):
                raise result
            self._erased["orders"] += 1

    def _batches(self, kind: Kind) -> Iterator[list[Found]]:
        while found := self._find(kind, self._customer_id):
            yield found

    def _find(self, kind: Kind, key: str) -> list[Found]:
        return self._with.data.find(kind, self._store_id, key, AT_ONCE)

    def _commit(self, what: str, writes: Sequence[Write], counted: int | None = None) -> None:
        try:
            self._with.documents.commit(writes)
        except PreconditionLost:
            # Somebody else was faster; the next look finds what is left.
            return
        self._erased[what] += len(writes) if counted is None else counted

    def _is_anything_held(self) -> bool:
        [customer] = self._with.documents.read([customer_path(self._store_id, self._customer_id)])
        return customer.exists or any(
            self._with.data.find(kind, self._store_id, self._customer_id, 1) for kind in _HELD
        )


def _renamed(store_id: str, order: Found, pseudonym: str) -> OrderChange:
    snapshot = order_facts(order.document.fields).snapshot
    renamed = snapshot and replace(snapshot, customer_id=pseudonym)
    order_id = order.document.fields["orderId"]
    return OrderChange(store_id=store_id, order_id=order_id, facts=OrderFacts(snapshot=renamed))


def _without(order: Found, customer_id: str) -> DocumentWrite:
    former = [one for one in order.document.fields["formerCustomers"] if one != customer_id]
    fields = {"formerCustomers": former}
    return DocumentWrite(path=order.path, version=order.document.version, fields=fields)


def _nameless(basket: Found, pseudonym: str) -> DocumentWrite:
    fields = {"customerId": pseudonym, "customerName": None, "requestHash": None}
    return DocumentWrite(path=basket.path, version=basket.document.version, fields=fields)
