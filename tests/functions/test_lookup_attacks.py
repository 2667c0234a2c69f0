"""What somebody with a token could try with the customer lookup, to learn what is not theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest

from shared import runtime
from shared.documents.paths import basket_path
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd, problem, wrong_fields
from tests.functions.test_baskets import an_event, delivered
from tests.functions.till_client import Till
from tests.played_api import PlayedApi
from tests.recorder import Recorder, record

CONFIG = "/config/customer-lookup"
OWN_CONFIG = "/store/customer-lookup"
TOKEN = "the-token-of-the-api"
START = """mutation($given: String, $storeId: String) {
  startBasket(employeeId: 1, terminalId: "t", customerIdentifier: $given, storeId: $storeId) { basketId } }"""
GUESSES = [f"CARD-100{n}" for n in range(1, 7)]


@pytest.fixture
def stranger() -> Iterator[Recorder]:
    """Return a server that has no business with the stores' customers."""
    with record() as serving:
        yield serving


@pytest.fixture
def own() -> Iterator[Recorder]:
    """Return the stores' customer API, which keeps what it is asked."""
    with record() as serving:
        yield serving


def allow(monkeypatch: pytest.MonkeyPatch, *origins: dict[str, Any]) -> None:
    monkeypatch.setenv("CUSTOMER_API_ORIGINS", json.dumps(origins))


def endpoint_of(crowd: Crowd) -> str:
    return str(crowd.admin().get(CONFIG).get_json()["api_endpoint"])


def customer_of(store_id: str, basket_id: str) -> Any:
    fields = runtime.firestore().document(*basket_path(store_id, basket_id)).get().to_dict() or {}
    return fields.get("customerId")


def test_six_guessed_identifiers_are_one_too_many_for_a_quota_of_five(
    till: Till, monkeypatch: pytest.MonkeyPatch, instance: Forget
) -> None:
    monkeypatch.setenv("SUBJECT_BASKETS_PER_MINUTE", "5")
    instance()
    for guess in GUESSES[:5]:
        till.ask(START, given=guess)
    error = till.post(START, given=GUESSES[5]).get_json()["errors"][0]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert 1 <= error["extensions"]["retryAfterSeconds"] <= 12
    assert till.baskets() == 5
    assert till.ask(START)["startBasket"]["basketId"], "a guest costs nothing"
    till.subject = "another till"
    assert till.ask(START, given=GUESSES[5])["startBasket"]["basketId"]


