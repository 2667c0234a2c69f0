"""Three thousand mangled messages: each is applied, and counts exactly, or kept with its reason."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

import pytest
from flask import Flask

from emulator.recount import Event, Period, differences, recount_dashboard
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd
from tests.functions.mangled import mangled
from tests.functions.messages import Message, PubSub, push

MESSAGES = 3_000
YEAR = Period.days(date(2024, 1, 1), date(2024, 12, 31))
SETTINGS = {"name": "Shop", "timezone": "Asia/Tokyo", "currency": "BRL"}


class Outcomes(logging.Handler):
    """What became of each event."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if hasattr(record, "outcome"):
            self.seen.append(record.outcome)


@pytest.mark.timeout(600)
def test_every_mangled_message_is_applied_or_kept_and_a_replay_makes_the_numbers_exact(
    apps: dict[str, Flask], crowd: Crowd, pubsub: PubSub, instance: Forget, store_id: str
) -> None:
    instance()
    outcomes = Outcomes()
    logging.getLogger("tillpulse").addHandler(outcomes)
    admin, wrong_id = crowd.admin(), f"{store_id}-wrong"
    assert admin.send("PUT", f"/stores/{store_id}", SETTINGS).status_code == 201
    assert admin.send("PUT", f"/stores/{wrong_id}", SETTINGS | {"currency": "USD"}).status_code == 201

    applied: list[Event] = []
    for topic, data in mangled(Random(1), [store_id, wrong_id], MESSAGES):  # noqa: S311 - not a secret
        _deliver(apps, outcomes, applied, topic, data)
    letters = _take_all(pubsub)
    assert len(applied) + len(letters) == MESSAGES
    assert min(len(applied), len(letters)) > MESSAGES // 10
    assert all(letter.attributes["reason"] for letter in letters)
    assert _wrong(crowd, store_id, applied) == []

    assert admin.send("PUT", f"/stores/{wrong_id}", SETTINGS).status_code == 200
    for letter in letters:
        if "expected the store's USD, got BRL" in letter.attributes["reason"]:
            _deliver(apps, outcomes, applied, letter.attributes["sourceTopic"], letter.data)
    assert _take_all(pubsub) == []
    assert _wrong(crowd, wrong_id, applied) == []


def _deliver(
    apps: dict[str, Flask], outcomes: Outcomes, applied: list[Event], topic: str, data: bytes
) -> None:
    assert push(apps[topic.replace("-", "_")], topic, data=data).status_code == 200, data
    if outcomes.seen[-1] != "dead_letter":
        applied.append((topic, json.loads(data, parse_float=Decimal)))


def _take_all(pubsub: PubSub) -> list[Message]:
    letters: list[Message] = []
    while found := pubsub.take("dead-letters"):
        letters += found
    return letters


def _wrong(crowd: Crowd, store_id: str, applied: list[Event]) -> list[str]:
    now = datetime.now(UTC)
    expected = recount_dashboard(
        applied, store_id=store_id, timezone="Asia/Tokyo", currency="BRL", period=YEAR, now=now
    )
    query = {"storeId": store_id, "startDate": "2024-01-01", "endDate": "2024-12-31"}
    answer = crowd.admin().get("/store/dashboard", **query)
    assert expected["summary"]["totalOrders"] > 10
    return differences(expected, answer.get_json())
