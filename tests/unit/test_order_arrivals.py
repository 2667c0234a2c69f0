"""An order remembers which events told of it, in the order in which they were counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from shared.adapters.firestore.commit_request import build_request
from shared.documents.entries import Record, arrival_text, order_arrivals, order_fields
from shared.documents.store import ABSENT, DocumentWrite
from shared.domain.changes import OrderChange
from shared.domain.order import OrderFacts, Status, given_back
from shared.domain.order_arrivals import MOST_ARRIVALS, Arrival, Source
from shared.domain.order_history import Happened
from shared.domain.payment import Payment
from shared.domain.pseudonym import Pseudonyms
from shared.domain.store import Terms
from shared.ledger.decide import Decision, decide
from shared.messages.wire import MAX_ID_CHARACTERS
from tests.builders import NOON, a_refund, a_snapshot, an_order_change, facts
from tests.unit.decided import ORDER

HOUR = timedelta(hours=1)
ARRIVED = NOON + 24 * HOUR
ERASED = Pseudonyms(salt="salt").name("s-1", "c-1")
BLANK = Record(facts=OrderFacts(), timezone="UTC", version=ABSENT)


def told_by(event_id: str, known: OrderFacts, at: datetime, arrived_at: datetime = ARRIVED) -> OrderChange:
    source = Source(event_id=event_id, occurred_at=at, arrived_at=arrived_at)
    return replace(an_order_change(known), source=source)


def apply(record: Record, *changes: OrderChange, zone: str = "UTC") -> Decision:
    return decide(changes, {ORDER: record}, {"s-1": Terms(timezone=zone)})


def arrivals(*changes: OrderChange) -> tuple[Arrival, ...]:
    """Return what a new order remembers after these."""
    return remembered(apply(BLANK, *changes).records[ORDER])


def remembered(record: Record) -> tuple[Arrival, ...]:
    return order_arrivals({"arrivals": [*record.arrivals]})


CREATED = told_by("created", facts(a_snapshot(event_id="created")), NOON)
COMPLETED = told_by("completed", facts(completed=NOON + HOUR), NOON + HOUR)
REFUNDED = told_by("refunded", facts(refunded=NOON + 2 * HOUR), NOON + 2 * HOUR)


def test_events_stand_in_the_order_in_which_they_were_counted() -> None:
    for order in permutations([CREATED, COMPLETED, REFUNDED]):
        assert [one.event_id for one in arrivals(*order)] == [
            change.source.event_id for change in order if change.source
        ]


def test_an_event_tells_what_was_new() -> None:
    told = {one.event_id: [*one.told] for one in arrivals(REFUNDED, COMPLETED, CREATED)}
    assert told == {"refunded": ["REFOUNDED"], "completed": ["COMPLETED"], "created": ["PLACED", "DESCRIBED"]}


def test_the_facts_and_the_tallies_do_not_depend_on_the_order_of_arrival() -> None:
    decisions = [apply(BLANK, *order) for order in permutations([CREATED, COMPLETED, REFUNDED])]
    first = decisions[0]
    for decision in decisions:
        assert decision.records[ORDER].facts == first.records[ORDER].facts
        assert {p: w.increments for p, w in decision.writes.items()} == {
            p: w.increments for p, w in first.writes.items()
        }


def test_an_event_is_late_if_something_that_happened_after_it_was_known() -> None:
    in_time = [one.late for one in arrivals(CREATED, COMPLETED, REFUNDED)]
    turned = [one.late for one in arrivals(COMPLETED, REFUNDED, CREATED)]
    assert (in_time, turned) == ([False, False, False], [False, False, True])


def test_an_event_at_the_same_time_is_not_late() -> None:
    paid = told_by("paid", facts(paid=NOON), NOON)
    assert [one.late for one in arrivals(CREATED, paid)] == [False, False]


def test_a_new_order_that_was_placed_ahead_of_its_event_makes_nothing_late() -> None:
    ahead = told_by("created", facts(a_snapshot(created_at=NOON + HOUR)), NOON)
    paid = told_by("paid", facts(paid=NOON + HOUR / 2), NOON + HOUR / 2)
    assert [one.late for one in arrivals(ahead, paid)] == [False, False]


def test_an_event_keeps_when_it_happened_and_when_it_arrived() -> None:
    (one,) = arrivals(CREATED)
    assert (one.occurred_at, one.arrived_at) == (NOON, ARRIVED)


def test_a_repeat_leaves_no_trace_and_no_write() -> None:
    known = apply(BLANK, CREATED, COMPLETED).records[ORDER]
    again = replace(COMPLETED, source=Source(event_id="completed", occurred_at=NOON, arrived_at=NOON + HOUR))
    assert apply(known, again, CREATED).writes == {}
    assert arrivals(CREATED, COMPLETED, COMPLETED, CREATED) == remembered(known)


def test_a_description_older_than_the_known_one_leaves_no_trace() -> None:
    newer = told_by("newer", facts(a_snapshot(event_id="newer", occurred_at=NOON + HOUR)), NOON + HOUR)
    known = apply(BLANK, newer).records[ORDER]
    assert apply(known, CREATED).writes == {}


def test_of_an_event_that_is_new_in_part_that_part_is_told() -> None:
    newer = told_by("newer", facts(a_snapshot(event_id="newer", occurred_at=NOON + HOUR)), NOON + HOUR)
    older = told_by("older", facts(a_snapshot(event_id="older"), completed=NOON), NOON)
    (_, second) = arrivals(newer, older)
    assert (second.told, second.late) == (("COMPLETED",), True)


def test_a_status_that_is_known_from_later_tells_that_the_order_was_on_its_way_earlier() -> None:
    later = told_by("later", facts(a_snapshot(), paid=NOON + 2 * HOUR), NOON + 2 * HOUR)
    earlier = told_by("earlier", facts(paid=NOON + HOUR), NOON + HOUR)
    assert arrivals(later, earlier)[1].told == ("PROGRESSED",)


def test_the_newest_are_kept() -> None:
    many = [
        told_by(f"e-{n}", given_back(f"r-{n}", a_refund(n, at=NOON)), NOON) for n in range(MOST_ARRIVALS + 2)
    ]
    kept = arrivals(CREATED, *many)
    assert [one.event_id for one in kept] == [f"e-{n}" for n in range(2, MOST_ARRIVALS + 2)]


def test_the_most_arrivals_take_a_twentieth_of_a_document_at_worst() -> None:
    longest = Arrival(
        event_id="\U0001f6d2" * MAX_ID_CHARACTERS,
        occurred_at=NOON,
        arrived_at=ARRIVED,
        told=(Status.COMPLETED, Happened.DESCRIBED, Happened.PROGRESSED),
        late=True,
        amount_minor=10**15,
    )

    def size(*arrivals: Arrival) -> int:
        fields = order_fields("o-1", facts(), "UTC", (), [*map(arrival_text, arrivals)])
        write = DocumentWrite(path=ORDER, fields=fields)
        return int(build_request("projects/p/databases/d", [write])._pb.ByteSize())

    assert size(*[longest] * MOST_ARRIVALS) - size() < 2**20 / 20


def test_they_continue_what_is_on_record() -> None:
    known = apply(BLANK, CREATED).records[ORDER]
    now = apply(known, REFUNDED).records[ORDER]
    assert [one.event_id for one in remembered(now)] == ["created", "refunded"]


def test_what_no_event_told_leaves_them_as_they_are() -> None:
    known = apply(BLANK, CREATED).records[ORDER]
    erased = an_order_change(facts(a_snapshot(event_id="created", customer_id=ERASED)))
    for decision in (apply(known, erased), apply(known, an_order_change(facts()), zone="Asia/Tokyo")):
        assert decision.records[ORDER].arrivals == known.arrivals


@pytest.mark.parametrize(
    ("change", "amount"),
    [
        (COMPLETED, None),
        (told_by("refund", given_back("r-1", a_refund(25_00)), NOON), 25_00),
        (replace(COMPLETED, paid=Payment(amount_minor=100_00, currency="BRL")), 100_00),
    ],
)
def test_an_event_keeps_what_was_paid_or_given_back(change: OrderChange, amount: int | None) -> None:
    assert arrivals(CREATED, change)[1].amount_minor == amount
