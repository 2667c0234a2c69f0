"""Whatever order, repeats and lists the events come in, the documents equal a recount."""

from dataclasses import replace

from hypothesis import given, settings

from emulator.documents import MemoryDocuments
from emulator.recount import Event
from shared.domain.changes import Change, OrderChange
from shared.domain.customer import Registration
from shared.domain.order import OrderFacts
from shared.ledger.ledger import Ledger
from shared.messages.decode import decode
from tests.builders import message, utc
from tests.counted import counters_in, recount
from tests.fakes import FakeStores
from tests.unit.histories import TIMEZONES, deliveries

NOW = utc("2027-01-01T12:00:00Z")


@given(deliveries())
@settings(max_examples=10 * settings().max_examples)
def test_the_documents_equal_a_recount_whatever_the_delivery(delivered: list[list[Event]]) -> None:
    documents = MemoryDocuments()
    ledger = Ledger(documents, FakeStores(TIMEZONES))
    for events in delivered:
        ledger.apply(changes_of(events))
    check(documents, [event for events in delivered for event in events])


@given(deliveries())
@settings(max_examples=3 * settings().max_examples)
def test_what_was_counted_in_another_zone_moves_over_when_it_is_touched(
    delivered: list[list[Event]],
) -> None:
    documents = MemoryDocuments()
    history = [event for events in delivered for event in events]
    changes = changes_of(history)
    Ledger(documents, FakeStores("Pacific/Kiritimati")).apply(changes)
    moving = Ledger(documents, FakeStores(TIMEZONES))
    for change in changes:
        assert [outcome.result for outcome in moving.apply([nothing_new(change)])] == ["duplicate"]
    check(documents, history)


@given(deliveries(max_size=4))
def test_a_second_delivery_of_everything_writes_nothing(delivered: list[list[Event]]) -> None:
    documents = MemoryDocuments()
    changes = changes_of([event for events in delivered for event in events])
    Ledger(documents, FakeStores(TIMEZONES)).apply(changes)
    commits = documents.commits
    again = Ledger(documents, FakeStores(TIMEZONES)).apply(changes)
    assert [outcome.result for outcome in again] == ["duplicate"] * len(changes)
    assert documents.commits == commits


def changes_of(events: list[Event]) -> list[Change]:
    decoded = [decode(topic, message(data), NOW) for topic, data in events]
    return [change for change in decoded if change]


def nothing_new(change: Change) -> Change:
    if isinstance(change, OrderChange):
        return replace(change, facts=OrderFacts(), creates=False)
    return replace(change, facts=Registration(), creates=False)


def check(documents: MemoryDocuments, history: list[Event]) -> None:
    for store_id, zone in TIMEZONES.items():
        theirs = [(path[2], fields) for path, fields in documents.documents.items() if path[1] == store_id]
        assert counters_in(theirs) == recount(history, zone, store_id)
