"""From a provider's webhook, or the lack of one, to the dashboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.stack import LocalStack
from tests.builders import a_status_change, an_event, an_order
from tests.end_to_end.client import Client
from tests.webhooks import a_bravive_notice

CREATED_AT = "2024-05-20T12:00:00Z"


def a_client(stack: LocalStack, **settings: Any) -> Client:
    client = Client(stack)
    client.set_currency("BRL", **settings)
    return client


def create(client: Client, order_id: str, at: str = CREATED_AT) -> None:
    order = an_order(order_id, createdAt=at)
    event = an_event(order, eventId=f"created {order_id}", occurredAt=at, storeId=client.store_id)
    client.stack.publish("order-created", event)


def reach(client: Client, order_id: str, status: str | int, at: str = CREATED_AT) -> None:
    event = a_status_change(status, order_id, eventId=f"{order_id} {status}", occurredAt=at)
    client.stack.publish("order-status-changed", event | {"storeId": client.store_id})


def a_notice(client: Client, kind: str, order_id: str, at: str) -> dict[str, Any]:
    return a_bravive_notice(kind, order_id, client.store_id, id=f"{kind} {order_id}", createdAt=at)


def test_payments_move_the_dashboard_however_often_and_early_they_come(stack: LocalStack) -> None:
    client = a_client(stack)
    approved = a_notice(client, "payment.approved", "o-1", "2024-05-20T12:05:00Z")
    for _ in range(3):
        assert client.notify(approved).status_code == 200
    create(client, "o-1")
    create(client, "o-2")
    client.notify(a_notice(client, "payment.rejected", "o-2", "2024-05-20T12:05:00Z"))
    client.wait_for_summary(totalOrders=2, totalCompletedOrders=1, totalExpiredOrders=1, totalSales=129.9)
    client.notify(a_notice(client, "payment.chargeback", "o-1", "2024-06-20T12:00:00Z"))
    client.wait_for_summary(totalCompletedOrders=0, totalRefundedOrders=1, totalSales=0)


def test_a_forged_notice_moves_nothing(stack: LocalStack) -> None:
    client = a_client(stack)
    create(client, "o-1")
    forged = a_notice(client, "payment.approved", "o-1", CREATED_AT)
    assert client.notify(forged, secret="guessed").status_code == 401
    client.notify(a_notice(client, "payment.canceled", "o-1", CREATED_AT))
    client.wait_for_summary(totalOrders=1, totalExpiredOrders=1, totalCompletedOrders=0)


def test_an_unpaid_order_expires_and_a_late_payment_completes_it(stack: LocalStack) -> None:
    client = a_client(stack)
    create(client, "o-1")
    client.wait_for_summary(totalOrders=1, totalExpiredOrders=0)
    assert client.expire_unpaid()["expired"] >= 1
    client.wait_for_summary(totalOrders=1, totalExpiredOrders=1, totalCompletedOrders=0)
    client.notify(a_notice(client, "payment.approved", "o-1", "2024-05-25T12:00:00Z"))
    client.wait_for_summary(totalExpiredOrders=1, totalCompletedOrders=1, totalSales=129.9)


def test_an_order_on_its_way_does_not_expire_after_a_day(stack: LocalStack) -> None:
    client, now = a_client(stack), datetime.now(UTC)
    created_at = (now - timedelta(hours=25)).isoformat()
    # A run searches from a quarter of an hour before where the last one ended.
    just_due = (now - timedelta(hours=24, minutes=10)).isoformat()
    days = {"startDate": str((now - timedelta(days=2)).date()), "endDate": str(now.date())}
    create(client, "on its way", created_at)
    create(client, "also on its way", just_due)
    create(client, "unpaid", just_due)
    reach(client, "on its way", 5, created_at)
    reach(client, "also on its way", "PAID", just_due)
    reach(client, "no such order", 5)
    client.wait_for(lambda: client.summary(**days)["totalOrders"] == 3)
    client.wait_for(lambda: client.missing_orders() == ["no such order"])
    assert client.expire_unpaid()["missingOrders"] >= 1
    client.wait_for(lambda: client.summary(**days)["totalExpiredOrders"] == 1)
    client.expire_unpaid()
    assert client.summary(**days)["totalExpiredOrders"] == 1


def test_a_payment_that_waited_behind_the_expiry_takes_it_back(stack: LocalStack) -> None:
    client = a_client(stack)
    create(client, "o-1")
    client.wait_for_summary(totalOrders=1)
    client.expire_unpaid()
    client.wait_for_summary(totalExpiredOrders=1)
    client.notify(a_notice(client, "payment.approved", "o-1", "2024-05-21T11:59:00Z"))
    client.wait_for_summary(totalExpiredOrders=0, totalCompletedOrders=1, totalSales=129.9)


def test_a_paid_order_is_completed_by_its_fulfilment_where_the_store_says_so(stack: LocalStack) -> None:
    client = a_client(stack, completesOn="fulfilment")
    create(client, "o-1")
    client.wait_for_summary(totalOrders=1)
    client.notify(a_notice(client, "payment.approved", "o-1", "2024-05-20T12:05:00Z"))
    create(client, "o-2")
    client.wait_for_summary(totalOrders=2)
    client.expire_unpaid()
    client.wait_for_summary(totalOrders=2, totalCompletedOrders=0, totalExpiredOrders=1)
    reach(client, "o-1", "COMPLETED", "2024-05-22T12:00:00Z")
    client.wait_for_summary(totalCompletedOrders=1, totalExpiredOrders=1, totalSales=129.9)
