"""Customers, their cards and coupons over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from shared import runtime
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Asker, Crowd, problem, wrong_fields
from tests.functions.messages import an_old_creation, an_old_order, an_old_registration, an_old_status, push

pytestmark = pytest.mark.usefixtures("pubsub")

SPENT = {"c-1": "10.00", "c/2": "30.00", "c-3": "20.00", "c-4": "30.00"}


@pytest.fixture
def asker(crowd: Crowd, apps: dict[str, Flask], store_id: str) -> Asker:
    """Return a viewer of a store in which four customers bought something for these amounts."""
    for customer_id, price in SPENT.items():
        order = an_old_order(
            f"o-{customer_id}", customerId=customer_id, price=price, couponCode=f"C{price}", items=[]
        )
        push(apps["order_created"], "order-created", an_old_creation(store_id, order))
        status = an_old_status(store_id, orderId=f"o-{customer_id}")
        push(apps["order_status_changed"], "order-status-changed", status)
    return crowd.somebody([store_id])


def test_a_card_comes_from_the_cache_and_is_sent_once(asker: Asker, store_id: str) -> None:
    answer = asker.get("/store/customers/c/2/metrics", storeId=store_id)
    card = answer.get_json()
    assert answer.headers["X-Cache"] == "HIT"
    assert (card["customerId"], card["totalSpent"], card["totalOrders"]) == ("c/2", 30.0, 1)
    assert (card["completionRate"], card["refundRate"], card["segment"]) == (100.0, 0.0, "DORMANT")
    asker._headers["If-None-Match"] = answer.headers["ETag"]
    again = asker.get("/store/customers/c/2/metrics", storeId=store_id)
    assert (again.status_code, again.data) == (304, b"")


def test_a_card_that_the_cache_lost_is_filled_again(asker: Asker, store_id: str) -> None:
    client = runtime.valkey()._current_client()
    client.flushall()
    seen = [asker.get("/store/customers/c-1/metrics", storeId=store_id) for _ in range(2)]
    assert [answer.headers["X-Cache"] for answer in seen] == ["MISS", "HIT"]
    assert seen[0].get_json() == seen[1].get_json()


def test_every_card_is_there_again_after_a_flush_and_a_run_of_warm_cards(
    asker: Asker, apps: dict[str, Flask], store_id: str, instance: Forget
) -> None:
    runtime.valkey()._current_client().flushall()
    instance()
    warmed = apps["warm_cards"].test_client().post("/")
    assert warmed.get_json() == {"cards": 4, "stores": 1, "more": False}
    seen = [asker.get(f"/store/customers/{of}/metrics", storeId=store_id) for of in SPENT]
    assert [answer.headers["X-Cache"] for answer in seen] == ["HIT"] * 4


def test_new_thresholds_count_for_every_card_at_once(
    asker: Asker, crowd: Crowd, store_id: str, instance: Forget
) -> None:
    def segment() -> tuple[str, str]:
        answer = asker.get("/store/customers/c-1/metrics", storeId=store_id)
        return answer.get_json()["segment"], answer.headers["X-Cache"]

    assert segment() == ("DORMANT", "HIT")
    settings = {"name": "Aurora", "timezone": "America/Sao_Paulo", "currency": "BRL"}
    rule = {"recencyDays": [3000, 60000, 70000, 80000]}
    changed = crowd.admin().send("PUT", f"/stores/{store_id}", settings | {"segments": rule})
    assert changed.status_code == 200
    instance()
    assert segment() == ("NEW", "HIT")


def test_settings_that_cards_do_not_follow_yet_are_not_acknowledged(
    crowd: Crowd, store_id: str, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"name": "Aurora", "timezone": "America/Sao_Paulo", "currency": "BRL"}
    with monkeypatch.context() as away:
        away.setenv("VALKEY_URL", "redis://127.0.0.1:1/0")
        instance()
        assert crowd.admin().send("PUT", f"/stores/{store_id}", settings).status_code == 503
        instance()
    assert crowd.admin().send("PUT", f"/stores/{store_id}", settings).status_code == 200


def test_a_cached_value_of_another_form_is_replaced(asker: Asker, store_id: str) -> None:
    client = runtime.valkey()._current_client()
    for key in client.scan_iter():
        client.set(key, b"no value of ours")
    seen = [asker.get("/store/customers/c-1/metrics", storeId=store_id) for _ in range(2)]
    assert [answer.headers["X-Cache"] for answer in seen] == ["MISS", "HIT"]


def test_an_unknown_customer_is_remembered_as_such(asker: Asker, store_id: str) -> None:
    seen = [asker.get("/store/customers/nobody/metrics", storeId=store_id) for _ in range(2)]
    assert [problem(answer, 404)["status"] for answer in seen] == [404, 404]
    assert [answer.headers["X-Cache"] for answer in seen] == ["MISS", "HIT"]


def test_a_card_of_another_store_is_refused(asker: Asker) -> None:
    problem(asker.get("/store/customers/c-1/metrics", storeId="another"), 403)


def test_customers_come_in_pages_the_best_first_and_ties_by_id(asker: Asker, store_id: str) -> None:
    first = asker.get("/store/customers", storeId=store_id, limit=3).get_json()
    rest = asker.get("/store/customers", storeId=store_id, limit=3, cursor=first["nextCursor"]).get_json()
    found = [customer["customerId"] for page in (first, rest) for customer in page["customers"]]
    assert found == ["c-4", "c/2", "c-3", "c-1"]
    assert rest["nextCursor"] is None


@pytest.mark.parametrize("sort", ["orders", "lastOrder"])
def test_customers_can_be_sorted_otherwise(asker: Asker, store_id: str, sort: str) -> None:
    page = asker.get("/store/customers", storeId=store_id, sort=sort).get_json()
    assert [customer["customerId"] for customer in page["customers"]] == sorted(SPENT)


def test_a_listed_customer_is_the_same_as_the_card(asker: Asker, store_id: str) -> None:
    listed = asker.get("/store/customers", storeId=store_id).get_json()["customers"][0]
    card: dict[str, Any] = asker.get("/store/customers/c-4/metrics", storeId=store_id).get_json()
    assert listed == card


@pytest.mark.parametrize("has_cache", [True, False])
def test_a_registration_leaves_list_and_card_at_the_time_of_the_last_order(
    asker: Asker, apps: dict[str, Flask], store_id: str, *, has_cache: bool
) -> None:
    def shown() -> list[Any]:
        if not has_cache:
            runtime.valkey()._current_client().flushall()
        listed = asker.get("/store/customers", storeId=store_id).get_json()["customers"][0]
        return [listed, asker.get("/store/customers/c-4/metrics", storeId=store_id).get_json()]

    before = shown()
    for topic in ("customer-registered", "email-confirmed"):
        push(apps[topic.replace("-", "_")], topic, an_old_registration(store_id, customerId="c-4"))
    assert shown() == before
    assert before[0]["updatedAt"] == before[1]["updatedAt"]


def test_a_customer_who_only_registered_was_updated_when_first_heard_of(
    crowd: Crowd, apps: dict[str, Flask], store_id: str
) -> None:
    asker, seen = crowd.somebody([store_id]), []
    for topic in ("customer-registered", "email-confirmed"):
        push(apps[topic.replace("-", "_")], topic, an_old_registration(store_id, customerId="c-1"))
        seen.append(asker.get("/store/customers/c-1/metrics", storeId=store_id).get_json()["updatedAt"])
        seen.append(asker.get("/store/customers", storeId=store_id).get_json()["customers"][0]["updatedAt"])
    assert len(set(seen)) == 1


def test_coupons_come_by_sales(asker: Asker, store_id: str) -> None:
    answer = asker.get("/store/coupons", storeId=store_id).get_json()
    assert (answer["currency"], answer["nextCursor"]) == ("BRL", None)
    assert answer["coupons"] == [
        {"couponCode": "C30.00", "timesUsed": 2, "totalSalesAmount": 60.0},
        {"couponCode": "C20.00", "timesUsed": 1, "totalSalesAmount": 20.0},
        {"couponCode": "C10.00", "timesUsed": 1, "totalSalesAmount": 10.0},
    ]


@pytest.mark.parametrize(
    ("parameter", "value"), [("sort", "age"), ("limit", 0), ("limit", 201), ("cursor", "x"), ("page", 2)]
)
def test_a_page_that_makes_no_sense_is_refused_by_name(
    asker: Asker, store_id: str, parameter: str, value: object
) -> None:
    answer = asker.get("/store/customers", storeId=store_id, **{parameter: value})
    assert wrong_fields(answer) == {parameter}


def test_another_instance_reads_the_same_card(asker: Asker, store_id: str, instance: Forget) -> None:
    before = asker.get("/store/customers/c-3/metrics", storeId=store_id).get_json()
    instance()
    assert asker.get("/store/customers/c-3/metrics", storeId=store_id).get_json() == before
