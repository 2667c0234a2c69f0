"""Facts come back from documents as they went in."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents.entries import (
    Record,
    arrival_text,
    order_arrivals,
    order_facts,
    order_fields,
    read_record,
    registration,
    registration_fields,
)
from shared.documents.store import ABSENT, Document, DocumentWrite
from shared.domain.behind import keys
from shared.domain.changes import Change
from shared.domain.customer import Registration
from shared.domain.instants import from_micros
from shared.domain.order import Item, OrderFacts, Refund, Snapshot, Stamp, Status
from shared.domain.order_arrivals import Arrival
from shared.domain.order_history import Happened
from shared.domain.slots import slot_of, store_slot_of
from shared.domain.tallies import contribution
from shared.errors import RecordUnreadable
from tests.builders import NOON, a_customer_change, a_refund, a_snapshot, an_item, an_order_change, facts, utc

texts = st.text(max_size=5)
instants = st.integers(1, 10**15).map(from_micros)
items = st.builds(
    Item,
    product_id=texts,
    product_name=texts,
    image_url=st.none() | texts,
    quantity=st.floats(0, 1e9),
    total_minor=st.integers(0, 10**15),
)
snapshots = st.builds(
    Snapshot,
    stamp=st.builds(Stamp, occurred_at=instants, event_id=texts),
    customer_id=st.none() | texts,
    created_at=instants,
    price_minor=st.integers(0, 10**15),
    currency=texts,
    coupon_code=st.none() | texts,
    items=st.lists(items, max_size=3).map(tuple),
)
arrivals = st.builds(
    Arrival,
    event_id=texts,
    occurred_at=instants,
    arrived_at=instants,
    told=st.lists(st.sampled_from([*Status, *Happened]), max_size=3).map(tuple),
    late=st.booleans(),
    amount_minor=st.none() | st.integers(0, 10**15),
)
orders = st.builds(
    OrderFacts,
    snapshot=st.none() | snapshots,
    statuses=st.dictionaries(st.sampled_from(list(Status)), instants),
    progressed_at=st.none() | instants,
    overdue_at=st.none() | instants,
    refunds=st.dictionaries(
        texts,
        st.builds(
            Refund,
            at=instants,
            amount_minor=st.integers(0, 10**15),
            currency=texts,
            lines=st.lists(st.tuples(texts, st.integers(0, 10**15)), max_size=3).map(tuple),
        ),
        max_size=3,
    ),
)
registrations = st.builds(Registration, registered_at=st.none() | instants, email_confirmed=st.booleans())


class LibraryDatetime(datetime):
    """Stands for the client library's subclass, which prints differently."""

    def __repr__(self) -> str:
        return "somehow else"


