"""Sample orders in stores that no other test uses, sent to the stack and counted a second time."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import requests

from emulator.demo.questions import questions_about, whole_range
from emulator.recount import Event, differences, recount_customers, recount_returning
from emulator.samples import STORES, deliver, sample_events
from emulator.stack import LocalStack
from tests.patience import wait_for

_STILL_S = 60.0
"""Seconds without any movement after which what is missing is not coming."""

Answer = Mapping[str, Any]


class Scenario:
    """A few hundred orders of two stores, delivered late and repeatedly."""

    def __init__(self, stack: LocalStack, name: str, orders: int) -> None:
        self.stack = stack
        self.stores = [replace(store, store_id=f"{store.store_id}-{name}") for store in STORES]
        self.events = []
        for event in sample_events(datetime.now(UTC), orders=orders, seed=7):
            self.events.append(
                event._replace(data={**event.data, "storeId": f"{event.data['storeId']}-{name}"})
            )
        self._web = requests.Session()
        self._web.headers["Authorization"] = f"Bearer {stack.state.token}"

    def __enter__(self) -> Scenario:
        for store in self.stores:
            body = {"name": store.name, "timezone": store.timezone, "currency": store.currency}
            url = f"{self._url}/stores/{store.store_id}"
            self._web.put(url, json=body, timeout=30).raise_for_status()
        return self

    def __exit__(self, *_: object) -> None:
        self._web.close()

    def publish(self, *, late: float = 0.3, repeated: float = 0.3, in_lists_of: int = 0) -> None:
        """Send every event at least once, many late, many twice; perhaps several in a message."""
        by_topic = defaultdict(list)
        for message in deliver(self.events, seed=7, late=late, repeated=repeated).messages:
            by_topic[message.topic].append(message.data)
        for topic, events in by_topic.items():
            messages: list[Any] = events
            if in_lists_of:
                messages = [events[n : n + in_lists_of] for n in range(0, len(events), in_lists_of)]
            for start in range(0, len(messages), 100):
                self.stack.publish(topic, *messages[start : start + 100])

    def wait_until_counting(self) -> None:
        """Return once some orders are counted, and most are still under way."""
        wait_for(lambda: any(self._get(store.store_id)["summary"]["totalOrders"] for store in self.stores))

    def wait_until_exact(self, *, with_cards: bool = False) -> None:
        """Return once every answer equals the recount; fail once nothing has moved for a minute."""
        seen, moved = None, time.monotonic()
        while wrong := self._wrong(with_cards):
            if wrong != seen:
                seen, moved = wrong, time.monotonic()
            assert time.monotonic() - moved < _STILL_S, "\n".join(wrong[:20])
            time.sleep(0.5)

    def card(self, store_id: str, customer_id: str) -> requests.Response:
        """Return the answer for a customer's quick metrics."""
        url = f"{self._url}/store/customers/{quote(customer_id, safe='')}/metrics"
        return self._web.get(url, params={"storeId": store_id}, timeout=30)

    def _wrong(self, with_cards: bool) -> list[str]:
        """Return what is wrong with the first answer that is not right."""
        events, now = self.events, datetime.now(UTC)
        for store in self.stores:
            for question in [whole_range(store, now), *questions_about(store, now)]:
                answer = self._get(store.store_id, question.query)
                if wrong := differences(question.expected(events, now), answer):
                    return [f"{store.store_id} {question.title}: {line}" for line in wrong]
            everything = whole_range(store, now)
            expected = recount_returning(
                events, store_id=store.store_id, timezone=store.timezone, period=everything.period
            )
            answer = self._get(store.store_id, everything.query, "returning-customers")
            if wrong := differences(expected, answer):
                return [f"{store.store_id} returning customers: {line}" for line in wrong]
            if with_cards and (wrong := self._wrong_cards(events, store.store_id, store.currency)):
                return wrong
        return []

    def _wrong_cards(self, events: Sequence[Event], store_id: str, currency: str) -> list[str]:
        wrong = []
        for customer_id, expected in recount_customers(events, store_id=store_id, currency=currency).items():
            response = self.card(store_id, customer_id)
            card = dict(response.json(parse_float=Decimal))
            for name in ("firstOrderAt", "lastOrderAt"):
                card[name] = card.get(name) and datetime.fromisoformat(card[name])
            got = {name: card.get(name) for name in expected}
            if got != expected:
                wrong.append(
                    f"{store_id} {customer_id}: expected {expected}, got {response.status_code} {got}"
                )
        return wrong

    def _get(
        self, store_id: str, query: Mapping[str, str] | None = None, figures: str = "dashboard"
    ) -> Answer:
        url, parameters = f"{self._url}/store/{figures}", {"storeId": store_id, **(query or {})}
        response = self._web.get(url, params=parameters, timeout=30)
        response.raise_for_status()
        answer: Answer = response.json()
        return answer

    @property
    def _url(self) -> str:
        return self.stack.state.urls["dashboard"]
