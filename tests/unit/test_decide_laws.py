"""Whatever order, repeats and lists the events come in, the documents equal a recount."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from shared.domain.changes import Change, OrderChange
from shared.domain.customer import Registration
from shared.domain.instants import from_micros
from shared.domain.order import OrderFacts
from shared.domain.store import Terms
from shared.messages.decode import decode
from tests.builders import message, utc
from tests.unit.dict_database import DictDatabase
from tests.unit.raw_history import TIMEZONES, RawEvent, count, deliveries, instant, orders

NOW = utc("2027-01-01T12:00:00Z")
Numbers = Counter[tuple[str, ...]]


@given(deliveries())
@settings(max_examples=1000)
def test_the_documents_equal_a_recount_whatever_the_delivery(delivered: list[list[RawEvent]]) -> None:
    database = DictDatabase(TIMEZONES)
    for events in delivered:
        changes = [decode(topic, message(data), NOW) for topic, data in events]
        database.apply([change for change in changes if change])
    history = [event for events in delivered for event in events]
    for store_id in TIMEZONES:
        assert found_counters(database, store_id) == expected_counters(history, store_id)
        assert found_times(database, store_id) == expected_times(history, store_id)


@given(deliveries())
@settings(max_examples=300)
def test_what_was_counted_in_another_zone_moves_over_when_it_is_touched(
    delivered: list[list[RawEvent]],
) -> None:
    database = DictDatabase(dict.fromkeys(TIMEZONES, "Pacific/Kiritimati"))
    history = [event for events in delivered for event in events]
    changes = [change for topic, data in history if (change := decode(topic, message(data), NOW))]
    database.apply(changes)
    database.terms = {name: Terms(timezone=zone, shard=2) for name, zone in TIMEZONES.items()}
    for change in changes:
        assert database.apply([nothing_new(change)]).moved == [False]
    for store_id in TIMEZONES:
        assert found_counters(database, store_id) == expected_counters(history, store_id)
        assert found_times(database, store_id) == expected_times(history, store_id)


@given(deliveries(max_size=4))
@settings(max_examples=100)
def test_a_second_delivery_of_everything_writes_nothing(delivered: list[list[RawEvent]]) -> None:
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


def found_counters(database: DictDatabase, store_id: str) -> Numbers:
    """Return what the documents hold, by collection, what the document is of, and the field's path."""
    found: Numbers = Counter()
    for path, document in database.documents.items():
        if path[1] != store_id or path[2] == "orders":
            continue
        of = [document[key] for key in ("month", "productId", "couponCode", "customerId") if key in document]
        for field in document.keys() - {"version", "firstOrderAt", "lastOrderAt", "days"}:
            if type(document[field]) is int:
                found[path[2], *of, field] += document[field]
        for day, row in document.get("days", {}).items():
            for field, amount in row.items():
                found[path[2], *of, day, field] += amount
    return Counter({place: amount for place, amount in found.items() if amount})


def expected_counters(history: list[RawEvent], store_id: str) -> Numbers:
    expected: Numbers = Counter()
    for (tally, of, day, counter), amount in count(history, store_id).items():
        month = f"{day.year}-{day.month:02}"
        if tally in ("coupon", "customer"):
            expected[f"{tally}s", of, counter] += amount
            continue
        place = ("months", month) if tally == "store" else (f"{tally.removesuffix('Month')}Months", month, of)
        expected[*place, counter] += amount
        expected[*place, f"{day.day:02}", counter] += amount
    return expected


def found_times(database: DictDatabase, store_id: str) -> dict[str, tuple[Any, Any]]:
    return {
        document["customerId"]: (from_micros(document["firstOrderAt"]), from_micros(document["lastOrderAt"]))
        for path, document in database.documents.items()
        if path[1:3] == (store_id, "customers") and document["lastOrderAt"]
    }


def expected_times(history: list[RawEvent], store_id: str) -> dict[str, tuple[Any, Any]]:
    times: dict[str, list[Any]] = {}
    for order in orders(history, store_id).values():
        if order["customerId"]:
            times.setdefault(order["customerId"], []).append(instant(order["createdAt"]))
    return {customer_id: (min(theirs), max(theirs)) for customer_id, theirs in times.items()}
