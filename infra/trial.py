"""A steady load of orders on deployed functions, and what came of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from infra.run_gcloud import Refused, run_gcloud
from infra.typical_orders import CHANGED, CREATED, CURRENCY, MONTH, OrderEvent, typical_order
from shared.adapters.pubsub import Publisher

PAID_AFTER_S = 2.0
SAMPLED_EACH_S = 2.0
SETTLED_WITHIN_S = 120.0

Logs = Callable[[datetime], Sequence[Mapping[str, Any]]]
"""Returns the functions' log lines "event handled" since then; raises `LogsUnread`."""


class LogsUnread(Exception):
    """The logs could not be read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A steady load: orders a second, each paid two seconds later, spread over so many stores."""

    name: str
    orders_s: float
    seconds: float
    stores: int = 1

    @property
    def orders(self) -> int:
        return round(self.orders_s * self.seconds)


@dataclass(slots=True, kw_only=True)
class Seen:
    """What came of a step.

    `trails` are seconds by which figures trailed; `wrong` is by how many orders all stores together are off.
    `handled` are milliseconds that an order's creation took; `waited` those that the oldest delta of a fold
    had waited.
    """

    trails: list[float] = field(default_factory=list)
    wrong: int = 0
    is_hot: bool = False
    handled: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)


class Trial:
    """Publishes to a project's topics, and asks its dashboard as an admin of all stores."""

    def __init__(self, project: str, dashboard: str, token: str, logs: Logs) -> None:
        self._publisher = Publisher(project)
        self._dashboard = dashboard.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._logs = logs

    def run(self, step: Step) -> Seen:
        """Publish the step's orders, sample how far figures trail, and wait until all are counted.

        Raises:
            LogsUnread: the orders are counted, but nobody knows how fast.
        """
        seen, since = Seen(), datetime.now(UTC)
        settings = {"name": "Experiment", "timezone": "UTC", "currency": CURRENCY}
        stores = [f"experiment-{uuid4().hex[:12]}" for _ in range(step.stores)]
        for store_id in stores:
            self._ask("PUT", f"/stores/{store_id}", settings)
        for published, sample in self._publish(step, stores):
            if sample:
                behind = published / step.stores - self._orders(stores[0])
                seen.trails.append(max(0.0, behind) * step.stores / step.orders_s)
        ends_at = time.monotonic() + SETTLED_WITHIN_S
        for n, store_id in enumerate(stores):
            expected = len(range(n, step.orders, step.stores))
            while (missing := expected - self._orders(store_id)) and time.monotonic() < ends_at:
                time.sleep(1.0)
            seen.wrong += abs(missing)
        listed = self._ask("GET", "/stores")["stores"]
        seen.is_hot = any(one["storeId"] == stores[0] and one.get("deferredAt") for one in listed)
        for line in self._logs(since):
            if line.get("function") == "order_created":
                seen.handled.append(line["durationMs"])
            elif line.get("function") == "fold" and line.get("deltas"):
                seen.waited.append(line["oldestDeltaMs"])
        return seen

    def _publish(self, step: Step, stores: Sequence[str]) -> Iterator[tuple[int, bool]]:
        """Publish at the step's rate; yield how many orders there were, and whether to sample now."""
        began, created, paid, sampled_at = time.monotonic(), 0, 0, 0.0
        while paid < step.orders:
            passed = time.monotonic() - began
            wanted = min(step.orders, int(passed * step.orders_s))
            payable = min(created, max(0, int((passed - PAID_AFTER_S) * step.orders_s)))
            new = [_order(n, stores) for n in range(created, wanted)]
            old = [_order(n, stores).completed() for n in range(paid, payable)]
            self._publisher.publish_all(CREATED, [(one.data(), {}) for one in new])
            self._publisher.publish_all(CHANGED, [(one.data(), {}) for one in old])
            created, paid = wanted, payable
            is_due = passed - sampled_at >= SAMPLED_EACH_S and created < step.orders
            sampled_at = passed if is_due else sampled_at
            yield created, is_due
            time.sleep(0.1)

    def _orders(self, store_id: str) -> int:
        year, month = MONTH.split("-")
        shown = self._ask("GET", f"/store/dashboard?storeId={store_id}&year={year}&month={int(month)}")
        return int(shown["summary"]["totalOrders"])

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        url = self._dashboard + path
        answer = requests.request(method, url, json=body, headers=self._headers, timeout=30)
        answer.raise_for_status()
        return answer.json()


def _order(number: int, stores: Sequence[str]) -> OrderEvent:
    return typical_order(number // len(stores), stores[number % len(stores)])


def cloud_logs(project: str) -> Logs:
    """Return what reads a project's log with gcloud."""

    def read(since: datetime) -> list[Mapping[str, Any]]:
        wanted = f'jsonPayload.message="event handled" AND timestamp>="{since.isoformat()}"'
        answer = run_gcloud(["logging", "read", wanted, f"--project={project}", "--limit=5000"])
        if isinstance(answer, Refused):
            raise LogsUnread(answer.words)
        return [entry["jsonPayload"] for entry in answer]

    return read


def local_logs(folder: Path) -> Logs:
    """Return what reads the log files of the local stack."""

    def read(since: datetime) -> list[Mapping[str, Any]]:
        texts = [text for path in folder.glob("*.log") for text in path.read_text().splitlines()]
        lines = [json.loads(text) for text in texts if '"event handled"' in text and text.startswith("{")]
        return [line for line in lines if datetime.fromisoformat(line["time"]) >= since]

    return read