def as_read(value: Any) -> Any:
    """Return fields as the client library reads them."""
    if isinstance(value, dict):
        return {name: as_read(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_read(inner) for inner in value]
    return LibraryDatetime.fromisoformat(value.isoformat()) if isinstance(value, datetime) else value


@given(orders)
def test_a_ledger_entry_comes_back(known: OrderFacts) -> None:
    assert order_facts(as_read(order_fields("o-1", known, "UTC"))) == known


@given(orders)
def test_an_entry_that_was_read_merges_with_a_repeat_to_the_same(known: OrderFacts) -> None:
    read = order_facts(as_read(order_fields("o-1", known, "UTC")))
    assert repr(read.snapshot) == repr(known.snapshot)
    assert read.merge(known) == known.merge(read) == known


@given(st.lists(arrivals, max_size=3).map(tuple))
def test_arrivals_come_back(known: tuple[Arrival, ...]) -> None:
    texts = tuple(map(arrival_text, known))
    fields = as_read(order_fields("o-1", facts(a_snapshot()), "UTC", (), texts))
    assert order_arrivals(fields) == known
    assert read_record(an_order_change(facts()), Document(fields=fields, version=7)).arrivals == texts


@pytest.mark.parametrize("edited", ['{"told": ["LOST"]}', '{"told": []}', "", 5, None, {}])
def test_an_arrival_that_was_edited_by_hand_is_unreadable_but_does_not_stop_counting(edited: Any) -> None:
    fields = order_fields("o-1", facts(a_snapshot()), "UTC", (), [edited])
    with pytest.raises(ValueError, match="validation error"):
        order_arrivals(fields)
    assert read_record(an_order_change(facts()), Document(fields=fields, version=7)).is_counted


@given(registrations)
def test_a_registration_comes_back(known: Registration) -> None:
    assert registration(as_read(registration_fields("c-1", known, "UTC"))) == known


def test_a_customer_known_by_orders_alone_is_not_registered() -> None:
    assert registration({"customerId": "c-1", "totalOrders": 3}) == Registration()


def test_the_change_says_what_kind_of_record_is_read() -> None:
    known, registered = facts(a_snapshot(customer_id="c-1")), Registration(registered_at=NOON)
    order = Document(fields=order_fields("o-1", known, "Asia/Kathmandu"), version=7)
    customer = Document(fields={"totalOrders": 3, **registration_fields("c-1", registered, "UTC")}, version=8)
    assert read_record(an_order_change(facts()), order) == Record(
        facts=known, timezone="Asia/Kathmandu", version=7
    )
    assert read_record(a_customer_change(), customer) == Record(facts=registered, timezone="UTC", version=8)


def test_former_customers_are_on_record() -> None:
    document = Document(fields=order_fields("o-1", facts(a_snapshot()), "UTC", ["c-1", "c-2"]), version=7)
    assert read_record(an_order_change(facts()), document).former_customers == ("c-1", "c-2")


@pytest.mark.parametrize("change", [an_order_change(facts()), a_customer_change()])
def test_nothing_is_on_record_where_the_document_is_missing(change: Change) -> None:
    record = read_record(change, Document())
    assert (record.version, record.is_counted) == (ABSENT, False)


def test_every_entry_has_the_same_fields_so_that_a_write_replaces_all() -> None:
    known = facts(a_snapshot(customer_id="c-1", coupon_code="TEN", items=(an_item(),)), completed=NOON)
    assert order_fields("o-1", OrderFacts(), "UTC").keys() == order_fields("o-1", known, "UTC").keys()


def test_an_entry_names_the_other_months_in_which_it_was_refunded() -> None:
    known = facts(a_snapshot(), completed=NOON, refunded=utc("2027-02-01T01:00:00Z"))
    for n, at in enumerate(("2026-11-25T12:00:00Z", "2027-01-01T01:00:00Z")):
        known = known.merge(OrderFacts(refunds={f"r-{n}": a_refund(1_00, at=utc(at))}))
    assert order_fields("o-1", known, "UTC")["refundMonths"] == ["2027-01", "2027-02"]
    assert order_fields("o-1", known, "America/Sao_Paulo")["refundMonths"] == ["2026-12", "2027-01"]


def test_an_entry_reads_as_the_event_was_written() -> None:
    known = facts(a_snapshot(customer_id="c-1", items=(an_item("p-1", 12990),)), expired=NOON)
    known = known.merge(OrderFacts(refunds={"__r__": a_refund(25_00, blue=20_00)}))
    assert order_fields("o-1", known, "Asia/Tokyo") == {
        "orderId": "o-1",
        "slot": slot_of("o-1"),
        "storeSlot": store_slot_of("o-1"),
        "timezone": "Asia/Tokyo",
        "statuses": {"EXPIRED": NOON},
        "eventId": "e-1",
        "occurredAt": NOON,
        "customerId": "c-1",
        "createdAt": NOON,
        "day": "2026-11-20",
        "month": "2026-11",
        "countsIn": keys(contribution(known, "Asia/Tokyo")),
        "refundMonths": [],
        "progressedAt": None,
        "overdueAt": None,
        "refunds": [
            {
                "refundId": "__r__",
                "at": NOON,
                "amount": 2500,
                "currency": "BRL",
                "lines": [{"productId": "blue", "amount": 2000}],
            }
        ],
        "awaitingSince": None,
        "missingSince": None,
        "formerCustomers": [],
        "arrivals": [],
        "price": 10000,
        "currency": "BRL",
        "couponCode": None,
        "items": [
            {
                "productId": "p-1",
                "productName": "Blue mug",
                "imageUrl": None,
                "quantity": 1.0,
                "total": 12990,
            }
        ],
    }


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("price", "12", "price: expected int, got str"),
        ("price", None, "price: expected int, got NoneType"),
        ("customerId", 7, "customerId: expected str | None, got int"),
        ("createdAt", "2026-11-20", "createdAt: expected datetime, got str"),
        ("eventId", 5, "eventId: expected str | None, got int"),
        (
            "timezone",
            "Mars/Phobos",
            "expected an IANA time zone",
        ),
        ("timezone", 3, "timezone: expected str, got int"),
        ("statuses", None, "statuses: expected dict, got NoneType"),
        ("statuses", {"LOST": NOON}, "'LOST' is not a valid Status"),
        ("statuses", {"COMPLETED": True}, "COMPLETED: expected datetime, got bool"),
        ("progressedAt", 5, "progressedAt: expected datetime.datetime | None, got int"),
        ("overdueAt", "today", "overdueAt: expected datetime.datetime | None, got str"),
        ("arrivals", None, "arrivals: expected list, got NoneType"),
        ("items", {}, "items: expected list, got dict"),
        ("items", [{"productId": "p-1"}], "missing 4 required keyword-only arguments"),
        ("items", [None], "argument of type 'NoneType' is not iterable"),
    ],
)
def test_an_entry_that_was_edited_by_hand_is_named_with_the_field(field: str, value: Any, said: str) -> None:
    known = facts(a_snapshot(customer_id="c-1", items=(an_item(),)), completed=NOON)
    document = Document(fields={**order_fields("o-1", known, "UTC"), field: value}, version=7)
    with pytest.raises(RecordUnreadable, match=f"^stores/s-1/orders/o-1: .*{re.escape(said)}"):
        read_record(an_order_change(facts()), document)


