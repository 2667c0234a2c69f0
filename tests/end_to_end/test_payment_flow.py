"""From a provider's webhook, or the lack of one, to the dashboard."""

from __future__ import annotations

from typing import Any

from emulator.stack import LocalStack
from tests.builders import an_event, an_order
from tests.end_to_end.client import Client
from tests.webhooks import a_bravive_notice

CREATED_AT = "2024-05-20T12:00:00Z"


def a_client(stack: LocalStack) -> Client:
    client = Client(stack)
    client.set_currency("BRL")
    return client


def create(client: Client, order_id: str) -> None:
    order = an_order(order_id, createdAt=CREATED_AT)
    event = an_event(order, eventId=f"created {order_id}", occurredAt=CREATED_AT, storeId=client.store_id)
    client.stack.publish("order-created", event)


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
