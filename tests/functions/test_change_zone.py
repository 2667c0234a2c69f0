"""Moving a store to another time zone over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from shared import runtime
from shared.documents.paths import order_path
from tests.builders import an_event, an_order
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd, problem, wrong_fields
from tests.functions.messages import PubSub, push
from tests.functions.tokens import Issuer

Apps = dict[str, Flask]
LATE = "2026-11-01T01:00:00Z"


@pytest.fixture
def admins(apps: Apps, instance: Forget, issuer: Issuer) -> Crowd:  # noqa: ARG001
    return Crowd(apps["reconcile"], issuer)


@pytest.fixture
def stocked(apps: Apps, pubsub: PubSub, store_id: str, issuer: Issuer) -> Crowd:  # noqa: ARG001
    """Return the dashboard's users of a store in UTC with one order, in the first hours of November."""
    users = Crowd(apps["dashboard"], issuer)
    users.admin().send("PUT", f"/stores/{store_id}", settings("UTC"))
    push(apps["order_created"], "order-created", an_event(an_order(createdAt=LATE), storeId=store_id))
    return users


def settings(timezone: str) -> dict[str, Any]:
    return {"name": "Aurora", "timezone": timezone, "currency": "BRL"}


def orders_of(users: Crowd, store_id: str, month: str) -> int:
    answer = users.admin().get("/store/dashboard", storeId=store_id, year="2026", month=month)
    orders: int = answer.get_json()["summary"]["totalOrders"]
    return orders


def test_orders_move_to_the_month_of_the_new_zone(admins: Crowd, stocked: Crowd, store_id: str) -> None:
    assert (orders_of(stocked, store_id, "10"), orders_of(stocked, store_id, "11")) == (0, 1)
    asked = {"storeId": store_id, "timezone": "America/Sao_Paulo"}
    answer = admins.admin(stores=[store_id]).send("POST", "/timezone", asked).get_json()
    assert 0 < answer.pop("askAgainAfterSeconds") <= 120
    assert answer == asked | {"moved": 1, "finished": False}
    assert (orders_of(stocked, store_id, "10"), orders_of(stocked, store_id, "11")) == (1, 0)


def test_settings_can_not_move_a_store_with_orders_and_say_what_can(stocked: Crowd, store_id: str) -> None:
    answer = stocked.admin().send("PUT", f"/stores/{store_id}", settings("Asia/Tokyo"))
    assert "POST /timezone" in problem(answer, 409)["detail"]


def test_records_that_stay_behind_are_named(admins: Crowd, stocked: Crowd, store_id: str) -> None:  # noqa: ARG001
    path = order_path(store_id, "o-1")
    runtime.firestore().document(*path).update({"price": "seven"})
    asked = {"storeId": store_id, "timezone": "Asia/Tokyo"}
    answer = problem(admins.admin().send("POST", "/timezone", asked), 409)
    assert f"1 can't: {'/'.join(path)}: price: expected int" in answer["detail"]


def test_only_admins_of_the_store_may(admins: Crowd, stocked: Crowd, store_id: str) -> None:  # noqa: ARG001
    asked = {"storeId": store_id, "timezone": "Asia/Tokyo"}
    problem(admins.nobody().send("POST", "/timezone", asked), 401)
    problem(admins.somebody("*").send("POST", "/timezone", asked), 403)
    problem(admins.admin(stores=["another"]).send("POST", "/timezone", asked), 403)


def test_a_wrong_question_is_refused(admins: Crowd, stocked: Crowd, store_id: str) -> None:  # noqa: ARG001
    wrong = {"storeId": "", "timezone": "Mars/Olympus", "more": 1}
    assert wrong_fields(admins.admin().send("POST", "/timezone", wrong)) == set(wrong)
    problem(admins.admin().send("POST", "/timezone", {"storeId": "nowhere", "timezone": "UTC"}), 404)
