"""The basket functions as Pub/Sub and the scheduler call them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared import runtime
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from shared.documents.paths import basket_path
from tests.functions.messages import push
from tests.functions.till_client import USERS_CALL, Till
from tests.played_api import PlayedApi

AT = "2026-01-05T12:00:00Z"


def an_event(store_id: str, **changed: Any) -> dict[str, Any]:
    event = {
        "eventId": "e-1", "occurredAt": AT, "storeId": store_id, "basketId": "b/1", "employeeId": 1,
        "terminalId": "term_001", "customerIdentifier": "+1234567890",
    }  # fmt: skip
    return {name: value for name, value in (event | changed).items() if value is not None}


def delivered(till: Till, event: dict[str, Any]) -> int:
    return push(till.apps["basket_started"], "basket-started", event).status_code


def basket(till: Till) -> dict[str, Any]:
    fields = runtime.firestore().document(*basket_path(till.store_id, "b/1")).get().to_dict()
    return fields or {}


def test_a_till_may_start_a_basket_by_itself(till: Till) -> None:
    assert delivered(till, an_event(till.store_id)) == 200
    assert basket(till).items() >= {
        "basketId": "b/1", "storeId": till.store_id, "terminalId": "term_001", "customerId": "cust-001",
    }.items()  # fmt: skip
    [message] = till.pubsub.take("customer-data-fetched")
    assert json.loads(message.data)["source"] == "api"


def test_a_store_never_heard_of_is_created(till: Till) -> None:
    delivered(till, an_event(till.store_id))
    store = runtime.stores().find(till.store_id)
    assert store is not None
    assert store.timezone == "America/Sao_Paulo"


def test_a_national_number_is_one_of_the_stores_country(till: Till) -> None:
    assert delivered(till, an_event(till.store_id, customerIdentifier="(11) 98765-4321")) == 200
    assert basket(till)["customerId"] == "cust-002"


def test_a_store_may_name_the_country_of_its_phones(till: Till) -> None:
    admin = till.issuer.sign(stores=[till.store_id], roles=["admin"])
    body = {"name": "S", "timezone": "America/Sao_Paulo", "currency": "BRL", "phoneRegion": "JP"}
    put = (
        till.apps["dashboard"]
        .test_client()
        .put(f"/stores/{till.store_id}", json=body, headers={"Authorization": f"Bearer {admin}"})
    )
    assert put.get_json()["phoneRegion"] == "JP"
    delivered(till, an_event(till.store_id, customerIdentifier="03-1234-5678"))
    assert basket(till)["customerId"] == "cust-004"


@pytest.mark.parametrize(
    "changed",
    [
        {"basketId": None},
        {"basketId": ""},
        {"employeeId": "1"},
        {"employeeId": 1.5},
        {"employeeId": True},
        {"terminalId": "a\0"},
        {"customerIdentifier": 5},
        {"customerIdentifier": "1" * 201},
        {"occurredAt": "2026-01-05"},
    ],
)
def test_a_malformed_event_is_kept_and_acknowledged(till: Till, changed: dict[str, Any]) -> None:
    assert delivered(till, an_event(till.store_id, **changed)) == 200
    [letter] = till.pubsub.take(DEAD_LETTERS)
    assert letter.attributes["sourceTopic"] == "basket-started"
    assert letter.attributes["reason"].startswith(next(iter(changed)))
    assert basket(till) == {}


def test_without_an_answer_the_event_comes_again_and_ends_well(till: Till, customer_api: PlayedApi) -> None:
    customer_api.misbehave("malformed", times=1)
    assert delivered(till, an_event(till.store_id)) == 500
    assert basket(till)["lookupStatus"] == "FAILED"
    assert delivered(till, an_event(till.store_id)) == 200
    assert basket(till)["lookupStatus"] == "FOUND"
    assert till.pubsub.take(DEAD_LETTERS) == []


def test_after_the_last_attempt_the_event_comes_no_more(till: Till, customer_api: PlayedApi) -> None:
    customer_api.misbehave("status", status=500)
    assert delivered(till, an_event(till.store_id)) == 200
    assert basket(till)["lookupStatus"] == "FAILED"
    assert customer_api.calls == 2
    assert till.pubsub.take(DEAD_LETTERS) == till.pubsub.take("customer-data-fetched") == []


def test_no_log_line_names_the_customer(
    till: Till, customer_api: PlayedApi, capsys: pytest.CaptureFixture[str]
) -> None:
    till.ask(USERS_CALL)
    customer_api.misbehave("malformed", times=1)
    for message in till.pubsub.take("basket-started"):
        for _ in range(2):
            push(till.apps["basket_started"], "basket-started", data=message.data)
    printed = "".join(capsys.readouterr())
    assert "1234567890" not in printed
    assert "Ana" not in printed


def test_the_scheduler_sweeps(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as crash:
        crash.setattr("shared.baskets.outgoing.send", lambda *_: False)
        till.ask(USERS_CALL)
    for waiting in runtime.firestore().collection("outbox").stream():
        waiting.reference.update({"createdAt": datetime(2026, 1, 5, tzinfo=UTC)})
    client = till.apps["sweep_baskets"].test_client()
    assert client.get("/").status_code == 405
    assert client.post("/").get_json() == {"published": 1}
    assert [answer.status_code for answer in till.deliver()] == [200]
