"""A commit that took effect although nobody heard of it is counted once."""

from collections.abc import Collection, Sequence

import pytest

from emulator.recount import Event
from shared.documents.paths import Path
from shared.documents.store import Committed, Document, DocumentStore, Write
from shared.domain.order_times import OtherOrders, Owner
from shared.errors import StoreUnavailable
from shared.ledger.ledger import Ledger
from tests.contract.backends import ZONE, Backend, FirestoreBackend, new_ledger
from tests.contract.events import amended, apply, change_of, confirmed, created, reached, registered
from tests.contract.wire_log import LoggedClient
from tests.counted import counted, recount

HISTORY = [
    created(),
    reached("COMPLETED"),
    amended(customerId="c-2", price="5.00"),
    registered(),
    confirmed(),
]


class Deaf:
    """Documents that commit and then hear no answer."""

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents

    def read(self, paths: Sequence[Path]) -> list[Document]:
        return self._documents.read(paths)

    def other_orders(self, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        return self._documents.other_orders(owner, order_ids)

    def commit(self, writes: Sequence[Write]) -> Committed:
        self._documents.commit(writes)
        raise StoreUnavailable("no answer")


def test_a_repeat_of_an_amendment_names_the_customer_whom_the_order_left(backend: Backend) -> None:
    ledger = new_ledger(backend)
    apply(ledger, created(customerId="c-1"))
    moves = [
        amended(customerId="c-2", at="2026-11-22T12:00:00Z"),
        amended(customerId="c-3", at="2026-11-22T13:00:00Z"),
    ]
    for move in moves:
        with pytest.raises(StoreUnavailable):
            apply(Ledger(Deaf(backend.documents), backend.new_stores()), move)
    # An event in between, which tells of the present customer alone.
    [completed] = new_ledger(backend).apply([change_of(reached("COMPLETED"))])
    assert completed.customers.keys() == {"c-3"}
    for move in moves:
        [repeated] = new_ledger(backend).apply([change_of(move)])
        assert (repeated.result, set(repeated.customers)) == ("duplicate", {"c-1", "c-2", "c-3"})
        assert set(repeated.customers.values()) == {None}


@pytest.mark.parametrize("is_same_instance", [True, False])
def test_a_commit_without_an_answer_counts_once_when_it_is_delivered_again(
    backend: Backend, is_same_instance: bool
) -> None:
    stores = backend.new_stores()
    deaf, hears = Ledger(Deaf(backend.documents), stores), new_ledger(backend)
    for event in HISTORY:
        if is_same_instance:
            hears = Ledger(backend.documents, stores)
        with pytest.raises(StoreUnavailable):
            apply(deaf, event)
        assert apply(hears, event) == ["duplicate"]
    assert counted(backend, "s-1") == recount(HISTORY, ZONE)


def test_a_commit_repeated_by_the_client_itself_counts_once(logged: LoggedClient) -> None:
    backend = FirestoreBackend(logged)
    ledger = new_ledger(backend)
    told: list[Event] = []
    for event in HISTORY:
        logged.log.lose_answer_of = "Commit"
        # A store's creation is a commit too, whose answer is lost first.
        assert apply(ledger, event)[0] in {"applied", "duplicate"}
        told.append(event)
        assert logged.log.lose_answer_of is None
        assert counted(backend, "s-1") == recount(told, ZONE)
    assert logged.log.calls.count("Commit") > len(HISTORY)
