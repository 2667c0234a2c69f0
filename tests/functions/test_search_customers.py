"""Searching customers over HTTP: who may, who is found, what is refused, and what trail and logs tell."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Asker, Crowd, problem, wrong_fields
from tests.functions.messages import an_old_creation, an_old_order, push
from tests.functions.test_baskets import an_event, delivered
from tests.functions.test_customer_data import erase, pass_time
from tests.functions.till_client import Till

CUSTOMER, PHONE, CARD = "cust-002", "(11) 98765-4321", "CARD-1002"
"""Bruno Lima, as the customer API knows him."""


@pytest.fixture
def known(till: Till, apps: dict[str, Flask]) -> str:
    """Return a store that has an order of a customer, and knows from a basket who that is."""
    order = an_old_order("o-1", customerId=CUSTOMER)
    assert (
        push(apps["order_created"], "order-created", an_old_creation(till.store_id, order)).status_code == 200
    )
    assert delivered(till, an_event(till.store_id, customerIdentifier=CARD)) == 200
    return till.store_id


def search(asker: Asker, store_id: str, text: Any) -> TestResponse:
    path = f"/store/customers/search?storeId={quote(store_id, safe='')}"
    return asker.send("POST", path, {"text": text})


def found(asker: Asker, store_id: str, text: str) -> list[str]:
    answer = search(asker, store_id, text)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["more"] is False
    return [customer["customerId"] for customer in answer.get_json()["customers"]]


@pytest.mark.parametrize(
    "text",
    [CUSTOMER, "bruno", "LÍMA brun", "Bruno.Lima@example.com", PHONE, "+55 11 98765 4321", "card-1002"],
)
def test_a_customer_is_found_as_the_list_shows_them(crowd: Crowd, known: str, text: str) -> None:
    viewer = crowd.somebody([known])
    answer = search(viewer, known, text).get_json()
    listed = viewer.get("/store/customers", storeId=known).get_json()["customers"]
    assert answer == {"customers": listed, "more": False}
    assert listed[0]["profile"]["name"] == "Bruno Lima"


@pytest.mark.parametrize("text", ["ana", "runo", "1002", "\U0001f600", "%", "\u200b"])
def test_nobody_is_an_empty_list(crowd: Crowd, known: str, text: str) -> None:
    assert found(crowd.somebody([known]), known, text) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 201, "a\nb", 7, None, ["ana"], "\ud800"])
def test_a_text_that_makes_no_sense_is_refused_by_name(crowd: Crowd, known: str, text: Any) -> None:
    answer = search(crowd.somebody([known]), known, text)
    assert wrong_fields(answer) == {"text"}
    assert "expected" in answer.get_json()["detail"]


def test_a_text_in_the_address_is_refused(crowd: Crowd, known: str) -> None:
    path = f"/store/customers/search?storeId={quote(known, safe='')}&text=bruno"
    assert wrong_fields(crowd.somebody([known]).send("POST", path, {"text": "bruno"})) == {"text"}


def test_it_is_for_viewers_of_the_store(crowd: Crowd, known: str) -> None:
    for asker in (crowd.somebody(["other"]), crowd.somebody([known], ["till"])):
        problem(search(asker, known, "bruno"), 403)
    problem(search(crowd.nobody(), known, "bruno"), 401)
    problem(search(crowd.admin(), "none", "bruno"), 404)


def test_a_customer_of_another_store_is_not_found(crowd: Crowd, apps: dict[str, Flask], known: str) -> None:
    other = f"{known}-2"
    push(apps["order_created"], "order-created", an_old_creation(other, an_old_order("o-1", customerId="c")))
    for text in (CUSTOMER, "bruno", PHONE, CARD):
        assert found(crowd.admin(), known, text) == [CUSTOMER]
        assert found(crowd.admin(), other, text) == []


def test_the_trail_tells_who_searched_and_nothing_tells_for_what(
    crowd: Crowd, known: str, instance: Forget, capsys: pytest.CaptureFixture[str]
) -> None:
    instance()
    capsys.readouterr()
    assert found(crowd.somebody([known], sub="u-1"), known, "bruno lima") == [CUSTOMER]
    problem(search(crowd.somebody(["other"], sub="u-2"), known, "bruno lima"), 403)
    refused, done = crowd.admin().get("/store/audit", storeId=known).get_json()["entries"]
    told = {"action": "customers.searched", "target": None, "storeId": known}
    assert done.items() >= {**told, "subject": "u-1", "after": {"found": 1, "more": False}}.items()
    assert refused.items() >= {**told, "subject": "u-2", "outcome": "refused", "after": None}.items()
    said = json.dumps([refused, done]) + capsys.readouterr().out
    assert "customers.searched" in said
    assert [trace for trace in ("bruno", "Bruno", "lima", CUSTOMER) if trace in said] == []


def test_an_erased_customer_is_not_found(crowd: Crowd, known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = crowd.admin([known])
    erase(admin, known, CUSTOMER)
    assert found(admin, known, "bruno") == found(admin, known, CUSTOMER) == []
    pass_time(monkeypatch)
    assert erase(admin, known, CUSTOMER).get_json()["finished"]
    for text in (CUSTOMER, "bruno", "bruno.lima@example.com", PHONE, CARD):
        assert found(admin, known, text) == []


def test_an_export_shows_no_search_tokens(crowd: Crowd, known: str) -> None:
    held = crowd.admin().get(f"/store/customers/{CUSTOMER}/export", storeId=known).get_json()
    assert held["customer"]["profile"]["name"] == "Bruno Lima"
    assert "searchTokens" not in held["customer"]
