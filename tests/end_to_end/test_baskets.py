"""Customers recognised at the till, on the whole local stack."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import requests

from emulator.customer_api.customers import identifiers
from emulator.stack import LocalStack
from tests.patience import wait_for
from tests.played_api import PlayedApi
from tests.running_stack import crash

START = """mutation($given: String) {
  startBasket(employeeId: 1, terminalId: "term_001", customerIdentifier: $given) { basketId } }"""
FOLLOW = """query($basketId: String!) {
  basket(basketId: $basketId) { lookupStatus customer { customerId name profile { email } } } }"""


class Shop:
    """A store of its own, its till and its admin."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.store_id = f"shop-{uuid4().hex[:8]}"
        self.api = PlayedApi(stack.state.urls["externalApi"])
        self._token = stack.sign_token([self.store_id], ["till"])

    def start(self, given: str) -> str:
        """Start a basket and return its id."""
        return str(self._ask(START, given=given)["startBasket"]["basketId"])

    def found(self, basket_id: str) -> dict[str, Any]:
        """Return the basket's customer, once there is one."""

        def look() -> dict[str, Any] | None:
            basket = self._ask(FOLLOW, basketId=basket_id)["basket"]
            return basket["customer"] if basket["lookupStatus"] == "FOUND" else None

        return wait_for(look) or {}

    def source(self, basket_id: str) -> str:
        """Return where the basket's customer came from, as Firestore has it."""
        path = f"projects/{self.stack.state.project_id}/databases/(default)/documents"
        url = f"http://{self.stack.state.firestore_host}/v1/{path}/stores/{self.store_id}/baskets/{basket_id}"
        answer = requests.get(url, headers={"Authorization": "Bearer owner"}, timeout=30).json()
        return str(answer["fields"]["lookupSource"]["stringValue"])

    def configure(self, **config: object) -> None:
        """Change the configuration, and have a new instance go by it at once."""
        body = {"api_endpoint": self.api.endpoint, **config}
        headers = {"Authorization": f"Bearer {self.stack.state.token}"}
        url = f"{self.stack.state.urls['dashboard']}/config/customer-lookup"
        requests.put(url, json=body, headers=headers, timeout=30).raise_for_status()
        crash(self.stack, "basket-started")

    def _ask(self, query: str, **variables: str) -> Any:
        url, headers = self.stack.state.urls["graphql"], {"Authorization": f"Bearer {self._token}"}
        answer = requests.post(
            url, json={"query": query, "variables": variables}, headers=headers, timeout=30
        )
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]


@pytest.fixture
def shop(stack: LocalStack) -> Iterator[Shop]:
    opened = Shop(stack)
    opened.api.behave()
    yield opened
    opened.api.behave()


def test_every_identifier_finds_its_customer_and_one_call_does_for_all_of_them(shop: Shop) -> None:
    shop.configure(timeout_seconds=20)  # a call that a busy machine delays is not made again
    for _ in range(2):
        for given, customer in identifiers():
            assert shop.found(shop.start(given))["customerId"] == customer["customerId"]
        assert shop.api.calls == 5
    shop.configure()


def test_fifty_simultaneous_baskets_make_one_call(shop: Shop) -> None:
    shop.api.misbehave("slow", seconds=0.5)
    with ThreadPoolExecutor(10) as pool:
        baskets = list(pool.map(shop.start, ["CARD-1003"] * 50))
    assert {shop.found(basket_id)["customerId"] for basket_id in baskets} == {"cust-003"}
    assert shop.api.calls == 1


def test_with_the_api_down_an_old_answer_stands_in(shop: Shop) -> None:
    shop.found(shop.start("+1234567890"))
    shop.configure(cache_ttl_seconds=0, timeout_seconds=1)
    shop.api.misbehave("reset")
    basket_id = shop.start("+1234567890")
    assert shop.found(basket_id)["name"] == "Ana Souza"
    assert shop.source(basket_id) == "stale_cache"
    shop.configure()


def test_a_basket_whose_function_is_killed_finds_its_customer(shop: Shop) -> None:
    shop.configure(timeout_seconds=3, retry_attempts=1)  # for a short lease: it outlives its holder
    shop.api.misbehave("slow", seconds=1)
    basket_id = shop.start("CARD-1005")
    wait_for(lambda: shop.api.calls)
    shop.stack.processes["basket-started"].kill()
    assert shop.found(basket_id)["customerId"] == "cust-005"
    shop.configure()
