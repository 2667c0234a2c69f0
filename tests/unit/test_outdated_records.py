"""A record that an instance remembers may be outdated. Where it is not written, it says nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from emulator.documents import MemoryDocuments
from shared.documents.paths import customer_path
from shared.domain.changes import OrderChange
from shared.domain.instants import to_micros
from shared.ledger.ledger import Ledger
from tests.builders import NOON, a_snapshot, an_order_change, facts
from tests.fakes import FakeStores

LATER, LATEST = NOON + timedelta(hours=1), NOON + timedelta(hours=2)


def created(order_id: str, created_at: datetime = NOON) -> OrderChange:
    snapshot = a_snapshot(customer_id="c-1", created_at=created_at, occurred_at=created_at)
    return an_order_change(facts(snapshot), order_id, creates=True)


def taken_over(order_id: str, created_at: datetime = NOON) -> OrderChange:
    """Return an amendment: the order is another customer's."""
    snapshot = a_snapshot(customer_id="c-2", created_at=created_at, occurred_at=LATEST)
    return an_order_change(facts(snapshot), order_id)


@pytest.fixture
def documents() -> MemoryDocuments:
    return MemoryDocuments()


@pytest.fixture
def outdated(documents: MemoryDocuments) -> Ledger:
    """Return the ledger of an instance that does not know that the order o-1 was taken over."""
    ours, theirs = Ledger(documents, FakeStores()), Ledger(documents, FakeStores())
    ours.apply([created("o-1")])
    theirs.apply([taken_over("o-1")])
    return ours


def times(documents: MemoryDocuments) -> tuple[Any, Any]:
    [customer] = documents.read([customer_path("s-1", "c-1")])
    return customer.fields["firstOrderAt"], customer.fields["lastOrderAt"]


def test_a_repeat_beside_a_new_order_brings_no_time_back(
    documents: MemoryDocuments, outdated: Ledger
) -> None:
    outdated.apply([created("o-1"), created("o-2", LATER)])
    assert times(documents) == (to_micros(LATER), to_micros(LATER))


def test_a_repeat_beside_an_order_that_leaves_brings_no_time_back(
    documents: MemoryDocuments, outdated: Ledger
) -> None:
    outdated.apply([created("o-2", LATER), created("o-3", LATEST)])
    outdated.apply([created("o-1"), taken_over("o-2", LATER)])
    assert times(documents) == (to_micros(LATEST), to_micros(LATEST))


def test_a_repeat_beside_an_order_that_leaves_keeps_its_own_time(documents: MemoryDocuments) -> None:
    ledger = Ledger(documents, FakeStores())
    ledger.apply([created("o-1"), created("o-2", LATER)])
    ledger.apply([created("o-1"), taken_over("o-2", LATER)])
    assert times(documents) == (to_micros(NOON), to_micros(NOON))
