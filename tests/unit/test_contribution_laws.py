"""Differences add up to a recount, whatever the delivery."""

from collections import Counter

from hypothesis import given, settings

from shared.documents.paths import Path, record_path
from shared.domain.changes import Change
from shared.domain.contribution import Cell, contribution, difference
from shared.domain.customer import Registration
from shared.domain.order import OrderFacts
from shared.messages.decode import decode
from tests.builders import message, utc
from tests.unit.raw_history import TIMEZONES, RawEvent, count, deliveries

NOW = utc("2027-01-01T12:00:00Z")


@given(deliveries())
@settings(max_examples=300)
def test_the_differences_of_any_delivery_add_up_to_a_recount(delivered: list[list[RawEvent]]) -> None:
    arriving = [event for events in delivered for event in events]
    for store_id, timezone in TIMEZONES.items():
        total: Counter[Cell] = Counter()
        known: dict[Path, OrderFacts | Registration] = {}
        for topic, data in arriving:
            change = decode(topic, message(data), NOW)
            if change is None or change.store_id != store_id:
                continue
            before = known.get(record_path(change), OrderFacts() if "order" in topic else Registration())
            known[record_path(change)] = after = merged(before, change)
            total.update(difference(contribution(before, timezone), contribution(after, timezone)))
        assert {cell: amount for cell, amount in total.items() if amount} == count(arriving, store_id)

        at_once: Counter[Cell] = Counter()
        for facts in known.values():
            at_once.update(contribution(facts, timezone))
        assert {cell: amount for cell, amount in at_once.items() if amount} == count(arriving, store_id)


def merged(before: OrderFacts | Registration, change: Change) -> OrderFacts | Registration:
    if isinstance(before, OrderFacts) and isinstance(change.facts, OrderFacts):
        return before.merge(change.facts)
    assert isinstance(before, Registration)
    assert isinstance(change.facts, Registration)
    return before.merge(change.facts)
