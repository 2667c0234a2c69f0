"""How soon a basket knows its customer, and how many calls of the customer API that takes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from emulator.customer_api.customers import CUSTOMERS, IDENTIFIERS
from infra.typical_orders import CREATED
from tests.performance.load import creations
from tests.performance.messages import Pushes
from tests.performance.place import Place
from tests.performance.rounds import compared, percentiles, take_turns
from tests.performance.rows import Row, Target
from tests.played_api import PlayedApi

_START = """mutation($storeId: String!, $given: String!) { startBasket(
  employeeId: 1, terminalId: "bench", customerIdentifier: $given, storeId: $storeId) { basketId } }"""
_FOLLOW = """query($storeId: String!, $basketId: String!) {
  basket(basketId: $basketId, storeId: $storeId) { lookupStatus } }"""
_PATIENCE_S = 30.0
_PAUSE_S = 0.005
"""Between two questions. Who asks without any takes the processors that the answer needs."""

_VISITS = 20
"""Of each customer within the time that an answer is fresh."""

_STRANGERS = 20
"""Customers that are looked up once: each is a miss."""

_BOUND = "Pub/Sub's delivery, and asking for the result"


def measure_baskets(place: Place) -> list[Row]:
    """Start baskets one after the other and wait for each.

    First those of one customer, so that every lookup but the first is a hit; then those of the five
    customers, each by all identifiers in turn; then those of nobody known: every lookup is a miss.
    """
    store_id, baskets = f"bench-{uuid4().hex[:8]}", set[str]()
    many = f"{store_id}-many"
    with Pushes(place, CREATED) as pushes:  # a store that has orders is remembered, as any till's is
        pushes.push_all([*creations(store_id, "o", 1), *creations(many, "o", 1)])
    url, api = place.state.urls["graphql"], PlayedApi(place.state.urls["externalApi"])
    each = -(-place.sizes.baskets // place.sizes.rounds)
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {place.state.token}"

        def run(number: int) -> list[float]:
            found = [_find(session, url, store_id, CUSTOMERS[0]["phone"]) for _ in range(each)]
            baskets.update(basket_id for basket_id, _ in found if number)
            return [took_ms for _, took_ms in found]

        found = take_turns({"baskets": run}, place.sizes.rounds, tell=place.tell)["baskets"]
        place.tell("baskets of returning customers, and of strangers")
        before = api.calls
        visits = [_find(session, url, many, given)[0] for given in _visits()]
        calls = api.calls - before
        strangers = [_find(session, url, store_id, f"CARD-9{n:03}")[0] for n in range(_STRANGERS)]
    handled = _handled(place.logs / "basket-started.log")
    ours = [line["durationMs"] for line in handled if line["basketId"] in baskets]
    rows = []
    for percent in (50, 95):
        name, [own] = f"basket to its customer, p{percent}", percentiles([ours], percent)
        rows.append(compared(name, "ms", percentiles(found, percent), bound=_BOUND))
        rows.append(Row(name=f"of that in the function, p{percent}", value=own, unit="ms"))
    return [*rows, *lookup_rows(handled, {*visits, *strangers}, len(visits), calls)]


def lookup_rows(
    handled: Iterable[Mapping[str, Any]], baskets: set[str], visits: int, calls: int
) -> list[Row]:
    """Return what is promised of lookups.

    Args:
        handled: the function's log lines about baskets.
        baskets: those that count for the times.
        visits: baskets of returning customers.
        calls: calls of the customer API for them.
    """
    rows = [
        Row(
            name=f"baskets without a call, {len(CUSTOMERS)} customers, each back {_VISITS} times",
            value=100 * (visits - calls) / visits,
            unit="%",
            target=Target(sense=">=", limit=90),
            bound="how often customers come back while an answer is fresh",
        )
    ]
    for name, source, limit in (("hit", "cache", 10), ("miss", "api", 500)):
        took = [
            line["durationMs"] for line in handled if line["basketId"] in baskets and line["source"] == source
        ]
        [value] = percentiles([took], 95)
        rows.append(
            Row(
                name=f"a {name} in the function, p95",
                value=value,
                unit="ms",
                target=Target(sense="<=", limit=limit),
                bound="the emulators" if name == "hit" else "the emulators, and the mock's answer",
            )
        )
    return rows


def _visits() -> Iterable[str]:
    """Yield what customers give at the till, visit by visit: each time another identifier."""
    fields: Sequence[str] = [*IDENTIFIERS.values()]
    for n in range(_VISITS):
        for customer in CUSTOMERS:
            yield customer[fields[n % len(fields)]]


def _find(session: requests.Session, url: str, store_id: str, given: str) -> tuple[str, float]:
    basket_id = _ask(session, url, _START, storeId=store_id, given=given)["startBasket"]["basketId"]
    began = time.perf_counter()
    while time.perf_counter() - began < _PATIENCE_S:
        basket = _ask(session, url, _FOLLOW, storeId=store_id, basketId=basket_id)["basket"]
        if basket["lookupStatus"] in ("FOUND", "NOT_FOUND"):
            return basket_id, (time.perf_counter() - began) * 1000
        time.sleep(_PAUSE_S)
    raise TimeoutError(f"the lookup for basket {basket_id} did not end")


def _ask(session: requests.Session, url: str, query: str, **variables: str) -> Any:
    response = session.post(url, json={"query": query, "variables": variables}, timeout=30)
    response.raise_for_status()
    return response.json()["data"]


def _handled(log: Path) -> list[dict[str, Any]]:
    lines = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line[:1] == "{")
    return [line for line in lines if "basketId" in line]
