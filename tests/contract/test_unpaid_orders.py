"""Finding unpaid orders in the ledger, as the ledger writes it."""

from __future__ import annotations

from datetime import timedelta

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.unpaid_orders import FirestoreUnpaidOrders
from shared.payments.expire_unpaid import UnpaidOrder
from tests.builders import NOON
from tests.contract.backends import FirestoreBackend, new_ledger
from tests.contract.events import amended, apply, created, in_store, reached
from tests.contract.wire_log import LoggedClient


def unpaid(client: Client, limit: int = 100) -> list[tuple[str, str]]:
    orders, _ = FirestoreUnpaidOrders(client).page((None, NOON), limit, None)
    return [(order.store_id, order.order_id) for order in orders]


def test_orders_of_all_stores_are_found_the_oldest_first_with_any_ids(client: Client) -> None:
    ledger = new_ledger(FirestoreBackend(client))
    odd = "a/b.\u00fc" * 40
    apply(ledger, in_store("s-1", created("o-1", "2026-11-20T11:00:00.000001Z")))
    apply(ledger, in_store(odd, created(odd, "2026-11-20T10:00:00Z")))
    assert unpaid(client) == [(odd, odd), ("s-1", "o-1")]
    (_, order), _ = FirestoreUnpaidOrders(client).page((None, NOON), 9, None)
    created_at = NOON - timedelta(hours=1) + timedelta(microseconds=1)
    assert order == UnpaidOrder(store_id="s-1", order_id="o-1", created_at=created_at)
    assert type(order.created_at) is type(NOON)


def test_an_order_is_found_up_to_the_very_moment(client: Client) -> None:
    ledger = new_ledger(FirestoreBackend(client))
    apply(ledger, created("o-1", "2026-11-20T12:00:00Z"), created("o-2", "2026-11-20T12:00:00.000001Z"))
    assert unpaid(client) == [("s-1", "o-1")]


def test_an_order_is_found_after_the_moment_that_was_searched_before(client: Client) -> None:
    ledger = new_ledger(FirestoreBackend(client))
    apply(ledger, created("o-1", "2026-11-20T11:00:00Z"), created("o-2", "2026-11-20T11:00:00.000001Z"))
    found, _ = FirestoreUnpaidOrders(client).page((NOON - timedelta(hours=1), NOON), 9, None)
    assert [order.order_id for order in found] == ["o-2"]


def test_any_status_but_created_ends_the_waiting(client: Client) -> None:
    ledger = new_ledger(FirestoreBackend(client))
    statuses: list[str | int] = ["CREATED", 2, "PAID", "COMPLETED", "EXPIRED", "REFOUNDED"]
    for n, status in enumerate(statuses):
        apply(ledger, created(f"o-{n}"))
        apply(ledger, amended(f"o-{n}", status=status))
    assert unpaid(client) == [("s-1", "o-0")]


def test_an_order_whose_creation_is_not_known_is_not_found(client: Client) -> None:
    ledger = new_ledger(FirestoreBackend(client))
    apply(ledger, reached("CREATED", "o-1"))
    assert unpaid(client) == []
    apply(ledger, created("o-1"))
    assert unpaid(client) == [("s-1", "o-1")]


def test_pages_cost_what_they_show_however_many_orders_are_settled(logged: LoggedClient) -> None:
    ledger = new_ledger(FirestoreBackend(logged))
    apply(ledger, *[created(f"o-{n}", f"2026-11-20T10:00:{n % 3:02}Z") for n in range(10)])
    apply(ledger, *[reached("COMPLETED", f"o-{n}") for n in range(5)])
    logged.log.clear()
    found: list[str] = []
    orders = FirestoreUnpaidOrders(logged)
    page, after = orders.page((None, NOON), 2, None)
    found += [order.order_id for order in page]
    while after is not None:
        page, after = orders.page((None, NOON), 2, after)
        found += [order.order_id for order in page]
    assert sorted(found) == [f"o-{n}" for n in range(5, 10)]
    assert logged.log.calls == ["RunQuery"] * 3
    assert logged.log.documents == 3 + 3 + 1
