"""A list of lines is counted as far as it can be, and what stands in the way is told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any

import pytest

from shared.domain.changes import Change, OrderChange
from shared.domain.customer_state import CustomerState
from shared.domain.store import Terms
from shared.errors import CacheUnavailable, CurrencyMismatch, StoreContended
from shared.importing.batches import Line
from shared.importing.count import BatchCounter, Counted, Renew, read_all
from shared.ledger.attempt import Result
from shared.ledger.ledger import Ledger
from tests.builders import NOON, a_status_change, an_account_event, an_order
from tests.contract.backends import MemoryBackend
from tests.fakes import FakeStores
from tests.unit.unwilling_documents import UnwillingDocuments


class RealStores(FakeStores):
    """A store that takes BRL alone, as Firestore's would."""

    def terms(self, change: Change) -> Terms:
        snapshot = change.facts.snapshot if isinstance(change, OrderChange) else None
        if snapshot is not None and snapshot.currency != "BRL":
            raise CurrencyMismatch(f"order.currency: expected the store's BRL, got {snapshot.currency}")
        return super().terms(change)


class Contended(Ledger):
    """A ledger whose first calls are in vain."""

    def __init__(self, backend: MemoryBackend, failures: int) -> None:
        super().__init__(backend.documents, RealStores())
        self.failures = failures

    def attempt(self, changes: Sequence[Change], *, guess: bool = True) -> list[Result]:
        if self.failures:
            self.failures -= 1
            raise StoreContended("others won")
        return super().attempt(changes, guess=guess)


def lines(*documents: Any) -> list[Line]:
    texts = [document if isinstance(document, str) else json.dumps(document) for document in documents]
    return [Line(number=n, data=f"{text}\n".encode()) for n, text in enumerate(texts, 1)]


def order(n: int, **changed: Any) -> dict[str, Any]:
    return {"order": an_order(f"o-{n}", **changed)}


def counter(backend: MemoryBackend, renew: Renew | None = None) -> BatchCounter:
    return BatchCounter(Ledger(backend.documents, RealStores()), list, renew)


def counted_by(counter: BatchCounter, *documents: Any) -> Counted:
    """Read the lines and count them as one list."""
    read, counted = read_all(lines(*documents), "s-1", NOON)
    counted.add(counter.count(read))
    return counted


def refused(counted: Counted) -> list[tuple[int, str]]:
    return [(refusal.line.number, refusal.reason.split(":")[0]) for refusal in counted.refusals]


def stored(backend: MemoryBackend) -> list[str]:
    return [fields["orderId"] for fields in backend.collection("s-1", "orders")]


def test_a_list_is_one_commit() -> None:
    backend = MemoryBackend()
    batch = [*(order(n) for n in range(50)), an_account_event(), "", a_status_change(3), "  "]
    read, counted = read_all(lines(*batch), "s-1", NOON, unpaid_codes={3})
    counted.add(counter(backend).count(read))
    assert backend.documents.commits == 1
    assert (counted.outcomes, counted.refusals) == ({"applied": 51, "ignored": 1}, [])


def test_a_line_that_cannot_be_read_leaves_the_others_in_one_commit() -> None:
    backend = MemoryBackend()
    counted = counted_by(counter(backend), order(1), "{", order(2), {"order": {}}, order(3))
    assert [number for number, _ in refused(counted)] == [2, 4]
    assert counted.outcomes == {"applied": 3, "refused": 2}
    assert (sorted(stored(backend)), backend.documents.commits) == (["o-1", "o-2", "o-3"], 1)


@pytest.mark.parametrize("strangers", [{0}, {99}, {3, 4, 50}, set(range(100))])
def test_lines_in_another_currency_than_the_stores_alone_stay_out(strangers: set[int]) -> None:
    backend = MemoryBackend()
    batch = [order(n, currency="EUR" if n in strangers else "BRL") for n in range(100)]
    counted = counted_by(counter(backend), *batch)
    assert refused(counted) == [(n + 1, "order.currency") for n in sorted(strangers)]
    assert set(stored(backend)) == {f"o-{n}" for n in range(100) if n not in strangers}
    assert sum(counted.outcomes.values()) == 100


