"""Whatever order, repeats and lists the events come in, the documents equal a recount."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from emulator.recount import Event
from shared.documents.paths import Path
from shared.domain.changes import Change, OrderChange
from shared.domain.customer import Registration
from shared.domain.order import OrderFacts
from shared.domain.store import Terms
from shared.messages.decode import decode
from tests.builders import message, utc
from tests.counted import counters_in, recount
from tests.unit.dict_database import DictDatabase
from tests.unit.histories import TIMEZONES, deliveries

NOW = utc("2027-01-01T12:00:00Z")


@given(deliveries())
@settings(max_examples=1000)
def test_the_documents_equal_a_recount_whatever_the_delivery(delivered: list[list[Event]]) -> None:
    database = DictDatabase(TIMEZONES)
    for events in delivered:
        changes = [decode(topic, message(data), NOW) for topic, data in events]
        database.apply([change for change in changes if change])
    history = [event for events in delivered for event in events]
    check(database.documents, history)


@given(deliveries())
@settings(max_examples=300)
def test_what_was_counted_in_another_zone_moves_over_when_it_is_touched(
    delivered: list[list[Event]],
) -> None:
    database = DictDatabase(dict.fromkeys(TIMEZONES, "Pacific/Kiritimati"))
    history = [event for events in delivered for event in events]
    changes = [change for topic, data in history if (change := decode(topic, message(data), NOW))]
    database.apply(changes)
    database.terms = {name: Terms(timezone=zone, shard=2) for name, zone in TIMEZONES.items()}
    for change in changes:
        assert database.apply([nothing_new(change)]).moved == [False]
    check(database.documents, history)


@given(deliveries(max_size=4))
@settings(max_examples=100)
def test_a_second_delivery_of_everything_writes_nothing(delivered: list[list[Event]]) -> None:
    database = DictDatabase(TIMEZONES)
    changes = [decode(topic, message(data), NOW) for events in delivered for topic, data in events]
    known = [change for change in changes if change]
    database.apply(known)
    again = database.apply(known)
    assert again.writes == {}
    assert not any(again.moved)


def nothing_new(change: Change) -> Change:
    if isinstance(change, OrderChange):
        return replace(change, facts=OrderFacts())
    return replace(change, facts=Registration())


def check(documents: Mapping[Path, Mapping[str, Any]], history: list[Event]) -> None:
    for store_id, zone in TIMEZONES.items():
        theirs = [(path[2], fields) for path, fields in documents.items() if path[1] == store_id]
        assert counters_in(theirs) == recount(history, zone, store_id)
