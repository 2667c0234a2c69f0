"""Publish an order to a store of its own, see it counted, and take it back, as a sale would go."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import uuid4

import requests

STORE = "smoke"
NAME = "Smoke"
TIMEZONE = "UTC"
PRICE = "1.00"
CURRENCY = "USD"
WITHIN_S = 120.0
"""A first event may start an instance, which may wait for its network."""

_TIMEOUT_S = 30

Publish = Callable[[str, bytes], None]
"""Publishes data to a topic, and returns once Pub/Sub has it."""


class ProbeFailed(Exception):
    """What was published was not seen; the text says what was."""


class Reads(Protocol):
    """Where the probe looks for its sale."""

    def create_store(self) -> None:
        """Create the probe's store, unless there is one."""

    def figures(self, day: date) -> Mapping[str, Any]:
        """Return the summary of the probe's store for a day, as the dashboard's API shows it."""


class Dashboard:
    """The dashboard's API, asked as an admin of the probe's store.

    Args:
        url: its address.
        token: a bearer token with the role admin for the store "smoke".
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def create_store(self) -> None:
        self._ask("PUT", f"/stores/{STORE}", {"name": NAME, "timezone": TIMEZONE, "currency": CURRENCY})

    def figures(self, day: date) -> Mapping[str, Any]:
        query = {"storeId": STORE, "startDate": day.isoformat(), "endDate": day.isoformat()}
        summary: Mapping[str, Any] = self._ask("GET", "/store/dashboard", **query)["summary"]
        return summary

    def _ask(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        answer = requests.request(
            method, self._url + path, params=query, json=body, headers=self._headers, timeout=_TIMEOUT_S
        )
        if not answer.ok:
            raise ProbeFailed(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()


def probe(reads: Reads, publish: Publish) -> float:
    """Let one sale come and go; return after how many seconds it was seen.

    Args:
        reads: where it is looked for.
        publish: publishes to the deployed topics.

    Raises:
        ProbeFailed: the sale was not seen, or is not gone, or nobody may look.
    """
    reads.create_store()
    order_id, now = f"o-{uuid4().hex}", datetime.now(UTC)
    before = reads.figures(now.date())
    began = time.monotonic()
    order: dict[str, Any] = {
        "orderId": order_id, "customerId": None, "createdAt": now.isoformat(), "price": PRICE,
        "currency": CURRENCY, "couponCode": None, "items": [],
    }  # fmt: skip
    _send(publish, "order-created", now, order=order)
    _send(publish, "order-status-changed", now, orderId=order_id, status="COMPLETED")
    sold = round(before["totalSales"] + float(PRICE), 2)
    _wait(reads, now.date(), {"totalOrders": before["totalOrders"] + 1, "totalSales": sold})
    took_s = time.monotonic() - began
    _send(publish, "order-status-changed", datetime.now(UTC), orderId=order_id, status="REFOUNDED")
    _wait(reads, now.date(), {"totalSales": before["totalSales"]})
    return took_s


def _send(publish: Publish, topic: str, at: datetime, **body: Any) -> None:
    event = {"eventId": uuid4().hex, "occurredAt": at.isoformat(), "storeId": STORE, **body}
    publish(topic, json.dumps(event).encode())


def _wait(reads: Reads, day: date, expected: dict[str, Any]) -> None:
    ends_at = time.monotonic() + WITHIN_S
    while not expected.items() <= (shown := reads.figures(day)).items():
        if time.monotonic() > ends_at:
            got = {name: shown[name] for name in expected}
            raise ProbeFailed(f"after {WITHIN_S:.0f} s, expected {expected} of store {STORE!r}, got {got}")
        time.sleep(0.2)
