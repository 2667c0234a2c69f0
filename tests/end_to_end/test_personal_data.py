"""What the functions log in a whole run names nobody, neither when all goes well nor when it does not."""

from __future__ import annotations

import json
from urllib.parse import quote
from uuid import uuid4

import requests

from emulator.stack import LocalStack
from emulator.subscriptions import publish
from tests.builders import an_account_event, an_event, an_order
from tests.end_to_end.client import Client
from tests.played_api import PlayedApi

AT = "2024-05-20T12:00:00Z"
PHONE, EMAIL, CARD = "+5511987654321", "ana.souza@example.com", "CARD-1003"
CUSTOMER = "joana.prado@example.org"
NAMES = ("Bruno Lima", "Ana Souza", "Carla Mendes")
PERSONAL = (PHONE, PHONE.removeprefix("+"), EMAIL, CARD, CUSTOMER, quote(CUSTOMER, safe=""), *NAMES)
START = """mutation($store: String!, $given: String) {
  startBasket(storeId: $store, employeeId: 1, terminalId: "t", customerIdentifier: $given) { basketId } }"""
FOLLOW = """query($store: String!, $basket: String!) {
  basket(storeId: $store, basketId: $basket) { lookupStatus customer { name profile { phone } } } }"""


class Till:
    """A till of the client's store."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ask(self, query: str, **variables: object) -> requests.Response:
        state = self._client.stack.state
        return requests.post(
            state.urls["graphql"],
            json={"query": query, "variables": {"store": self._client.store_id, **variables}},
            headers={"Authorization": f"Bearer {state.token}"},
            timeout=30,
        )

    def start(self, given: str) -> str:
        return str(self.ask(START, given=given).json()["data"]["startBasket"]["basketId"])

    def status(self, basket_id: str) -> str:
        return str(self.ask(FOLLOW, basket=basket_id).json()["data"]["basket"]["lookupStatus"])


def send(client: Client, topic: str, **event: object) -> None:
    data = json.dumps({"eventId": uuid4().hex, "occurredAt": AT, "storeId": client.store_id, **event})
    publish(client.stack.state.pubsub_host, client.stack.state.project_id, topic, [data.encode()])


def test_the_functions_logs_name_nobody(stack: LocalStack) -> None:
    client = Client(stack)
    till, api = Till(client), PlayedApi(stack.state.urls["externalApi"])
    client.set_currency("BRL")
    order = an_order(f"o-{client.store_id}", customerId=CUSTOMER, createdAt=AT)
    send(client, "order-created", **{k: v for k, v in an_event(order).items() if k == "order"})
    send(
        client,
        "customer-registered",
        **an_account_event(CUSTOMER) | {"occurredAt": AT, "storeId": client.store_id},
    )
    api.misbehave("status", status=500, times=1)
    baskets = [till.start(given) for given in (PHONE, EMAIL, CARD)]
    client.wait_for(lambda: all(till.status(basket) == "FOUND" for basket in baskets))
    api.behave()
    # What is refused.
    send(client, "customer-registered", customerId=CUSTOMER, registeredAt="yesterday")
    send(client, "customer-registered", customerId=f"{CUSTOMER}\n", registeredAt=AT)
    send(client, "basket-started", basketId="b", employeeId=1, terminalId="t", customerIdentifier=int(PHONE))
    send(client, "order-created", order=order | {"customerId": CUSTOMER * 20})
    till.ask(START, given=f"{PHONE}\n")
    till.ask(FOLLOW.replace("$basket: String!", "$basket: Int!"), basket=PHONE)
    for place in ("metrics", "export"):
        for customer_id in (CUSTOMER, f"{CUSTOMER}\n", f"{CUSTOMER}-unknown"):
            path = f"{stack.state.urls['dashboard']}/store/customers/{quote(customer_id, safe='')}/{place}"
            for token in (stack.state.token, "nobody"):
                requests.get(
                    path,
                    params={"storeId": client.store_id},
                    headers={"Authorization": f"Bearer {token}"},
                    timeout=30,
                )
    for text in (*NAMES, PHONE, EMAIL, CARD, CUSTOMER, f"{CUSTOMER}\n"):
        for token in (stack.state.token, "nobody"):
            requests.post(
                f"{stack.state.urls['dashboard']}/store/customers/search",
                params={"storeId": client.store_id},
                json={"text": text},
                headers={"Authorization": f"Bearer {token}"},
                timeout=30,
            )
    client.wait_for(lambda: len(client.letters()) == 4)
    logs = {name: logged(stack, name) for name in stack.state.functions}
    assert "request answered" in logs["dashboard"]
    assert "dead_letter" in logs["customer-registered"]
    found = {
        (name, secret): [line[:300] for line in text.splitlines() if secret in line]
        for name, text in logs.items()
        for secret in PERSONAL
        if secret in text
    }
    assert found == {}


def logged(stack: LocalStack, function: str) -> str:
    """Return all that a function wrote: its log lines, and what the framework and Python say of errors."""
    return stack.processes[function].command.log.read_text(encoding="utf-8", errors="replace")
