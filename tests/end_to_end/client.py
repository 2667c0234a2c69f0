"""Asking the running stack over HTTP, as its users do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import requests

from emulator.ask import trigger
from emulator.options import REPOSITORY
from emulator.stack import LocalStack
from emulator.topology import read_topology
from tests.patience import wait_for
from tests.webhooks import sign_now

TOPOLOGY = read_topology(REPOSITORY / "infra" / "topology.json")


class Client:
    """An admin of all stores, and a payment provider, with one store that no other test uses."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.store_id = f"s-{uuid4().hex[:12]}"
        self._headers = {"Authorization": f"Bearer {stack.state.token}"}

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Return the dashboard function's answer as JSON."""
        url = self.stack.state.urls["dashboard"] + path
        answer = requests.request(method, url, params=query, json=body, headers=self._headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def set_currency(self, currency: str, **more: Any) -> None:
        settings = {"name": "Shop", "timezone": "UTC", "currency": currency}
        self.ask("PUT", f"/stores/{self.store_id}", settings | more)

    def notify(self, notice: Mapping[str, Any], secret: str | None = None) -> requests.Response:
        """Send a webhook of Bravive, signed with the stack's secret or another."""
        body = json.dumps(notice).encode()
        header = sign_now(body, secret or self.stack.state.webhook_secret)
        url = self.stack.state.urls["payments"] + "/webhooks/payments/bravive"
        return requests.post(url, data=body, headers={"X-Signature": header}, timeout=30)

    def expire_unpaid(self) -> Any:
        """Do what the scheduler does every ten minutes, and `make trigger NAME=expire-unpaid` at once."""
        return json.loads(trigger(self.stack.state, TOPOLOGY, "expire-unpaid"))

    def summary(self, **period: Any) -> Any:
        """Return the figures of a period, or of 2024."""
        period = period or {"startDate": "2024-01-01", "endDate": "2024-12-31"}
        return self.ask("GET", "/store/dashboard", storeId=self.store_id, **period)["summary"]

    def missing_orders(self) -> list[str]:
        """Return the ids of orders of which only statuses are known."""
        found = self.ask("GET", "/store/missing-orders", storeId=self.store_id)["orders"]
        return [order["orderId"] for order in found]

    def wait_for_summary(self, **expected: Any) -> None:
        """Return once the store's figures of 2024 are these."""
        self.wait_for(lambda: expected.items() <= self.summary().items())

    def letters(self, state: str = "open") -> list[dict[str, Any]]:
        """Return the dead letters whose payload names the store."""
        found = self.ask("GET", "/dead-letters", state=state, limit=200)["deadLetters"]
        shown = [self.ask("GET", f"/dead-letters/{letter['id']}") for letter in found]
        return [letter for letter in shown if self.store_id in letter["data"]]

    @staticmethod
    def wait_for(look: Callable[[], Any]) -> Any:
        return wait_for(look)
