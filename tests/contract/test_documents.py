"""What the ledger relies on, held by the fake and by Firestore alike."""

from typing import Any

import pytest
from google.cloud.firestore import Client

from shared.adapters.firestore.documents import FirestoreDocuments
from shared.documents.entries import ABSENT, DocumentWrite, order_fields, registration_fields
from shared.documents.paths import customer_path, order_path
from shared.documents.store import PreconditionLost
from shared.domain.customer import Registration
from tests.builders import NOON, a_snapshot, an_item, facts, utc
from tests.contract.backends import Backend

ORDER = order_path("s-1", "o-1")
TALLY = ("stores", "s-1", "months", "2026-11")


def write_order(version: object, *, price: int = 100, path: tuple[str, ...] = ORDER) -> DocumentWrite:
    fields = order_fields("o-1", facts(a_snapshot(price_minor=price)), "UTC")
    return DocumentWrite(path=path, version=version, fields=fields)


def test_a_record_reads_back_as_it_was_written(backend: Backend) -> None:
    known = facts(
        a_snapshot(
            occurred_at=utc("2026-11-20T12:00:00.123456Z"),
            created_at=utc("2026-11-19T23:59:59.999999-03:00"),
            customer_id="c/1",
            coupon_code="10% & more",
            items=(an_item(image_url="https://x.test/a.png", quantity=0.5), an_item("p.2", 0)),
        ),
        completed=utc("2026-11-20T12:00:00.000001Z"),
        refunded=NOON,
    )
    fields = order_fields("o-1", known, "Asia/Kathmandu")
    backend.documents.commit([DocumentWrite(path=ORDER, version=ABSENT, fields=fields)])
    record = backend.documents.read([ORDER])[ORDER]
    assert record.facts == known
    assert record.timezone == "Asia/Kathmandu"


def test_a_registration_reads_back_also_beside_counters(backend: Backend) -> None:
    path, known = customer_path("s-1", "c-1"), Registration(registered_at=NOON, email_confirmed=True)
    write = DocumentWrite(path=path, version=ABSENT, fields=registration_fields("c-1", known, "UTC"))
    write.increment("totalOrders", by=1)
    backend.documents.commit([write])
    assert backend.documents.read([path])[path].facts == known


def test_a_customer_that_only_orders_made_is_not_registered(backend: Backend) -> None:
    path = customer_path("s-1", "c-1")
    write = DocumentWrite(path=path)
    write.increment("totalOrders", by=1)
    backend.documents.commit([write])
    assert backend.documents.read([path])[path].facts == Registration()


def test_reading_leaves_out_what_does_not_exist(backend: Backend) -> None:
    backend.documents.commit([write_order(ABSENT)])
    missing = order_path("s-1", "o-2")
    assert backend.documents.read([missing]) == {}
    assert backend.documents.read([missing, ORDER]).keys() == {ORDER}


def test_a_record_is_created_once(backend: Backend) -> None:
    backend.documents.commit([write_order(ABSENT, price=1)])
    with pytest.raises(PreconditionLost):
        backend.documents.commit([write_order(ABSENT, price=2)])
    assert (backend.fields(ORDER) or {})["price"] == 1


def test_a_commit_answers_the_version_that_the_next_one_needs(backend: Backend) -> None:
    first = backend.documents.commit([write_order(ABSENT, price=1)]).versions[ORDER]
    assert backend.documents.read([ORDER])[ORDER].version == first
    second = backend.documents.commit([write_order(first, price=2)]).versions[ORDER]
    backend.documents.commit([write_order(second, price=3)])
    assert (backend.fields(ORDER) or {})["price"] == 3


def test_an_update_of_an_outdated_version_writes_nothing(backend: Backend) -> None:
    outdated = backend.documents.commit([write_order(ABSENT, price=1)]).versions[ORDER]
    backend.documents.commit([write_order(outdated, price=2)])
    with pytest.raises(PreconditionLost):
        backend.documents.commit([write_order(outdated, price=3)])
    assert (backend.fields(ORDER) or {})["price"] == 2


def test_an_update_of_a_record_that_is_not_there_writes_nothing(backend: Backend) -> None:
    version = backend.documents.commit([write_order(ABSENT)]).versions[ORDER]
    other = order_path("s-1", "o-2")
    with pytest.raises(PreconditionLost):
        backend.documents.commit([write_order(version, path=other)])
    assert backend.fields(other) is None


def test_blind_writes_before_a_lost_precondition_are_not_made(backend: Backend) -> None:
    backend.documents.commit([write_order(ABSENT)])
    tally = DocumentWrite(path=TALLY)
    tally.increment("totalOrders", by=1)
    with pytest.raises(PreconditionLost):
        backend.documents.commit([tally, write_order(ABSENT)])
    assert backend.fields(TALLY) is None


