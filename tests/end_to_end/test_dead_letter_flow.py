"""From a message that can't be applied to exact figures after all."""

from __future__ import annotations

from emulator.stack import LocalStack
from tests.builders import an_event, an_order
from tests.end_to_end.client import Client

CREATED_AT = "2024-05-20T12:00:00Z"


def test_an_order_in_the_wrong_currency_counts_once_its_store_is_set_right(stack: LocalStack) -> None:
    client = Client(stack)
    client.set_currency("USD")
    order = an_order(createdAt=CREATED_AT, currency="BRL")
    event = an_event(order, occurredAt=CREATED_AT, storeId=client.store_id)
    stack.publish("order-created", event)
    (letter,) = client.wait_for(client.letters)
    assert letter["reason"] == "order.currency: expected the store's USD, got BRL"
    assert (letter["function"], letter["sourceTopic"]) == ("order_created", "order-created")

    client.ask("POST", f"/dead-letters/{letter['id']}/replay")
    client.wait_for(lambda: [seen for seen in client.letters() if seen["count"] == 2])

    client.set_currency("BRL")
    for _ in range(2):
        assert client.ask("POST", f"/dead-letters/{letter['id']}/replay")["state"] == "replayed"
    client.wait_for_summary(totalOrders=1)
    stack.publish("order-created", event)
    assert client.letters() == []
    assert client.summary()["totalOrders"] == 1


def test_a_message_that_is_worth_nothing_is_discarded(stack: LocalStack) -> None:
    client = Client(stack)
    stack.publish("email-confirmed", {"eventId": "e-1", "storeId": client.store_id})
    (letter,) = client.wait_for(client.letters)
    client.ask("POST", f"/dead-letters/{letter['id']}/discard")
    assert client.letters() == []
    assert [seen["id"] for seen in client.letters("discarded")] == [letter["id"]]
