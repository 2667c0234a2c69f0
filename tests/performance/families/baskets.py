"""How soon a basket knows its customer: from the mutation's answer to FOUND, and our function's share."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from tests.performance.place import Place
from tests.performance.rounds import compared, percentiles, take_turns
from tests.performance.rows import Row

_START = """mutation($storeId: String!) { startBasket(
  employeeId: 1, terminalId: "bench", customerIdentifier: "+1234567890", storeId: $storeId) { basketId } }"""
_FOLLOW = """query($storeId: String!, $basketId: String!) {
  basket(basketId: $basketId, storeId: $storeId) { lookupStatus } }"""
_PATIENCE_S = 30.0
_BOUND = "Pub/Sub's delivery, and asking for the result"


def measure_baskets(place: Place) -> list[Row]:
    """Start baskets one after the other and wait for each; every lookup but the first is a cache hit."""
    store_id, baskets = f"bench-{uuid4().hex[:8]}", set[str]()
    each = -(-place.sizes.baskets // place.sizes.rounds)
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {place.state.token}"

        def run(number: int) -> list[float]:
            found = [_find(session, place.state.urls["graphql"], store_id) for _ in range(each)]
            baskets.update(basket_id for basket_id, _ in found if number)
            return [took_ms for _, took_ms in found]

        found = take_turns({"baskets": run}, place.sizes.rounds, tell=place.tell)["baskets"]
    ours = _function_times(place.logs / "basket-started.log", baskets)
    rows = []
    for percent in (50, 95):
        name, [own] = f"basket to its customer, p{percent}", percentiles([ours], percent)
        rows.append(compared(name, "ms", percentiles(found, percent), bound=_BOUND))
        rows.append(Row(name=f"of that in the function, p{percent}", value=own, unit="ms"))
    return rows


def _find(session: requests.Session, url: str, store_id: str) -> tuple[str, float]:
    basket_id = _ask(session, url, _START, storeId=store_id)["startBasket"]["basketId"]
    began = time.perf_counter()
    while time.perf_counter() - began < _PATIENCE_S:
        basket = _ask(session, url, _FOLLOW, storeId=store_id, basketId=basket_id)["basket"]
        if basket["lookupStatus"] == "FOUND":
            return basket_id, (time.perf_counter() - began) * 1000
    raise TimeoutError(f"basket {basket_id} did not find its customer")


def _ask(session: requests.Session, url: str, query: str, **variables: str) -> Any:
    response = session.post(url, json={"query": query, "variables": variables}, timeout=30)
    response.raise_for_status()
    return response.json()["data"]


def _function_times(log: Path, baskets: set[str]) -> list[float]:
    lines = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line[:1] == "{")
    return [line["durationMs"] for line in lines if line.get("basketId") in baskets]
