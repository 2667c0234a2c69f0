"""How soon a basket knows its customer: from the mutation's answer to FOUND, and how much of that is ours."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import requests

_START = """mutation($storeId: String!) { startBasket(
  employeeId: 1, terminalId: "bench", customerIdentifier: "+1234567890", storeId: $storeId) { basketId } }"""
_FOLLOW = """query($storeId: String!, $basketId: String!) {
  basket(basketId: $basketId, storeId: $storeId) { lookupStatus } }"""
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketTimes:
    """Medians and 95th percentiles over warm cache hits, in milliseconds.

    `ours` is what the function needed; the rest is Pub/Sub's delivery, and asking for the result.
    """

    runs: int
    found_p50_ms: float
    found_p95_ms: float
    ours_p50_ms: float

    def lines(self) -> list[str]:
        """Return the result for a reader."""
        share = self.ours_p50_ms / self.found_p50_ms
        return [
            f"basket to FOUND on a cache hit: p50 {self.found_p50_ms:.0f} ms, p95 {self.found_p95_ms:.0f} ms"
            f" ({self.runs} baskets)",
            f"of that in the function:        p50 {self.ours_p50_ms:.0f} ms, a share of {share:.0%}",
        ]


def measure_baskets(urls: Mapping[str, str], token: str, logs: Path, *, runs: int = 60) -> BasketTimes:
    """Start baskets one after the other and wait for each.

    Args:
        urls: the addresses of the running stack.
        token: one that grants all stores.
        logs: the stack's folder of logs; the function's own times stand there.
        runs: how many baskets; a few more come first, unmeasured.
    """
    store_id, found_ms, baskets = f"bench-{uuid4().hex[:8]}", [], []
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        for _ in range(5):
            _find(session, urls["graphql"], store_id)
        for _ in range(runs):
            basket_id, took_ms = _find(session, urls["graphql"], store_id)
            baskets.append(basket_id)
            found_ms.append(took_ms)
    ours = _function_times(logs / "basket-started.log", set(baskets))
    return BasketTimes(
        runs=runs, found_p50_ms=median(found_ms), found_p95_ms=_p95(found_ms), ours_p50_ms=median(ours)
    )


def _find(session: requests.Session, url: str, store_id: str) -> tuple[str, float]:
    basket_id = _ask(session, url, _START, storeId=store_id)["startBasket"]["basketId"]
    began = time.perf_counter()
    while time.perf_counter() - began < _PATIENCE_S:
        if (
            _ask(session, url, _FOLLOW, storeId=store_id, basketId=basket_id)["basket"]["lookupStatus"]
            == "FOUND"
        ):
            return basket_id, (time.perf_counter() - began) * 1000
    raise TimeoutError(f"basket {basket_id} did not find its customer")


def _ask(session: requests.Session, url: str, query: str, **variables: str) -> Any:
    response = session.post(url, json={"query": query, "variables": variables}, timeout=30)
    response.raise_for_status()
    return response.json()["data"]


def _function_times(log: Path, baskets: set[str]) -> list[float]:
    lines = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line[:1] == "{")
    return [line["durationMs"] for line in lines if line.get("basketId") in baskets]


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