def test_a_list_too_large_for_one_commit_is_counted_in_several() -> None:
    backend = MemoryBackend()
    backend.documents = UnwillingDocuments(most_writes=50)
    counted = counted_by(counter(backend), *(order(n) for n in range(50)))
    assert (counted.outcomes, len(stored(backend))) == ({"applied": 50}, 50)
    assert 1 < backend.documents.commits < 50


def test_a_repeat_is_known_already() -> None:
    backend = MemoryBackend()
    batch = [order(1), order(2)]
    counted_by(counter(backend), *batch)
    assert counted_by(counter(backend), *batch).outcomes == {"duplicate": 2}


def test_a_list_is_tried_again_while_others_win() -> None:
    backend = MemoryBackend()
    counted = counted_by(BatchCounter(Contended(backend, 5), list, None), order(1))
    assert (counted.outcomes, stored(backend)) == ({"applied": 1}, ["o-1"])


def test_nothing_is_tried_for_ever() -> None:
    contended = Contended(MemoryBackend(), 1000)
    with pytest.raises(StoreContended, match="others won"):
        counted_by(BatchCounter(contended, list, None), order(1))
    assert 900 < contended.failures < 1000


def test_nothing_is_tried_again_once_the_import_is_to_end() -> None:
    stopped, contended = Event(), Contended(MemoryBackend(), 1000)
    stopped.set()
    with pytest.raises(StoreContended):
        counted_by(BatchCounter(contended, list, None, stopped), order(1))
    assert contended.failures == 999


def test_each_customer_of_a_list_gets_the_newest_card() -> None:
    renewed: list[tuple[str, Mapping[str, CustomerState | None]]] = []
    stranger = order(5, currency="EUR")
    guest = order(4, customerId=None)
    batch = [order(1), order(2, customerId="c-2"), order(3), guest, an_account_event(), stranger, order(1)]
    counted = counted_by(counter(MemoryBackend(), lambda *call: renewed.append(call)), *batch)
    [(store_id, states)] = renewed
    known = {customer_id: state and state.counters["totalOrders"] for customer_id, state in states.items()}
    assert (store_id, known, counted.cards_renewed) == ("s-1", {"c-1": 2, "c-2": 1}, True)


def test_a_card_is_the_newest_one_also_where_a_line_lost_a_race() -> None:
    documents, raced = UnwillingDocuments(), list[str]()
    renewed: list[tuple[str, Mapping[str, CustomerState | None]]] = []

    def lose_one_race(orders: list[str]) -> None:
        if "o-1" in orders and not raced:
            raced.append("o-1")
            Ledger(documents, RealStores()).apply([read_all(lines(order(1)), "s-1", NOON)[0][0].change])

    documents.before_commit = lose_one_race
    counting = BatchCounter(Ledger(documents, RealStores()), list, lambda *call: renewed.append(call))
    completed = {"statuses": [{"status": "COMPLETED", "occurredAt": "2026-11-20T12:00:01Z"}]}
    assert counted_by(counting, order(1) | completed, order(2)).outcomes == {"applied": 2}
    [(_, states)] = renewed
    state = states["c-1"]
    assert state is not None
    assert (state.counters["totalOrders"], state.counters["version"]) == (2, 3)


def test_a_cache_that_is_away_is_told_and_asked_no_more() -> None:
    asked = []

    def renew(*call: Any) -> None:
        asked.append(call)
        raise CacheUnavailable("away")

    backend = MemoryBackend()
    counting = counter(backend, renew)
    assert not counted_by(counting, order(1)).cards_renewed
    tries = len(asked)
    assert not counted_by(counting, order(2)).cards_renewed
    assert (len(asked), stored(backend)) == (tries, ["o-1", "o-2"])
