"""A registration moves to another document, and is counted once before and after."""

from __future__ import annotations

from typing import Any

import pytest

from shared.documents.entries import registration_fields
from shared.documents.store import Document, DocumentDelete, DocumentWrite
from shared.domain.customer import Registration
from shared.ledger.move_registration import move_registration
from tests.builders import NOON

ZONE = "America/Sao_Paulo"
HERE = ("c-1", Document(fields={"customerId": "c-1", "profile": {"name": "Ana"}}, version=7))


def registered(customer_id: str, *, confirmed: bool = False, version: Any = 7) -> tuple[str, Document]:
    facts = Registration(registered_at=NOON, email_confirmed=confirmed)
    return customer_id, Document(fields=registration_fields(customer_id, facts, ZONE), version=version)


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


@pytest.mark.parametrize("target", [("p", Document()), registered("p")], ids=["new", "known"])
def test_a_customer_who_never_registered_is_only_deleted(target: tuple[str, Document]) -> None:
    (deleted,) = move(HERE, target)
    assert isinstance(deleted, DocumentDelete)