def test_a_new_record_replaces_the_whole_map_of_statuses(backend: Backend) -> None:
    before = order_fields("o-1", facts(completed=NOON, expired=NOON), "UTC")
    after = order_fields("o-1", facts(refunded=NOON), "UTC")
    version = backend.documents.commit([DocumentWrite(path=ORDER, version=ABSENT, fields=before)]).versions
    backend.documents.commit([DocumentWrite(path=ORDER, version=version[ORDER], fields=after)])
    assert (backend.fields(ORDER) or {})["statuses"].keys() == {"REFOUNDED"}


def a_tally_write() -> DocumentWrite:
    # Names whose order in the document, in the code and in the alphabet differ.
    write = DocumentWrite(path=TALLY, fields={"month": "2026-11"})
    for name, by in (("totalSales", 500), ("itemSales", 0), ("days", 0), ("a", -3), ("totalOrders", 1)):
        if name == "days":
            write.increment("days", "05", "totalSales", by=500)
            write.increment("days", "05", "a", by=7)
        else:
            write.increment(name, by=by)
    write.minimums["firstOrderAt"] = 70
    write.maximums["lastOrderAt"] = 90
    write.maximums["b"] = -1
    return write


def test_a_commit_answers_each_counter_after_it_under_its_own_name(backend: Backend) -> None:
    backend.documents.commit([a_tally_write()])
    counters = backend.documents.commit([a_tally_write(), write_order(ABSENT)]).counters
    assert counters[TALLY] == {
        "totalSales": 1000, "itemSales": 0, "a": -6, "totalOrders": 2,
        "firstOrderAt": 70, "lastOrderAt": 90, "b": -1,
    }  # fmt: skip
    assert counters[ORDER] == {}
    fields = backend.fields(TALLY) or {}
    assert fields["days"] == {"05": {"totalSales": 1000, "a": 14}}
    assert fields | dict(counters[TALLY]) == fields


def test_counters_are_answered_also_where_the_document_had_to_be_at_a_version(backend: Backend) -> None:
    path = customer_path("s-1", "c-1")
    known = registration_fields("c-1", Registration(registered_at=NOON), "UTC")
    version = backend.documents.commit([DocumentWrite(path=path, version=ABSENT, fields=known)]).versions[
        path
    ]
    write = DocumentWrite(path=path, version=version, fields={"customerId": "c-1"})
    write.increment("version", by=1)
    write.increment("totalOrders", by=2)
    assert backend.documents.commit([write]).counters[path] == {"version": 1, "totalOrders": 2}
    assert (backend.fields(path) or {})["registeredAt"] == NOON


def test_minimum_and_maximum_keep_the_furthest_and_begin_anew_after_none(backend: Backend) -> None:
    for low, high in ((50, 60), (40, 55), (45, 70)):
        write = DocumentWrite(path=TALLY, minimums={"low": low}, maximums={"high": high})
        backend.documents.commit([write])
    fields = backend.fields(TALLY) or {}
    assert (fields["low"], fields["high"]) == (40, 70)
    backend.documents.commit([DocumentWrite(path=TALLY, fields={"low": None, "high": None})])
    write = DocumentWrite(path=TALLY, minimums={"low": 99}, maximums={"high": 1})
    assert backend.documents.commit([write]).counters[TALLY] == {"low": 99, "high": 1}


def test_fields_of_every_type_come_back_as_they_were(client: Client) -> None:
    fields: dict[str, Any] = {
        "none": None, "yes": True, "whole": -(2**62), "half": 0.5, "text": "\U0001f6d2 a.b", "at": NOON,
        "bytes": b"\x00\xff", "map": {"a.b": {"deep": [1, "x", {}]}}, "list": [], "pair": (1, 2), "empty": {},
    }  # fmt: skip
    for version in (ABSENT, None):
        write = DocumentWrite(path=("stores", "s 1"), version=version, fields=fields)
        FirestoreDocuments(client).commit([write])
        assert client.document("stores", "s 1").get().to_dict() == fields | {"pair": [1, 2]}


def test_a_field_is_replaced_whole_and_others_stay(client: Client) -> None:
    documents = FirestoreDocuments(client)
    path = ("stores", "s-1")
    fields = {"profile": {"name": "Ada", "phone": "1"}, "kept": 1, "days": {"20": 5}}
    version = documents.commit([DocumentWrite(path=path, version=ABSENT, fields=fields)]).versions[path]
    for n, is_blind in enumerate((False, True)):
        write = DocumentWrite(path=path, version=None if is_blind else version)
        write.fields["profile"] = {"name": f"Bo {n}"}
        documents.commit([write])
        assert client.document(*path).get().to_dict() == {**fields, "profile": {"name": f"Bo {n}"}}


def test_what_firestore_has_no_type_for_is_refused(client: Client) -> None:
    write = DocumentWrite(path=("stores", "s-1"), fields={"set": {1, 2}})
    with pytest.raises(TypeError, match="no type for set"):
        FirestoreDocuments(client).commit([write])
