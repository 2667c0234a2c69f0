"""A registration moves to another document, and is counted once before and after."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.documents import MemoryDocuments
from shared.documents.entries import registration_fields
from shared.documents.store import Document, DocumentDelete, DocumentWrite
from shared.domain.customer import Registration
from shared.errors import RecordUnreadable
from shared.ledger.move_registration import move_registration
from tests.builders import NOON

ZONE = "America/Sao_Paulo"
HERE = ("c-1", Document(fields={"customerId": "c-1", "profile": {"name": "Ana"}}, version=7))


def registered(
    customer_id: str, *, confirmed: bool = False, version: Any = 7, zone: str = ZONE
) -> tuple[str, Document]:
    facts = Registration(registered_at=NOON, email_confirmed=confirmed)
    return customer_id, Document(fields=registration_fields(customer_id, facts, zone), version=version)


def move(source: tuple[str, Document], target: tuple[str, Document]) -> list[Any]:
    return move_registration("s-1", source, target)


def test_months_stay_untouched_and_the_zone_that_counted_it_moves_along() -> None:
    written, deleted = move(registered("c-1", confirmed=True), ("p", Document()))
    assert written.fields == registration_fields(
        "p", Registration(registered_at=NOON, email_confirmed=True), ZONE
    )
    assert written.version == "absent"
    assert deleted == DocumentDelete(path=("stores", "s-1", "customers", "c-1"), version=7)


def test_two_registrations_become_one_and_count_once() -> None:
    writes = move(registered("c-1", confirmed=True), registered("p", version=8))
    by_path = {"/".join(one.path[2:]): one for one in writes}
    month, written, deleted = (by_path[path] for path in ("months/2026-11", "customers/p", "customers/c-1"))
    assert month.increments["registeredCustomers",] == -1
    assert ("newCustomers",) not in month.increments, "one of them was confirmed, before and after"
    assert isinstance(written, DocumentWrite)
    assert (written.fields["emailConfirmed"], written.version) == (True, 8)
    assert isinstance(deleted, DocumentDelete)


def test_a_registration_that_joins_another_counts_in_the_zone_of_that_one() -> None:
    (written, *_) = (
        one for one in move(registered("c-1", zone="UTC"), registered("p")) if one.path[-1] == "p"
    )
    assert written.fields["timezone"] == ZONE


def test_a_new_document_is_listed_as_a_customers_who_never_ordered() -> None:
    documents = MemoryDocuments()
    (written, _) = move(registered("c-1"), ("p", Document()))
    documents.commit([written])
    shown = documents.documents[written.path]
    assert (shown["lastOrderAt"], shown["totalOrders"]) == (0, 0)


@pytest.mark.parametrize("spoilt", ["c-1", "p"])
def test_a_document_that_somebody_else_wrote_is_named(spoilt: str) -> None:
    both = (registered(customer_id) for customer_id in ("c-1", "p"))
    source, target = (
        (of, Document(fields={**document.fields, "timezone": 5}, version=7) if of == spoilt else document)
        for of, document in both
    )
    with pytest.raises(RecordUnreadable, match=f"^stores/s-1/customers/{spoilt}: timezone: "):
        move(source, target)


@pytest.mark.parametrize("target", [("p", Document()), registered("p")], ids=["new", "known"])
def test_a_customer_who_never_registered_is_only_deleted(target: tuple[str, Document]) -> None:
    (deleted,) = move(HERE, target)
    assert isinstance(deleted, DocumentDelete)
