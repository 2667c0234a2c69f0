"""How lookups go and how they are made, over HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from emulator.customer_api.customers import CUSTOMERS
from shared import runtime
from shared.baskets.api_shape import AnswerShape, RequestShape
from shared.baskets.lookup_config import StoreLookupConfig
from shared.domain.call_report import report
from tests.functions.dashboard_client import Crowd, problem, wrong_fields
from tests.functions.test_baskets import an_event, delivered
from tests.functions.till_client import Till
from tests.played_api import PlayedApi

CONFIG = "/config/customer-lookup"
OWN = "/store/customer-lookup"
GOOD = {"api_endpoint": "https://api.example.com/customers", "retry_attempts": 3}


@pytest.fixture(autouse=True)
def _allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTOMER_API_ORIGINS", '[{"origin": "https://api.example.com"}]')


def look_up(till: Till, *given: str) -> None:
    for n, one in enumerate(given):
        delivered(till, an_event(till.store_id, basketId=f"b-{n}", customerIdentifier=one))


def test_calls_are_listed_and_summed_up(till: Till, crowd: Crowd, customer_api: PlayedApi) -> None:
    customer_api.misbehave("status", status=500, times=1)
    look_up(till, "CARD-1001", "CARD-9999", "CARD-1001", "+1234567890")
    told = crowd.admin([till.store_id]).get("/store/lookups", storeId=till.store_id).get_json()
    for period in ("lastHour", "lastDay"):
        assert told[period]["calls"] == 3
        assert told[period]["successRate"] == 66.67
        assert (told[period]["hits"], told[period]["misses"], told[period]["hitRate"]) == (2, 2, 50)
        assert told[period]["complete"]
        assert told[period]["p95Ms"] >= told[period]["p50Ms"] > 0
        assert told[period]["hitP95Ms"] >= told[period]["hitP50Ms"] > 0
    assert sum(hour["hits"] for hour in told["hours"]) == 2
    calls = told["calls"]
    assert [call["source"] for call in calls] == ["cache", "cache", "api", "api", "api"]
    assert [call["outcome"] for call in calls] == ["found", "found", "unknown", "found", "server_error"]
    assert [call["httpStatus"] for call in calls] == [None, None, 404, 200, 500]
    assert [call["basketId"] for call in calls] == ["b-3", "b-2", "b-1", "b-0", "b-0"]
    assert [call["customerId"] for call in calls] == ["cust-001", "cust-001", None, "cust-001", None]
    assert calls[0]["answeredBy"] == calls[1]["answeredBy"] == calls[3]["callId"]
    assert "response" not in calls[0]
    assert "CARD-1001" not in str(calls)


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ({"basketId": "b-0"}, [("b-0", "found"), ("b-0", "server_error")]),
        ({"customerId": "cust-001"}, [("b-2", "found"), ("b-0", "found")]),
        ({"outcome": "unknown"}, [("b-1", "unknown")]),
        ({"basketId": "b-9"}, []),
    ],
)
def test_the_history_of_a_basket_a_customer_or_an_outcome(
    till: Till, crowd: Crowd, customer_api: PlayedApi, only: dict[str, str], found: list[tuple[str, str]]
) -> None:
    customer_api.misbehave("status", status=500, times=1)
    look_up(till, "CARD-1001", "CARD-9999", "ana.souza@example.com")
    admin, seen = crowd.admin([till.store_id]), []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = admin.get("/store/lookups", storeId=till.store_id, limit=1, **only, **cursor).get_json()
        seen += [(call["basketId"], call["outcome"]) for call in page["calls"]]
        if not page["nextCursor"]:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert seen == found


def test_one_filter_at_a_time(till: Till, crowd: Crowd) -> None:
    both = {"basketId": "b", "outcome": "found"}
    refused = crowd.admin().get("/store/lookups", storeId=till.store_id, **both)
    assert "one of basketId, customerId and outcome" in problem(refused, 400)["detail"]
    assert wrong_fields(crowd.admin().get("/store/lookups", storeId="s", outcome="lost")) == {"outcome"}


def test_a_call_is_shown_with_the_whole_response_and_that_is_audited(till: Till, crowd: Crowd) -> None:
    look_up(till, "CARD-1001")
    admin = crowd.admin([till.store_id])
    [call] = admin.get("/store/lookups", storeId=till.store_id).get_json()["calls"]
    read = admin.get(f"/store/lookups/{call['callId']}", storeId=till.store_id).get_json()
    assert json.loads(read.pop("response")) == CUSTOMERS[0]
    assert read == call
    [entry] = admin.get("/store/audit", storeId=till.store_id).get_json()["entries"]
    assert (entry["action"], entry["target"], entry["outcome"]) == ("lookups.read", call["callId"], "done")
    assert "Ana" not in str(entry)
    for other in ("other", "__x__", "..", "a/b", "é" * 200):
        problem(admin.get(f"/store/lookups/{quote(other, safe='')}", storeId=till.store_id), 404)
    problem(crowd.admin(["other"]).get(f"/store/lookups/{call['callId']}", storeId=till.store_id), 403)
    problem(crowd.admin(["other"]).get(f"/store/lookups/{call['callId']}", storeId="other"), 404)


def test_calls_come_in_pages(till: Till, crowd: Crowd) -> None:
    look_up(till, *(f"CARD-{n}" for n in range(5)))
    admin, seen = crowd.admin([till.store_id]), []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = admin.get("/store/lookups", storeId=till.store_id, limit=2, **cursor).get_json()
        seen += [call["callId"] for call in page["calls"]]
        cursor = {"cursor": page["nextCursor"]}
    assert len(seen) == len({*seen}) == 5
    assert page["nextCursor"] is None


def test_a_store_without_calls_has_nothing_to_tell(till: Till, crowd: Crowd) -> None:
    told = crowd.admin([till.store_id]).get("/store/lookups", storeId=till.store_id).get_json()
    assert told["lastDay"] == told["lastHour"] == report([]) | {"complete": True}
    assert len(told["hours"]) == 24
    assert told["calls"] == []


def test_calls_are_for_admins_of_the_store(till: Till, crowd: Crowd) -> None:
    for asker in (crowd.admin(["other"]), crowd.somebody([till.store_id])):
        problem(asker.get("/store/lookups", storeId=till.store_id), 403)
    problem(crowd.nobody().get("/store/lookups", storeId=till.store_id), 401)
    assert wrong_fields(crowd.admin().get("/store/lookups", storeId="s", cursor="x")) == {"cursor"}


def test_the_configuration_is_put_and_shown(till: Till, crowd: Crowd, customer_api: PlayedApi) -> None:
    admin = crowd.admin()
    assert admin.get(CONFIG).get_json()["api_endpoint"] == customer_api.endpoint
    assert admin.send("PUT", CONFIG, GOOD).status_code == 200
    assert admin.get(CONFIG).get_json() == GOOD | {
        "timeout_seconds": 5, "cache_ttl_seconds": 3600, "fallback_to_cache_on_error": True,
        "request": RequestShape().model_dump(), "answer": AnswerShape().model_dump(),
    }  # fmt: skip
    assert runtime.customer_lookup()._with.configuration.current(till.store_id).retry_attempts == 3


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"api_endpoint": "https://other.example.com/"}, "api_endpoint"),
        ({"api_endpoint": "https://169.254.169.254/"}, "api_endpoint"),
        ({"retry_attempts": 0}, "retry_attempts"),
        ({"typo": 1}, "typo"),
    ],
)
@pytest.mark.usefixtures("till")
def test_an_invalid_configuration_is_refused_at_the_edge(
    crowd: Crowd, changed: dict[str, Any], field: str
) -> None:
    assert wrong_fields(crowd.admin().send("PUT", CONFIG, GOOD | changed)) == {field}
    assert crowd.admin().get(CONFIG).get_json()["retry_attempts"] == 2


@pytest.mark.usefixtures("till")
def test_plain_http_is_for_the_local_stack(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTOMER_API_ORIGINS", '[{"origin": "http://api.example.com"}]')
    runtime.reset()
    plain = GOOD | {"api_endpoint": "http://api.example.com/"}
    assert crowd.admin().send("PUT", CONFIG, plain).status_code == 200
    monkeypatch.delenv("LOCAL_STACK")
    runtime.reset()
    assert wrong_fields(crowd.admin().send("PUT", CONFIG, plain)) == {"api_endpoint"}


def test_the_configuration_is_for_admins_of_all_stores(till: Till, crowd: Crowd) -> None:
    for asker in (crowd.admin([till.store_id]), crowd.somebody("*")):
        problem(asker.get(CONFIG), 403)
        problem(asker.send("PUT", CONFIG, GOOD), 403)


def test_a_store_overrides_what_it_has_otherwise(till: Till, crowd: Crowd, customer_api: PlayedApi) -> None:
    own = f"{OWN}?storeId={quote(till.store_id, safe='')}"
    admin = crowd.admin([till.store_id])
    nothing = dict.fromkeys(StoreLookupConfig.model_fields)
    assert admin.get(OWN, storeId=till.store_id).get_json() == nothing
    assert admin.send("PUT", own, {"retry_attempts": 4}).get_json() == nothing | {"retry_attempts": 4}
    assert admin.get(OWN, storeId=till.store_id).get_json() == nothing | {"retry_attempts": 4}
    assert crowd.admin().get(CONFIG).get_json()["retry_attempts"] == 2
    configuration = runtime.lookup_configuration()
    theirs, others = configuration.current(till.store_id), configuration.current("other")
    assert (theirs.retry_attempts, others.retry_attempts) == (4, 2)
    assert theirs.api_endpoint == others.api_endpoint == customer_api.endpoint
    assert admin.send("PUT", own, {}).get_json() == nothing
    assert configuration.current(till.store_id).retry_attempts == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"api_endpoint": "https://other.example.com/"}, "api_endpoint"), ({"typo": 1}, "typo"),
     ({"request": {"path": "x"}}, "request.path"), ({"answer": {"name": "x"}}, "answer.name"),
     ({"retry_attempts": 0}, "retry_attempts"), ({"retry_attempts": "2"}, "retry_attempts")],
)  # fmt: skip
def test_a_store_overrides_nothing_with_nonsense(
    till: Till, crowd: Crowd, changed: dict[str, Any], field: str
) -> None:
    own = f"{OWN}?storeId={quote(till.store_id, safe='')}"
    assert wrong_fields(crowd.admin([till.store_id]).send("PUT", own, changed)) == {field}
    assert crowd.admin().send("PUT", CONFIG, GOOD | {"timeout_seconds": 10}).status_code == 200
    too_long = crowd.admin([till.store_id]).send("PUT", own, {"retry_attempts": 5})
    assert "at most 40 seconds" in problem(too_long, 400)["detail"]


def test_a_stores_own_configuration_is_for_its_admins(till: Till, crowd: Crowd) -> None:
    own = f"{OWN}?storeId={quote(till.store_id, safe='')}"
    for asker in (crowd.admin(["other"]), crowd.somebody([till.store_id], ["viewer", "till"])):
        problem(asker.get(OWN, storeId=till.store_id), 403)
        problem(asker.send("PUT", own, {}), 403)
    assert wrong_fields(crowd.admin().get(OWN)) == {"storeId"}
