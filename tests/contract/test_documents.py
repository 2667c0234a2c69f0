"""What the use cases rely on of a document store, held by Firestore and by the documents in memory alike."""

from datetime import timedelta, timezone
from typing import Any

import pytest

from shared.documents.paths import Path
from shared.documents.store import ABSENT, Document, DocumentDelete, DocumentWrite, PreconditionLost, Write
from shared.domain.instants import from_micros
from shared.errors import CommitRefused
from tests.builders import NOON, utc
from tests.contract.backends import Backend

ENTRY: Path = ("stores", "s 1", "orders", "o.1")
OTHER: Path = ("stores", "s 1", "orders", "o.2")
TALLY: Path = ("stores", "s 1", "months", "2026-11")


def put(backend: Backend, path: Path = ENTRY, version: Any = None, **fields: Any) -> Any:
    """Write the fields and return the document's new version."""
    write = DocumentWrite(path=path, version=version, fields=fields)
    return backend.documents.commit([write]).versions[path]


def read(backend: Backend, path: Path = ENTRY) -> Document:
    [document] = backend.documents.read([path])
    return document


def test_fields_of_every_type_come_back_as_they_were(backend: Backend) -> None:
    fields: dict[str, Any] = {
        "none": None, "yes": True, "whole": -(2**62), "half": 0.5, "text": "\U0001f6d2 a.b",
        "bytes": b"\x00\xff", "map": {"a.b": {"deep": [1, "x", {}]}}, "list": [], "empty": {},
        "at": utc("2026-11-20T12:00:00.123456Z"), "pair": (1, 2),
    }  # fmt: skip
    for version in (ABSENT, None):
        put(backend, version=version, **fields)
        assert read(backend).fields == fields | {"pair": [1, 2]}


def test_a_time_comes_back_in_utc_as_a_plain_datetime(backend: Backend) -> None:
    put(backend, at=NOON.astimezone(timezone(timedelta(hours=9))))
    assert repr(read(backend).fields["at"]) == repr(NOON)


def test_documents_come_in_the_order_of_their_paths_and_a_missing_one_is_absent(backend: Backend) -> None:
    version = put(backend, n=1)
    assert backend.documents.read([OTHER, ENTRY, OTHER]) == [
        Document(), Document(fields={"n": 1}, version=version), Document(),
    ]  # fmt: skip
    assert [document.exists for document in backend.documents.read([OTHER, ENTRY])] == [False, True]


def test_a_document_is_created_once(backend: Backend) -> None:
    put(backend, version=ABSENT, n=1)
    with pytest.raises(PreconditionLost):
        put(backend, version=ABSENT, n=2)
    assert read(backend).fields == {"n": 1}


def test_a_commit_answers_the_version_that_the_next_one_needs(backend: Backend) -> None:
    first = put(backend, version=ABSENT, n=1)
    assert read(backend).version == first
    second = put(backend, version=first, n=2)
    put(backend, version=second, n=3)
    assert read(backend).fields == {"n": 3}


def test_a_write_that_changes_nothing_leaves_the_version(backend: Backend) -> None:
    version = put(backend, n=1, text="x")
    write = DocumentWrite(path=ENTRY, version=version, fields={"n": 1})
    write.increment("n", by=0)
    assert backend.documents.commit([write]).versions[ENTRY] == version
    assert put(backend, version=version, n=1) == version


def test_an_update_of_an_outdated_version_writes_nothing(backend: Backend) -> None:
    outdated = put(backend, n=1)
    put(backend, n=2)
    with pytest.raises(PreconditionLost):
        put(backend, version=outdated, n=3)
    assert read(backend).fields == {"n": 2}


def test_an_update_of_a_document_that_is_not_there_writes_nothing(backend: Backend) -> None:
    version = put(backend, n=1)
    with pytest.raises(PreconditionLost):
        put(backend, OTHER, version=version, n=2)
    assert not read(backend, OTHER).exists


def test_nothing_of_a_commit_is_written_where_one_precondition_is_lost(backend: Backend) -> None:
    put(backend, n=1)
    put(backend, OTHER, n=2)
    tally = DocumentWrite(path=TALLY)
    tally.increment("totalOrders", by=1)
    writes: list[Write] = [tally, DocumentDelete(path=ENTRY), DocumentWrite(path=OTHER, version=ABSENT)]
    with pytest.raises(PreconditionLost):
        backend.documents.commit(writes)
    assert [document.exists for document in backend.documents.read([TALLY, ENTRY])] == [False, True]


def test_a_field_is_replaced_whole_and_others_stay(backend: Backend) -> None:
    fields: dict[str, Any] = {"profile": {"name": "Ada", "phone": "1"}, "kept": 1, "days": {"20": 5}}
    version = put(backend, version=ABSENT, **fields)
    for n, required in enumerate((version, None)):
        put(backend, version=required, profile={"name": f"Bo {n}"})
        assert read(backend).fields == fields | {"profile": {"name": f"Bo {n}"}}


def test_a_version_is_counted_with_the_time_of_its_commit(backend: Backend) -> None:
    times = []
    for version in (1, 2):
        write = DocumentWrite(path=ENTRY, fields={"n": version})
        write.count_version()
        counters = backend.documents.commit([write]).counters[ENTRY]
        fields = read(backend).fields
        assert fields == {"n": version, "version": version, "updatedAt": from_micros(counters["updatedAt"])}
        assert counters["version"] == version
        times.append(fields["updatedAt"])
    put(backend, n=3)
    assert read(backend).fields["updatedAt"] == times[1] > times[0]


