"""Which orders expire, how many at once, and as which event."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.changes import OrderChange
from shared.domain.order import Status
from shared.errors import PublishFailed
from shared.messages.decode import decode
from shared.messages.publishing import encode
from shared.payments.expire_unpaid import TOPIC, UnpaidOrder, expire_unpaid, expiry
from tests.builders import NOON, a_snapshot, facts

DAY = timedelta(hours=24)


class Waiting:
    """Orders that wait, oldest first, and the pages that were asked for."""

    def __init__(self, created_at: Sequence[datetime]) -> None:
        self.created_at = sorted(created_at)
        self.limits: list[int] = []

    def page(
        self, created_until: datetime, limit: int, after: int | None
    ) -> tuple[list[UnpaidOrder], int | None]:
        self.limits.append(limit)
        due = [n for n, at in enumerate(self.created_at) if at <= created_until]
        start = 0 if after is None else after
        found = [an_order(f"o-{n}", self.created_at[n]) for n in due[start : start + limit]]
        return found, start + limit if len(due) > start + limit else None


class Topic:
    """What was published; fails from the given list on."""

    def __init__(self, failing_at: int | None = None) -> None:
        self.lists: list[list[dict[str, str]]] = []
        self._failing_at = failing_at

    def publish_all(self, topic: str, messages: Sequence[tuple[bytes, Mapping[str, str]]]) -> None:
        assert topic == TOPIC
        if len(self.lists) == self._failing_at:
            raise PublishFailed("not now")
        self.lists.append([json.loads(data) for data, _ in messages])


def an_order(order_id: str = "o-1", created_at: datetime = NOON, store_id: str = "s-1") -> UnpaidOrder:
    return UnpaidOrder(store_id=store_id, order_id=order_id, created_at=created_at)


@pytest.mark.parametrize(("after", "expired"), [(DAY, 1), (DAY - timedelta(microseconds=1), 0)])
def test_an_order_expires_a_day_after_its_creation(after: timedelta, expired: int) -> None:
    topic = Topic()
    outcome = expire_unpaid(Waiting([NOON]), lambda: topic, now=NOON + after, unpaid_after=DAY, most=10)
    assert outcome == (expired, False)


@pytest.mark.parametrize(
    ("waiting", "most", "outcome", "limits"),
    [
        (0, 1000, (0, False), [300]),
        (300, 1000, (300, False), [300]),
        (301, 1000, (301, False), [300, 300]),
        (650, 1000, (650, False), [300, 300, 300]),
        (1000, 1000, (1000, False), [300, 300, 300, 100]),
        (1001, 1000, (1000, True), [300, 300, 300, 100]),
        (5, 2, (2, True), [2]),
        (2, 2, (2, False), [2]),
    ],
)
def test_a_run_is_bounded_and_says_whether_more_are_left(
    waiting: int, most: int, outcome: tuple[int, bool], limits: list[int]
) -> None:
    orders, topic = Waiting([NOON] * waiting), Topic()
    assert expire_unpaid(orders, lambda: topic, now=NOON + DAY, unpaid_after=DAY, most=most) == outcome
    assert orders.limits == limits
    published = [event["orderId"] for events in topic.lists for event in events]
    assert published == [f"o-{n}" for n in range(outcome[0])]


def test_a_failure_ends_the_run_with_an_error() -> None:
    topic = Topic(failing_at=1)
    with pytest.raises(PublishFailed):
        expire_unpaid(Waiting([NOON] * 400), lambda: topic, now=NOON + DAY, unpaid_after=DAY, most=1000)
    assert len(topic.lists) == 1


def test_the_event_is_of_the_moment_in_which_the_time_was_up_and_keeps_to_the_contract() -> None:
    event = expiry(an_order("o" * 200, store_id="s" * 200), DAY)
    change = decode(TOPIC, encode(event), NOON + DAY)
    assert isinstance(change, OrderChange)
    assert change.facts.statuses == {Status.EXPIRED: NOON + DAY}
    assert expiry(an_order("o" * 200, store_id="s" * 200), DAY) == event


def test_every_order_has_an_event_id_of_its_own() -> None:
    orders = [
        an_order("o-1", store_id="s-1"),
        an_order("o-1", store_id="s-2"),
        an_order("o-2", store_id="s-1"),
        an_order("o-1", NOON + timedelta(seconds=1)),
        an_order("1", store_id="s-1o-"),
    ]
    assert len({expiry(order, DAY)["eventId"] for order in orders}) == len(orders)


def test_an_order_waits_from_its_creation_to_its_first_final_status() -> None:
    created = a_snapshot(created_at=NOON)
    assert facts(created).awaiting_since == NOON
    assert facts().awaiting_since is None
    assert facts(expired=NOON).awaiting_since is None
    later = datetime(2026, 11, 21, tzinfo=UTC)
    for status in ({"completed": later}, {"expired": later}, {"refunded": later}):
        assert facts(created, **status).awaiting_since is None