def without(field: str) -> Document:
    fields = order_fields("o-1", facts(a_snapshot()), "UTC")
    del fields[field]
    return Document(fields=fields, version=7)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("statuses", "statuses: expected dict, got nothing"),
        ("eventId", "eventId: expected str | None, got nothing"),
        ("price", "missing 1 required keyword-only argument: 'price_minor'"),
        ("currency", "missing 1 required keyword-only argument: 'currency'"),
        ("createdAt", "missing 1 required keyword-only argument: 'created_at'"),
    ],
)
def test_an_entry_without_a_field_is_unreadable(field: str, said: str) -> None:
    with pytest.raises(RecordUnreadable, match=f"^stores/s-1/orders/o-1: .*{re.escape(said)}$"):
        read_record(an_order_change(facts()), without(field))


def test_an_entry_without_a_time_zone_was_counted_in_utc() -> None:
    assert read_record(an_order_change(facts()), without("timezone")).timezone == "UTC"


@pytest.mark.parametrize("edited", [{"registeredAt": "today"}, {"emailConfirmed": "yes"}])
def test_a_registration_that_was_edited_by_hand_is_named(edited: dict[str, Any]) -> None:
    fields = registration_fields("c-1", Registration(registered_at=NOON), "UTC") | edited
    with pytest.raises(RecordUnreadable, match=r"^stores/s-1/customers/c-1: "):
        read_record(a_customer_change(), Document(fields=fields, version=7))


def test_a_whole_quantity_may_be_an_integer() -> None:
    known = facts(a_snapshot(items=(an_item(),)))
    fields = order_fields("o-1", known, "UTC")
    fields["items"][0]["quantity"] = 1
    assert read_record(an_order_change(facts()), Document(fields=fields, version=7)).facts == known


def test_increments_of_one_counter_add_up() -> None:
    write = DocumentWrite(path=("stores", "s-1"))
    write.increment("days", "20", "totalSales", by=5)
    write.increment("days", "20", "totalSales", by=-2)
    write.increment("totalSales", by=0)
    assert write.increments == {("days", "20", "totalSales"): 3, ("totalSales",): 0}


def test_a_record_of_another_zone_is_the_same_instant() -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    fields = registration_fields("c-1", Registration(registered_at=tokyo), "UTC")
    assert registration(fields) == Registration(registered_at=utc("2026-11-20T12:00:00Z"))


def test_an_order_is_read_without_its_items_where_they_were_left_out() -> None:
    known = facts(a_snapshot(items=(an_item(),)))
    fields = order_fields("o-1", known, "UTC")
    del fields["items"]
    read = order_facts(fields)
    assert read == facts(a_snapshot(items=()))