def test_a_till_over_its_quota_leaves_one_line_a_minute_that_tells_which(
    till: Till, monkeypatch: pytest.MonkeyPatch, instance: Forget, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUBJECT_BASKETS_PER_MINUTE", "1")
    instance()
    for subject in ("first-till", "second-till"):
        till.subject = subject
        for guess in GUESSES[:4]:
            till.post(START, given=guess)
        instance()
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [line for line in logged if line["message"] == "over quota"]
    assert [(one["severity"], one["quota"], one["storeId"]) for one in told] == [
        ("WARNING", "basket", till.store_id)
    ] * 2
    first, second = (
        sha256(f"{till.issuer.url} {one}".encode()).hexdigest() for one in ("first-till", "second-till")
    )
    assert [one["subjectHash"] for one in told] == [first[:32], second[:32]]
    assert "-till" not in json.dumps(told)


def test_many_callers_share_the_quota_of_their_store(
    till: Till, monkeypatch: pytest.MonkeyPatch, instance: Forget
) -> None:
    monkeypatch.setenv("STORE_BASKETS_PER_MINUTE", "3")
    instance()
    till.stores = "*"
    codes = []
    for n, store_id in enumerate(["s-1"] * 4 + ["s-2"]):
        till.subject = f"till-{n}"
        errors = till.post(START, given=GUESSES[n], storeId=store_id).get_json().get("errors", [])
        codes.append([error["extensions"]["code"] for error in errors])
    assert codes == [[], [], [], ["RATE_LIMITED"], []]


def test_a_till_learns_only_the_customers_of_its_own_store(till: Till, customer_api: PlayedApi) -> None:
    customer_api.knows("theirs", ["cust-001"])
    customer_api.knows(till.store_id, ["cust-002"])
    for store_id, found in ((till.store_id, None), ("theirs", "cust-001")):
        assert delivered(till, an_event(store_id, basketId="b-1", customerIdentifier="CARD-1001")) == 200
        assert customer_of(store_id, "b-1") == found


def test_an_operator_points_the_endpoint_nowhere_but_to_an_allowed_origin(
    till: Till, crowd: Crowd, stranger: Recorder, customer_api: PlayedApi
) -> None:
    stranger.status, stranger.body = 200, b'{"customerId": "secret of the network"}'
    answer = crowd.admin().send("PUT", CONFIG, {"api_endpoint": stranger.url})
    assert wrong_fields(answer) == {"api_endpoint"}
    allowed = customer_api.endpoint.removesuffix("/customers")
    assert problem(answer, 400)["detail"] == f"api_endpoint: expected one of {allowed}, got {stranger.origin}"
    # Not even past the check, by an edit of the document itself.
    runtime.firestore().document("config", "customerLookup").set({"api_endpoint": stranger.url})
    assert delivered(till, an_event(till.store_id, customerIdentifier="CARD-1001")) == 200
    assert stranger.requests == []
    told = crowd.admin().get("/store/lookups", storeId=till.store_id).text
    assert "secret of the network" not in told


def test_an_admin_of_a_store_points_its_endpoint_to_no_origin_of_other_stores(
    till: Till, crowd: Crowd, stranger: Recorder, monkeypatch: pytest.MonkeyPatch, instance: Forget
) -> None:
    allow(monkeypatch, {"origin": stranger.origin, "stores": ["theirs"]})
    instance()
    admin, theirs = crowd.admin([till.store_id]), crowd.admin(["theirs"])
    foreign = {"api_endpoint": stranger.url}
    assert stranger.origin not in problem(admin.get("/store/lookups", storeId="theirs"), 403)["detail"]
    refused = admin.send("PUT", f"{OWN_CONFIG}?storeId={quote(till.store_id, safe='')}", foreign)
    assert wrong_fields(refused) == {"api_endpoint"}
    problem(admin.send("PUT", f"{OWN_CONFIG}?storeId=theirs", foreign), 403)
    assert theirs.send("PUT", f"{OWN_CONFIG}?storeId=theirs", foreign).status_code == 200
    assert wrong_fields(crowd.admin().send("PUT", CONFIG, foreign)) == {"api_endpoint"}, "it serves not all"


def test_a_store_does_not_ask_an_api_of_all_stores_in_the_name_of_another(
    till: Till, crowd: Crowd, own: Recorder, monkeypatch: pytest.MonkeyPatch, instance: Forget
) -> None:
    mine = f"{OWN_CONFIG}?storeId={quote(till.store_id, safe='')}"
    admin = crowd.admin([till.store_id])
    theirs = {"request": {"query": {"identifier": "{identifier}", "type": "{type}", "storeId": "theirs"}}}
    refused = admin.send("PUT", mine, theirs)
    assert "whose origin is named for the store" in problem(refused, 400)["detail"]
    assert admin.send("PUT", mine, {"answer": {"tier": "/level"}}).status_code == 200
    assert crowd.admin().send("PUT", CONFIG, theirs | {"api_endpoint": endpoint_of(crowd)}).status_code == 200
    allow(monkeypatch, {"origin": own.origin, "stores": [till.store_id]})
    instance()
    assert admin.send("PUT", mine, theirs | {"api_endpoint": own.url}).status_code == 200
    assert delivered(till, an_event(till.store_id, basketId="b-1", customerIdentifier="C-1")) == 200
    assert [request.query["storeId"] for request in own.requests] == ["theirs"]


def test_the_token_goes_to_its_origin_alone(
    till: Till,
    crowd: Crowd,
    own: Recorder,
    stranger: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    instance: Forget,
) -> None:
    allow(monkeypatch, {"origin": own.origin}, {"origin": stranger.origin})
    monkeypatch.setenv("CUSTOMER_API_TOKENS", json.dumps([{"origin": own.origin, "token": TOKEN}]))
    instance()
    for n, api in enumerate((own, stranger)):
        assert crowd.admin().send("PUT", CONFIG, {"api_endpoint": api.url}).status_code == 200
        assert delivered(till, an_event(till.store_id, basketId=f"b-{n}", customerIdentifier=f"C-{n}")) == 200
    assert [request.headers.get("authorization") for request in own.requests] == [f"Bearer {TOKEN}"]
    assert [request.headers.get("authorization") for request in stranger.requests] == [None]
    own.status, own.headers = 302, {"Location": stranger.url}
    crowd.admin().send("PUT", CONFIG, {"api_endpoint": own.url})
    assert delivered(till, an_event(till.store_id, basketId="b-3", customerIdentifier="C-3")) == 200
    assert (len(own.requests), len(stranger.requests)) == (2, 1), "a redirect is not followed"


def test_a_token_of_one_store_is_not_sent_for_another(
    till: Till, own: Recorder, monkeypatch: pytest.MonkeyPatch, instance: Forget
) -> None:
    tokens = [
        {"origin": own.origin, "token": "of all"},
        {"origin": own.origin, "token": "of s-1", "stores": ["s-1"]},
        {"origin": "https://api.example.com", "token": "of others"},
    ]
    monkeypatch.setenv("CUSTOMER_API_TOKENS", json.dumps(tokens))
    monkeypatch.setenv("CUSTOMER_API_ENDPOINT", own.url)
    instance()
    for store_id in ("s-1", "s-2"):
        delivered(till, an_event(store_id, customerIdentifier="CARD-1"))
    told = [(request.query["storeId"], request.headers["authorization"]) for request in own.requests]
    assert told == [("s-1", "Bearer of s-1"), ("s-2", "Bearer of all")]


def test_a_cookie_of_one_lookup_is_not_sent_with_the_next(
    till: Till, own: Recorder, monkeypatch: pytest.MonkeyPatch, instance: Forget
) -> None:
    monkeypatch.setenv("CUSTOMER_API_ENDPOINT", own.url)
    instance()
    own.headers = {"Set-Cookie": "session=of-s-1"}
    for store_id in ("s-1", "s-2"):
        delivered(till, an_event(store_id, customerIdentifier="CARD-1"))
    assert ["cookie" in request.headers for request in own.requests] == [False, False]
