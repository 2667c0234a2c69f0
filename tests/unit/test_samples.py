"""The sample orders: the same every time, within the contract, and rich in cases."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from emulator.recount import Period, recount_dashboard
from emulator.samples import DAYS, STORES, SampleEvent, SampleStore, deliver, sample_events

NOW = datetime(2026, 11, 20, 16, tzinfo=UTC)


@cache
def samples() -> tuple[SampleEvent, ...]:
    return tuple(sample_events(NOW))


def bodies(topic: str) -> list[Any]:
    return [event.data for event in samples() if event.topic == topic]


def orders_of(store: SampleStore) -> list[Any]:
    return [data["order"] for data in bodies("order-created") if data["storeId"] == store.store_id]


def histories() -> list[list[str | int]]:
    """Return each order's final statuses by name, in the order of time."""
    names: dict[Any, str] = {8: "COMPLETED", 9: "EXPIRED", 10: "REFOUNDED", "REFUNDED": "REFOUNDED"}
    known: dict[str, list[str | int]] = {}
    for data in bodies("order-status-changed"):
        known.setdefault(data["orderId"], []).append(names.get(data["status"], data["status"]))
    return list(known.values())


def test_the_same_seed_gives_the_same_events() -> None:
    assert sample_events(NOW) == list(samples())


def test_another_seed_gives_other_events() -> None:
    assert sample_events(NOW, seed=2) != list(samples())


def test_later_the_same_day_nothing_is_changed_and_only_news_is_added() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    later = sample_events(noon + timedelta(hours=2, minutes=30))
    assert sample_events(noon) == [event for event in later if event.occurred_at <= noon]


def test_no_event_lies_in_the_future_and_time_runs_forward() -> None:
    times = [event.occurred_at for event in samples()]
    assert times == sorted(times)
    assert times[-1] <= NOW


def test_event_ids_are_unique() -> None:
    assert Counter(event.data["eventId"] for event in samples()).most_common(1)[0][1] == 1


def test_there_are_about_as_many_orders_as_asked_for_over_all_the_days() -> None:
    assert 1900 <= len(bodies("order-created")) <= 2000
    for store in STORES:
        zone = ZoneInfo(store.timezone)
        days = [
            datetime.fromisoformat(order["createdAt"]).astimezone(zone).date() for order in orders_of(store)
        ]
        assert NOW.astimezone(zone).date() - min(days) < timedelta(days=DAYS)
        assert len(set(days)) >= DAYS - 2


def test_every_snapshot_keeps_the_contract() -> None:
    for event in samples():
        order = event.data.get("order")
        if order is None:
            continue
        assert 1 <= len(order["items"]) <= 8
        assert len({item["productId"] for item in order["items"]}) == len(order["items"])
        assert all(len(item["imgCardUrl"] or "") <= 2000 for item in order["items"])
        assert all("total" in item for item in order["items"]) or len(order["items"]) == 1
        assert Decimal(str(order["price"])) > 0


@pytest.mark.parametrize(("number", "decimals"), [(0, 2), (1, 0)])
def test_amounts_have_the_decimals_of_the_currency(number: int, decimals: int) -> None:
    prices = [Decimal(str(order["price"])) for order in orders_of(STORES[number])]
    assert {price.as_tuple().exponent for price in prices} == {-decimals}


def test_pictures_need_no_network_and_some_products_have_none() -> None:
    pictures = [product.picture for store in STORES for product in store.products]
    assert None in pictures
    assert all(picture.startswith("data:image/svg+xml,") for picture in pictures if picture)


@pytest.mark.parametrize(
    "story",
    [
        ["COMPLETED"],
        ["EXPIRED"],
        ["EXPIRED", "COMPLETED"],
        ["COMPLETED", "REFOUNDED"],
        ["COMPLETED", "REFOUNDED", "COMPLETED"],
        [3, "REFOUNDED"],
        [3, "COMPLETED", 5],
    ],
    ids=str,
)
def test_every_story_is_told(story: list[str | int]) -> None:
    assert story in histories()


def test_statuses_come_in_every_spelling() -> None:
    written = {data["status"] for data in bodies("order-status-changed")}
    assert written == {"CREATED", "COMPLETED", "EXPIRED", "REFOUNDED", "REFUNDED", 3, 5, 6, 8, 9, 10}


def test_some_orders_are_amended_afterwards() -> None:
    first = {data["order"]["orderId"]: data["order"] for data in bodies("order-created")}
    told = [data["order"] for data in bodies("order-status-changed") if "order" in data]
    amended = [order for order in told if order != first[order["orderId"]]]
    assert any(len(order["items"]) < len(first[order["orderId"]]["items"]) for order in amended)
    assert len(amended) < len(told)


def test_a_few_customers_are_loyal_and_many_come_once() -> None:
    for store in STORES:
        visits = Counter(order["customerId"] for order in orders_of(store))
        assert visits.pop(None) > 50
        assert visits.most_common(1)[0][1] >= 10
        assert list(visits.values()).count(1) > len(visits) / 2


def test_most_customers_confirm_after_they_registered_and_some_registered_long_ago() -> None:
    registered = {data["customerId"] for data in bodies("customer-registered")}
    confirmations = bodies("email-confirmed")
    assert 0.7 < len(confirmations) / len(registered) < 1
    for data in confirmations:
        assert datetime.fromisoformat(data["registeredAt"]) < datetime.fromisoformat(data["occurredAt"])
    assert samples()[0].occurred_at < NOW - timedelta(days=DAYS + 30)
    assert {data["customerId"] for data in confirmations} - registered, "a confirmation without registration"


def test_a_day_in_the_wrong_time_zone_shows() -> None:
    for store in STORES:
        local, utc = (
            recount_dashboard(
                samples(),
                store_id=store.store_id,
                timezone=zone,
                currency=store.currency,
                period=Period.month(2026, 10),
                now=NOW,
            )
            for zone in (store.timezone, "UTC")
        )
        assert local["summary"] != utc["summary"]


def test_the_last_weeks_are_busier_than_the_first() -> None:
    for store in STORES:
        times = [datetime.fromisoformat(order["createdAt"]) for order in orders_of(store)]
        first = [at for at in times if at < NOW - timedelta(days=DAYS - 21)]
        last = [at for at in times if at > NOW - timedelta(days=21)]
        assert len(last) > len(first)


def test_a_delivery_leaves_nothing_out_and_repeats_some() -> None:
    delivery = deliver(samples())
    counts = Counter(event.data["eventId"] for event in delivery.messages)
    assert set(counts) == {event.data["eventId"] for event in samples()}
    assert Counter(counts.values())[2] == delivery.repeated > 0
    assert len(delivery.messages) == len(samples()) + delivery.repeated
    assert delivery.late > 0
    times = [event.occurred_at for event in delivery.messages]
    assert times != sorted(times)
    assert deliver(samples()) == delivery


def test_a_delivery_may_be_left_in_order() -> None:
    assert deliver(samples(), late=0, repeated=0).messages == samples()


def test_every_event_can_be_sent_as_json() -> None:
    assert [json.loads(json.dumps(event.data)) for event in samples()] == [e.data for e in samples()]
