"""Which records an instance remembers, and for how much memory."""

from dataclasses import replace

from shared.documents.entries import Record
from shared.domain.customer import Registration
from shared.domain.order import OrderFacts
from shared.ledger.remembered import RememberedRecords, record_weight, weight
from tests.builders import NOON, a_refund, a_snapshot, an_item, facts

PATHS = [("stores", "s-1", "orders", f"o-{n}") for n in range(3)]


def a_record(known: OrderFacts | Registration) -> Record:
    return Record(facts=known, timezone="UTC", version=1)


def of(items: int) -> OrderFacts:
    return facts(a_snapshot(items=(an_item(),) * items))


def test_a_record_weighs_as_much_as_its_order_has_items_and_one_more() -> None:
    assert [weight(one) for one in (facts(), of(0), of(2), Registration(registered_at=NOON))] == [1, 1, 3, 1]


def test_a_refund_weighs_as_much_as_it_has_lines_and_one_more() -> None:
    refunds = {"r-1": a_refund(mug=10_00, cup=15_00), "r-2": a_refund()}
    assert weight(replace(of(2), refunds=refunds)) == 3 + 3 + 1


def test_an_event_that_is_remembered_weighs_as_much_as_an_item() -> None:
    assert record_weight(replace(a_record(of(2)), arrivals=("an event",) * 3)) == 6


def test_heavy_records_replace_those_that_were_used_longest_ago() -> None:
    remembered = RememberedRecords()
    records = {path: a_record(of(20_000)) for path in PATHS}
    for path, record in records.items():
        remembered.keep({path: record})
    assert remembered.find(PATHS) == {path: records[path] for path in PATHS[1:]}


def test_customers_are_not_remembered() -> None:
    remembered = RememberedRecords()
    remembered.keep({PATHS[0]: a_record(of(0)), PATHS[1]: a_record(Registration(registered_at=NOON))})
    assert remembered.find(PATHS).keys() == {PATHS[0]}
