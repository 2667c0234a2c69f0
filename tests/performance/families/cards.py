"""A customer's card from the cache, against an empty function and against the cache by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

import requests
from valkey import Valkey

from infra.typical_orders import CREATED
from tests.performance.load import creations
from tests.performance.place import EMPTY_HTTP, Place
from tests.performance.rounds import compared, percentiles, take_turns, timed_each
from tests.performance.rows import Row, Target

_CARD, _EMPTY, _GET = "cached card", "empty HTTP function", "Valkey GET"
_HIT = {"X-Cache": "HIT"}
_CARD_BYTES = 600
_PATIENCE_S = 30.0
_BOUND = "one Python process serves it: HTTP, JSON, one command to Valkey"


def measure_cards(place: Place) -> list[Row]:
    """Return p50 and p95 of a cache hit, in milliseconds, against both."""
    with requests.Session() as session, Valkey.from_url(place.state.valkey_url) as valkey:
        valkey.set("bench", b"x" * _CARD_BYTES)
        asked: dict[str, Callable[[], object]] = {
            _CARD: _card(place, session),
            _EMPTY: lambda: _get(session, f"{place.state.urls[EMPTY_HTTP]}/", {}),
            _GET: lambda: valkey.get("bench"),
        }
        contenders = {name: timed_each(ask, place.sizes.requests) for name, ask in asked.items()}
        times = take_turns(contenders, place.sizes.rounds, tell=place.tell)
    return [
        compared(
            f"{_CARD}, p{percent}", "ms", percentiles(times[_CARD], percent),
            (rival, percentiles(times[rival], percent)),
            target=Target(sense="<=", limit=1.5) if rival == _EMPTY else None, bound=_BOUND,
        )
        for rival in (_EMPTY, _GET)
        for percent in (50, 95)
    ]  # fmt: skip


def _card(place: Place, session: requests.Session) -> Callable[[], object]:
    """Wait until a customer has a card; return what asks for it and insists on a cache hit."""
    store_id = f"cards-{uuid4().hex[:8]}"
    [order] = creations(store_id, "o", 1)
    place.stack.publish(CREATED, order.wire())
    session.headers["Authorization"] = f"Bearer {place.state.token}"
    path = f"/store/customers/{order.customer_id}/metrics?storeId={store_id}"
    url = place.state.urls["dashboard"] + path
    deadline = time.monotonic() + _PATIENCE_S
    while (answer := session.get(url, timeout=30)).status_code == HTTPStatus.NOT_FOUND:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url}: {answer.text}")
        time.sleep(0.2)
    return lambda: _get(session, url, _HIT)


def _get(session: requests.Session, url: str, headers: dict[str, str]) -> None:
    answer = session.get(url, timeout=30)
    answer.raise_for_status()
    if any(answer.headers.get(name) != value for name, value in headers.items()):
        raise RuntimeError(f"{url}: expected {headers}, got {answer.headers}")
