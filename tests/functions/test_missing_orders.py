"""Orders of which only statuses are known: counted by each run, and listed with their age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.functions.dashboard_client import Crowd, problem, wrong_fields
from tests.functions.messages import AT, PubSub, an_old_creation, an_old_order, an_old_status, push

PATH = "/store/missing-orders"
Apps = dict[str, Flask]


@pytest.fixture(autouse=True)
def status_topic(pubsub: PubSub) -> None:
    pubsub.open("order-status-changed")


def reach(apps: Apps, store_id: str, order_id: str, status: str | int, at: str = AT) -> None:
    event = an_old_status(store_id, status, orderId=order_id, eventId=f"{order_id} {status}")
    answer = push(apps["order_status_changed"], "order-status-changed", event | {"occurredAt": at})
    assert answer.status_code == 200


def missing(crowd: Crowd, store_id: str, **query: Any) -> Any:
    return crowd.admin([store_id]).get(PATH, storeId=store_id, **query).get_json()


def counted(apps: Apps) -> Any:
    return apps["expire_unpaid"].test_client().post("/").get_json()["missingOrders"]


def test_an_order_is_missing_until_its_creation_comes(apps: Apps, crowd: Crowd, store_id: str) -> None:
    reach(apps, store_id, "o-1", "COMPLETED", "2024-05-20T13:00:00Z")
    reach(apps, store_id, "o-1", 5)
    (order,) = missing(crowd, store_id)["orders"]
    age_s = (datetime.now(UTC) - datetime(2024, 5, 20, 12, tzinfo=UTC)).total_seconds()
    assert age_s - 3600 < order.pop("ageSeconds") <= age_s
    statuses = {"COMPLETED": "2024-05-20T13:00:00Z"}
    assert order == {"orderId": "o-1", "since": AT, "statuses": statuses}
    assert counted(apps) == 1
    push(apps["order_created"], "order-created", an_old_creation(store_id, an_old_order("o-1")))
    nothing: dict[str, Any] = {"count": 0, "complete": True, "orders": [], "nextCursor": None}
    assert missing(crowd, store_id) == nothing
    assert counted(apps) == 0


def test_a_creation_may_be_an_hour_late_before_it_is_counted(apps: Apps, crowd: Crowd, store_id: str) -> None:
    just_now = (datetime.now(UTC) - timedelta(minutes=50)).isoformat()
    reach(apps, store_id, "o-1", "PAID", just_now)
    assert missing(crowd, store_id)["count"] == 1
    assert counted(apps) == 0


def test_missing_orders_come_in_pages_the_oldest_first(apps: Apps, crowd: Crowd, store_id: str) -> None:
    for n in range(5):
        reach(apps, store_id, f"o/{n}", 3, f"2024-05-2{5 - n // 2}T12:00:00Z")
    reach(apps, "another", "o-1", 3)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = missing(crowd, store_id, limit=2, **cursor)
        seen += [order["orderId"] for order in page["orders"]]
        cursor = {"cursor": page["nextCursor"]}
        assert (page["count"], page["complete"]) == (5, True)
    assert seen == ["o/4", "o/2", "o/3", "o/0", "o/1"]
    assert page["nextCursor"] is None


def test_missing_orders_are_for_admins_of_the_store(crowd: Crowd, store_id: str) -> None:
    for asker in (crowd.admin(["other"]), crowd.somebody([store_id])):
        problem(asker.get(PATH, storeId=store_id), 403)
    assert wrong_fields(crowd.admin([store_id]).get(PATH, storeId=store_id, cursor="x")) == {"cursor"}
