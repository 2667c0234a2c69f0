"""Another writer comes exactly between a reading and the write that rests on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import pytest

from emulator.recount import Event
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.stores import FirestoreStores
from shared.documents.paths import Path
from shared.documents.store import Committed, Document, DocumentStore, Write
from shared.domain.order_times import OtherOrders, Owner
from shared.domain.store import Store
from shared.errors import StoreSettled
from shared.ledger.ledger import Ledger
from tests.builders import set_to
from tests.contract.backends import ZONE, Backend, FirestoreBackend, new_ledger
from tests.contract.events import amended, apply, change_of, created, reached
from tests.contract.wire_log import LoggedClient
from tests.counted import counted, recount


class Interrupted:
    """Documents whose next reading is followed by the interrupt: another writer's."""

    def __init__(self, documents: DocumentStore) -> None:
        self.interrupt: Callable[[], object] | None = None
        self._documents = documents

    def read(self, paths: Sequence[Path]) -> list[Document]:
        found = self._documents.read(paths)
        self._let_in()
        return found

    def other_orders(self, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        found = self._documents.other_orders(owner, order_ids)
        self._let_in()
        return found

    def commit(self, writes: Sequence[Write]) -> Committed:
        return self._documents.commit(writes)

    def _let_in(self) -> None:
        interrupt, self.interrupt = self.interrupt, None
        if interrupt:
            interrupt()


@pytest.mark.parametrize(
    ("known", "between", "ours"),
    [
        ([], reached("REFOUNDED", at="2026-11-22T12:00:00Z"), reached("COMPLETED")),
        ([created()], reached("COMPLETED"), reached("COMPLETED")),
        ([created()], amended(customerId="c-2", price="7.00"), reached("COMPLETED")),
    ],
    ids=["a new order", "the same event", "an amendment"],
)
def test_an_order_that_changes_between_is_read_again(
    backend: Backend, known: list[Event], between: Event, ours: Event
) -> None:
    for event in known:
        apply(new_ledger(backend), event)
    documents = Interrupted(backend.documents)
    documents.interrupt = lambda: apply(new_ledger(backend), between)
    apply(Ledger(documents, backend.new_stores()), ours)
    assert counted(backend, "s-1") == recount([*known, between, ours], ZONE)


@pytest.mark.parametrize("day", [5, 25], ids=["earlier", "later"])
def test_an_order_of_the_customer_that_comes_between_keeps_its_time(backend: Backend, day: int) -> None:
    known = [created("o-1", "2026-11-10T12:00:00Z"), created("o-2", "2026-11-20T12:00:00Z")]
    between = created("o-3", f"2026-11-{day:02}T12:00:00Z")
    ours = amended("o-1", "2026-11-15T12:00:00Z", customerId="c-1")
    documents = Interrupted(backend.documents)
    ledger = Ledger(documents, backend.new_stores())
    apply(ledger, *known)
    # The ledger remembers the order, so that it reads the customer's other orders first.
    documents.interrupt = lambda: apply(new_ledger(backend), between)
    apply(ledger, ours)
    assert counted(backend, "s-1") == recount([*known, between, ours], ZONE)


@pytest.mark.parametrize("day", [5, 25], ids=["earlier", "later"])
@pytest.mark.parametrize("call", range(4), ids=["version", "first order", "last order", "commit"])
def test_an_order_of_the_customer_that_comes_before_any_call_keeps_its_time(
    client: Client, logged: LoggedClient, call: int, day: int
) -> None:
    known = [created("o-1", "2026-11-10T12:00:00Z"), created("o-2", "2026-11-20T12:00:00Z")]
    between = created("o-3", f"2026-11-{day:02}T12:00:00Z")
    ours = amended("o-1", "2026-11-15T12:00:00Z", customerId="c-1")
    backend, rival = FirestoreBackend(logged), FirestoreBackend(client)
    ledger = new_ledger(backend)
    apply(ledger, *known)

    def let_in(calls: int) -> None:
        if calls == call:
            logged.log.before_call = lambda _: None
            apply(new_ledger(rival), between)

    logged.log.clear()
    logged.log.before_call = let_in
    apply(ledger, ours)
    assert counted(backend, "s-1") == recount([*known, between, ours], ZONE)


def test_a_first_order_between_settles_the_store_before_put_does(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    admins, orders = FirestoreStores(client, ZONE), FirestoreStores(client, ZONE)
    admins.put("s-1", set_to(Store(store_id="s-1", name="Aurora", timezone="UTC", currency="BRL")))
    read, interrupts = FirestoreDocuments.read, iter([lambda: orders.terms(change_of(created()))])

    def read_and_let_in(self: FirestoreDocuments, paths: Sequence[Path]) -> list[Document]:
        found = read(self, paths)
        if interrupt := next(interrupts, None):
            interrupt()
        return found

    monkeypatch.setattr(FirestoreDocuments, "read", read_and_let_in)
    with pytest.raises(StoreSettled):
        admins.put("s-1", set_to(Store(store_id="s-1", name="Aurora", timezone="UTC", currency="JPY")))
    assert (orders.find("s-1") or Store(store_id="", name="", timezone="", currency=None)).currency == "BRL"
