"""Which orders expire, how many at once, and as which event."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from emulator.documents import MemoryDocuments
from shared.documents.sweep import Span
from shared.domain.changes import OrderChange
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

    def page(self, created: Span, limit: int, after: int | None) -> tuple[list[UnpaidOrder], int | None]:
        since, until = created
        due = [n for n, at in enumerate(self.created_at) if at <= until and (since is None or since < at)]
        if due:
            self.limits.append(limit)
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


def run(
    orders: Waiting,
    *,
    now: datetime,
    most: int = 1000,
    topic: Topic | None = None,
    documents: MemoryDocuments | None = None,
) -> tuple[tuple[int, bool], list[str]]:
    """Return the outcome of a run and the orders that it expired."""
    topic, documents = topic or Topic(), documents or MemoryDocuments()
    outcome = expire_unpaid(orders, documents, lambda: topic, now=now, unpaid_after=DAY, most=most)
    return outcome, [event["orderId"] for events in topic.lists for event in events]


@pytest.fixture
def documents() -> MemoryDocuments:
    return MemoryDocuments()


@pytest.mark.parametrize(("after", "expired"), [(DAY, 1), (DAY - timedelta(microseconds=1), 0)])
def test_an_order_expires_a_day_after_its_creation(after: timedelta, expired: int) -> None:
    outcome, _ = run(Waiting([NOON]), now=NOON + after, most=10)
    assert outcome == (expired, False)


@pytest.mark.parametrize(
    ("waiting", "most", "outcome", "limits"),
    [
        (0, 1000, (0, False), []),
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
    orders = Waiting([NOON] * waiting)
    told, published = run(orders, now=NOON + DAY, most=most)
    assert (told, orders.limits) == (outcome, limits)
    assert published == [f"o-{n}" for n in range(outcome[0])]


def test_after_a_bounded_run_the_next_one_finds_what_is_left(documents: MemoryDocuments) -> None:
    orders = Waiting([NOON + timedelta(hours=n) for n in range(5)])
    now = NOON + 2 * DAY
    assert run(orders, now=now, most=3, documents=documents) == ((3, True), ["o-0", "o-1", "o-2"])
    orders.created_at[:3] = []
    assert run(orders, now=now, most=3, documents=documents)[0] == (2, False)
    assert run(orders, now=now, most=3, documents=documents)[0] == (0, False)


def test_what_was_found_is_published_again_until_the_search_moved_on(documents: MemoryDocuments) -> None:
    orders = Waiting([NOON])
    runs = [run(orders, now=NOON + DAY + n * timedelta(minutes=10), documents=documents) for n in range(4)]
    assert [outcome for outcome, _ in runs] == [(1, False)] * 3 + [(0, False)]


@pytest.mark.parametrize("age", [timedelta(days=8, seconds=1), timedelta(days=4000)])
def test_an_old_order_that_comes_in_late_expires_in_the_next_run(
    documents: MemoryDocuments, age: timedelta
) -> None:
    now = NOON + DAY
    assert run(Waiting([]), now=now, documents=documents)[0] == (0, False)
    assert run(Waiting([NOON - age]), now=now, documents=documents)[0] == (1, False)


def test_an_order_that_came_in_after_its_time_expires_within_a_day(documents: MemoryDocuments) -> None:
    assert run(Waiting([]), now=NOON + DAY, documents=documents)[0] == (0, False)
    late = Waiting([NOON - timedelta(days=2)])
    assert run(late, now=NOON + DAY, documents=documents)[0] == (0, False)
    assert run(late, now=NOON + 2 * DAY, documents=documents)[0] == (1, False)


def test_a_failure_ends_the_run_with_an_error() -> None:
    topic = Topic(failing_at=1)
    with pytest.raises(PublishFailed):
        run(Waiting([NOON] * 400), now=NOON + DAY, topic=topic)
    assert len(topic.lists) == 1


def test_the_event_is_of_the_moment_in_which_the_time_was_up_and_keeps_to_the_contract() -> None:
    event = expiry(an_order("o" * 200, store_id="s" * 200), DAY)
    change = decode(TOPIC, encode(event), NOON + DAY)
    assert isinstance(change, OrderChange)
    assert change.facts == facts(overdue=NOON + DAY)
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


def test_an_order_waits_from_its_creation_to_its_next_status() -> None:
    created = a_snapshot(created_at=NOON)
    assert facts(created).awaiting_since == NOON
    assert facts().awaiting_since is None
    assert facts(expired=NOON).awaiting_since is None
    later = datetime(2026, 11, 21, tzinfo=UTC)
    for status in ({"completed": later}, {"expired": later}, {"paid": later}, {"progressed": later}):
        assert facts(created, **status).awaiting_since is None
