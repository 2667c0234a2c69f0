"""Publish an order to a store of its own, see it on the dashboard, and take it back, as a sale would go."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import requests

STORE = "smoke"
PRICE = "1.00"
CURRENCY = "USD"
WITHIN_S = 120.0
"""A first event may start an instance, which may wait for its network."""

_TIMEOUT_S = 30

Publish = Callable[[str, bytes], None]
"""Publishes data to a topic, and returns once Pub/Sub has it."""


class ProbeFailed(Exception):
    """The dashboard did not show what was published; the text says what it showed."""


class Probe:
    """Asks a dashboard as an admin of the probe's store.

    Args:
        dashboard: its address.
        token: a bearer token with the role admin for the store "smoke".
        publish: publishes to the deployed topics.
    """

    def __init__(self, dashboard: str, token: str, publish: Publish) -> None:
        self._dashboard = dashboard.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._publish = publish

    def run(self) -> float:
        """Let one sale come and go; return after how many seconds the dashboard showed it.

        Raises:
            ProbeFailed: the dashboard refused the token, or did not show the sale, or keeps it.
        """
        self._ask("PUT", f"/stores/{STORE}", {"name": "Smoke", "timezone": "UTC", "currency": CURRENCY})
        order_id, now = f"o-{uuid4().hex}", datetime.now(UTC)
        before = self._figures(now)
        began = time.monotonic()
        order: dict[str, Any] = {
            "orderId": order_id, "customerId": None, "createdAt": now.isoformat(), "price": PRICE,
            "currency": CURRENCY, "couponCode": None, "items": [],
        }  # fmt: skip
        self._send("order-created", now, order=order)
        self._send("order-status-changed", now, orderId=order_id, status="COMPLETED")
        sold = round(before["totalSales"] + float(PRICE), 2)
        self._wait(now, {"totalOrders": before["totalOrders"] + 1, "totalSales": sold})
        took_s = time.monotonic() - began
        self._send("order-status-changed", datetime.now(UTC), orderId=order_id, status="REFOUNDED")
        self._wait(now, {"totalSales": before["totalSales"]})
        return took_s

    def _send(self, topic: str, at: datetime, **body: Any) -> None:
        event = {"eventId": uuid4().hex, "occurredAt": at.isoformat(), "storeId": STORE, **body}
        self._publish(topic, json.dumps(event).encode())

    def _wait(self, day: datetime, expected: dict[str, Any]) -> None:
        ends_at = time.monotonic() + WITHIN_S
        while not expected.items() <= (shown := self._figures(day)).items():
            if time.monotonic() > ends_at:
                got = {name: shown[name] for name in expected}
                raise ProbeFailed(
                    f"after {WITHIN_S:.0f} s, expected {expected} of store {STORE!r}, got {got}"
                )
            time.sleep(0.2)

    def _figures(self, day: datetime) -> dict[str, Any]:
        on = day.date().isoformat()
        query = {"storeId": STORE, "startDate": on, "endDate": on}
        summary: dict[str, Any] = self._ask("GET", "/store/dashboard", **query)["summary"]
        return summary

    def _ask(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        answer = requests.request(
            method, self._dashboard + path, params=query, json=body, headers=self._headers, timeout=_TIMEOUT_S
        )
        if not answer.ok:
            raise ProbeFailed(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()