def test_what_firestore_has_no_type_for_is_refused_before_anything_is_written(backend: Backend) -> None:
    writes = [DocumentWrite(path=OTHER), DocumentWrite(path=ENTRY, fields={"set": {1, 2}})]
    with pytest.raises(TypeError, match="no type for set"):
        backend.documents.commit(writes)
    assert not read(backend, OTHER).exists


def a_tally_write() -> DocumentWrite:
    # Names whose order in the document, in the code and in the alphabet differ.
    write = DocumentWrite(path=TALLY, fields={"month": "2026-11"})
    write.increment("totalSales", by=500)
    write.increment("itemSales", by=0)
    write.increment("days", "05", "totalSales", by=500)
    write.increment("days", "05", "a", by=7)
    write.increment("a", by=-3)
    write.increment("totalOrders", by=1)
    write.minimums["firstOrderAt"] = 70
    write.maximums["lastOrderAt"] = 90
    write.maximums["b"] = -1
    return write


def test_a_commit_answers_each_counter_after_it_under_its_own_name(backend: Backend) -> None:
    backend.documents.commit([a_tally_write()])
    counters = backend.documents.commit([a_tally_write(), DocumentWrite(path=ENTRY)]).counters
    assert counters[TALLY] == {
        "totalSales": 1000, "itemSales": 0, "a": -6, "totalOrders": 2,
        "firstOrderAt": 70, "lastOrderAt": 90, "b": -1,
    }  # fmt: skip
    assert counters[ENTRY] == {}
    days = {"05": {"totalSales": 1000, "a": 14}}
    assert read(backend, TALLY).fields == {"month": "2026-11", "days": days, **counters[TALLY]}


def test_counters_are_answered_also_where_the_document_had_to_be_at_a_version(backend: Backend) -> None:
    version = put(backend, version=ABSENT, registeredAt=NOON)
    write = DocumentWrite(path=ENTRY, version=version, fields={"customerId": "c-1"})
    write.increment("version", by=1)
    write.increment("totalOrders", by=2)
    assert backend.documents.commit([write]).counters[ENTRY] == {"version": 1, "totalOrders": 2}
    assert read(backend).fields["registeredAt"] == NOON


def test_minimum_and_maximum_keep_the_furthest_and_begin_anew_after_none(backend: Backend) -> None:
    for low, high in ((50, 60), (40, 55), (45, 70)):
        backend.documents.commit([DocumentWrite(path=TALLY, minimums={"low": low}, maximums={"high": high})])
    assert read(backend, TALLY).fields == {"low": 40, "high": 70}
    put(backend, TALLY, low=None, high=None)
    write = DocumentWrite(path=TALLY, minimums={"low": 99}, maximums={"high": 1})
    assert backend.documents.commit([write]).counters[TALLY] == {"low": 99, "high": 1}


def test_an_increment_of_what_is_no_number_begins_at_zero(backend: Backend) -> None:
    put(backend, TALLY, flag=True, text="7", none=None, days="lost")
    write = DocumentWrite(path=TALLY)
    for name in ("flag", "text", "none"):
        write.increment(name, by=3)
    write.increment("days", "05", "totalOrders", by=1)
    backend.documents.commit([write])
    assert read(backend, TALLY).fields == {
        "flag": 3, "text": 3, "none": 3, "days": {"05": {"totalOrders": 1}},
    }  # fmt: skip


def test_counters_stop_at_64_bits(backend: Backend) -> None:
    put(backend, TALLY, high=2**63 - 5, low=5 - 2**63)
    write = DocumentWrite(path=TALLY)
    write.increment("high", by=100)
    write.increment("low", by=-100)
    assert backend.documents.commit([write]).counters[TALLY] == {"high": 2**63 - 1, "low": -(2**63)}


def test_a_document_with_too_many_transforms_is_refused_with_all_of_its_commit(backend: Backend) -> None:
    tally = DocumentWrite(path=TALLY, minimums={"first": 1}, increments={(f"n{n}",): 1 for n in range(500)})
    with pytest.raises(CommitRefused, match=r"at most 500 transforms of stores/s 1/months/2026-11, got 501"):
        backend.documents.commit([DocumentWrite(path=ENTRY, fields={"n": 1}), tally])
    assert backend.documents.read([ENTRY, TALLY]) == [Document(), Document()]
    tally.minimums.clear()
    assert len(backend.documents.commit([tally]).counters[TALLY]) == 500


def test_a_deletion_is_part_of_a_commit_and_has_no_results(backend: Backend) -> None:
    version = put(backend, n=1)
    writes: list[Write] = [DocumentDelete(path=ENTRY, version=version), a_tally_write()]
    writes.append(DocumentDelete(path=OTHER))
    committed = backend.documents.commit(writes)
    assert committed.versions.keys() == committed.counters.keys() == {TALLY}
    assert committed.counters[TALLY]["totalOrders"] == 1
    assert not read(backend).exists
    put(backend, version=ABSENT, n=2)


def test_a_deletion_at_a_version_happens_once_and_only_at_that_version(backend: Backend) -> None:
    outdated = put(backend, n=1)
    version = put(backend, n=2)
    with pytest.raises(PreconditionLost):
        backend.documents.commit([DocumentDelete(path=ENTRY, version=outdated)])
    deletion: list[Write] = [a_tally_write(), DocumentDelete(path=ENTRY, version=version)]
    backend.documents.commit(deletion)
    with pytest.raises(PreconditionLost):
        backend.documents.commit(deletion)
    assert read(backend, TALLY).fields["totalOrders"] == 1
