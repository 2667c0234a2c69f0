"""Making and changing a store over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd, problem, wrong_fields
from tests.functions.messages import PubSub, an_old_creation, push

SETTINGS = {"name": "Aurora", "timezone": "America/Sao_Paulo", "currency": "BRL"}


def test_a_store_is_made_once_and_then_changed(crowd: Crowd, store_id: str) -> None:
    admin = crowd.admin([store_id])
    first = admin.send("PUT", f"/stores/{store_id}", SETTINGS)
    assert first.status_code == 201
    assert first.get_json().items() >= {"storeId": store_id, **SETTINGS}.items()
    second = admin.send("PUT", f"/stores/{store_id}", SETTINGS | {"name": "Boreal"})
    assert second.status_code == 200
    assert [store["name"] for store in admin.get("/stores").get_json()["stores"]] == ["Boreal"]


def test_optional_settings_that_are_left_out_stay(crowd: Crowd, store_id: str) -> None:
    admin, path = crowd.admin([store_id]), f"/stores/{store_id}"
    segments = {"recencyDays": [1, 2, 3, 4], "completedOrders": [1, 2, 3, 4], "spent": [10, 20, 30, 40]}
    optional = {"segments": segments, "phoneRegion": "PT", "completesOn": "fulfilment"}
    admin.send("PUT", path, SETTINGS | optional)
    renamed = admin.send("PUT", path, SETTINGS | {"name": "Boreal"}).get_json()
    assert renamed == {"storeId": store_id, **SETTINGS, "name": "Boreal", **optional}
    assert admin.get("/stores").get_json()["stores"] == [renamed]
    reset = admin.send("PUT", path, SETTINGS | dict.fromkeys(optional)).get_json()
    assert "phoneRegion" not in reset
    assert reset["segments"] != segments
    assert reset["completesOn"] == "payment"


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"timezone": "UTC"}, 409), ({"currency": "EUR"}, 409), ({"name": "Boreal"}, 200)],
    ids=["zone", "currency", "name"],
)
def test_with_orders_only_the_name_changes(
    crowd: Crowd,
    apps: dict[str, Flask],
    pubsub: PubSub,  # noqa: ARG001 - orders are published
    instance: Forget,
    store_id: str,
    changed: dict[str, str],
    status: int,
) -> None:
    assert push(apps["order_created"], "order-created", an_old_creation(store_id)).status_code == 200
    instance()
    answer = crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS | changed)
    assert answer.status_code == status
    if status == 409:
        assert problem(answer, 409)["detail"].startswith(next(iter(changed)))


def test_a_viewer_changes_nothing(crowd: Crowd, store_id: str) -> None:
    problem(crowd.somebody([store_id]).send("PUT", f"/stores/{store_id}", SETTINGS), 403)
    assert crowd.somebody("*").get("/stores").get_json() == {"stores": []}


def test_an_admin_of_another_store_changes_nothing(crowd: Crowd, store_id: str) -> None:
    problem(crowd.admin(["another"]).send("PUT", f"/stores/{store_id}", SETTINGS), 403)
    assert crowd.somebody("*").get("/stores").get_json() == {"stores": []}


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"timezone": "Mars/Olympus"}, ["timezone"]),
        ({"timezone": "../etc/passwd"}, ["timezone"]),
        ({"currency": "XYZ"}, ["currency"]),
        ({"currency": "brl"}, ["currency"]),
        ({"currency": None}, ["currency"]),
        ({"name": ""}, ["name"]),
        ({"name": "a\nb"}, ["name"]),
        ({"hasOrders": False}, ["hasOrders"]),
        ({"timezone": 5, "currency": 5}, ["timezone", "currency"]),
    ],
    ids=str,
)
def test_wrong_settings_are_named(
    crowd: Crowd, store_id: str, changed: dict[str, Any], wrong: list[str]
) -> None:
    answer = crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS | changed)
    assert wrong_fields(answer) == set(wrong)
    assert crowd.somebody("*").get("/stores").get_json() == {"stores": []}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_missing_setting_is_named(crowd: Crowd, store_id: str, name: str) -> None:
    body = {key: value for key, value in SETTINGS.items() if key != name}
    assert wrong_fields(crowd.admin().send("PUT", f"/stores/{store_id}", body)) == {name}


@pytest.mark.parametrize("body", [None, [], "text", 5], ids=str)
def test_a_body_that_is_no_object_is_refused(crowd: Crowd, store_id: str, body: object) -> None:
    problem(crowd.admin().send("PUT", f"/stores/{store_id}", body), 400)


def test_an_id_that_is_too_long_is_refused(crowd: Crowd) -> None:
    problem(crowd.admin().send("PUT", "/stores/" + "x" * 201, SETTINGS), 400)


@pytest.mark.parametrize("name", ["a.b", "a%2Fb", "%20", "100%25", "ü", "a//b", "a/"])
def test_an_id_in_the_path_may_hold_anything(crowd: Crowd, store_id: str, name: str) -> None:
    wanted = f"{store_id}{name}".replace("%2F", "/").replace("%20", " ").replace("%25", "%")
    assert crowd.admin().send("PUT", f"/stores/{store_id}{name}", SETTINGS).status_code == 201
    stores = crowd.somebody("*").get("/stores").get_json()["stores"]
    assert [store["storeId"] for store in stores] == [wanted]
