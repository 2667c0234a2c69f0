"""What a basket takes over from a lookup."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.baskets.outgoing import basket_started, outbox_write
from shared.baskets.records import basket_fields, entry_fields, read_basket, read_entry
from shared.domain.basket import Basket, LookupSource, LookupStatus
from shared.domain.lookup import Answer, LookupEntry
from tests.builders import NOON

DAY = timedelta(days=1)
PENDING = Basket(
    basket_id="b-1", store_id="s-1", employee_id=1, terminal_id="term_001", started_at=NOON,
    lookup_status=LookupStatus.PENDING,
)  # fmt: skip
ANSWER = Answer(
    asked_at=NOON,
    call_id="call-1",
    profile={"customerId": "c", "attributes": {"__a__": [[1], [2.5, None]], "": 2**70, "b": {"c": "é\0"}}},
)
FOUND = PENDING.found("cust-001", "Ana", LookupSource.API, NOON)


@pytest.mark.parametrize("status", LookupStatus)
def test_whatever_came_before_a_customer_is_taken(status: LookupStatus) -> None:
    found = replace(PENDING, lookup_status=status).found("cust-001", "Ana", LookupSource.API, NOON)
    assert found == FOUND


def test_a_basket_keeps_its_first_customer() -> None:
    assert FOUND.found("cust-002", "Bruno", LookupSource.CACHE, NOON) == FOUND
    assert FOUND.not_found() == FOUND
    assert FOUND.failed(0) == FOUND


def test_a_failure_does_not_undo_an_answer() -> None:
    assert PENDING.failed(1).lookup_status is LookupStatus.FAILED
    assert FOUND.failed(1).lookup_status is LookupStatus.FOUND
    assert PENDING.not_found().failed(1).lookup_status is LookupStatus.NOT_FOUND
    assert PENDING.failed(1).not_found().lookup_status is LookupStatus.NOT_FOUND


def test_calls_in_vain_add_up() -> None:
    assert PENDING.failed(1).failed(0).failed(2).lookup_attempts == 3


@pytest.mark.parametrize("basket", [PENDING, FOUND, PENDING.failed(2)])
def test_a_basket_is_read_as_it_was_written(basket: Basket) -> None:
    assert read_basket(basket_fields(basket, DAY)) == basket


@pytest.mark.parametrize(
    "entry",
    [
        LookupEntry(),
        LookupEntry(answer=Answer(asked_at=NOON, profile=None), failed_at=NOON),
        LookupEntry(answer=ANSWER, leased_until=NOON),
        LookupEntry(failed_at=NOON, refused_at=NOON),
    ],
)
def test_what_is_remembered_is_read_as_it_was_written(entry: LookupEntry) -> None:
    assert read_entry(entry_fields(entry, DAY)) == entry


@pytest.mark.parametrize("basket", [PENDING, FOUND])
def test_a_basket_expires_so_long_after_its_start(basket: Basket) -> None:
    assert basket_fields(basket, DAY)["expireAt"] == basket.started_at + DAY


@pytest.mark.parametrize(
    "entry",
    [
        LookupEntry(leased_until=NOON),
        LookupEntry(failed_at=NOON, leased_until=NOON - DAY),
        LookupEntry(answer=Answer(asked_at=NOON, profile=None), failed_at=NOON - DAY),
    ],
)
def test_an_entry_expires_so_long_after_its_last_use(entry: LookupEntry) -> None:
    assert entry_fields(entry, DAY)["expireAt"] == NOON + DAY


def test_an_event_that_waits_expires_so_long_after_it_was_kept() -> None:
    write = outbox_write(basket_started(PENDING, None), NOON, DAY)
    assert write.fields["expireAt"] == NOON + DAY
