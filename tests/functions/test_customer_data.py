"""What a customer may ask for: to see all that is held about them, and to be erased."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from valkey import Valkey

from shared import runtime
from shared.domain.pseudonym import is_pseudonym
from tests.builders import a_status_change, an_account_event
from tests.contract.erasing import walk
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Asker, Crowd, problem
from tests.functions.messages import AT, an_old_creation, an_old_order, push
from tests.functions.test_baskets import an_event, delivered
from tests.functions.till_client import Till

CUSTOMER = "cust-001"
"""Whom the customer API knows by this card."""
CARD = "CARD-1001"


@pytest.fixture
def known(till: Till, apps: dict[str, Flask]) -> str:
    """Return a store that has an order, the registration, a basket and lookups of the customer."""
    order = an_old_order("o-1", customerId=CUSTOMER)
    assert (
        push(apps["order_created"], "order-created", an_old_creation(till.store_id, order)).status_code == 200
    )
    register(apps, till.store_id)
    delivered(till, an_event(till.store_id, basketId="b-1", customerIdentifier=CARD))
    return till.store_id


def register(apps: dict[str, Flask], store_id: str) -> None:
    event = an_account_event(CUSTOMER, storeId=store_id, occurredAt=AT, registeredAt=AT)
    assert push(apps["customer_registered"], "customer-registered", event).status_code == 200


def erase(asker: Asker, store_id: str, customer_id: str = CUSTOMER) -> Any:
    return asker.send("DELETE", f"/store/customers/{customer_id}?storeId={quote(store_id, safe='')}")


def pass_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the next call come three minutes later."""
    later = runtime.erasure_dependencies()._replace(clock=lambda: datetime.now(UTC) + timedelta(minutes=3))
    monkeypatch.setattr(runtime, "erasure_dependencies", lambda: later)


def traces(store_id: str, valkey_url: str) -> list[str]:
    """Return every document and key of the store that names the customer, or holds what is known of them."""
    found = [f"{path} {fields!r}" for path, fields in walk(runtime.firestore())]
    client: Any = Valkey.from_url(valkey_url)
    encoded = quote(store_id, safe="").replace(".", "%2E")
    keys = [key for key in client.scan_iter() if encoded.encode() in key]
    found += [f"{key!r} {client.get(key)!r}" for key in keys]
    client.close()
    return [one for one in found if CUSTOMER in one or "Ana" in one]


def test_an_export_holds_everything(crowd: Crowd, known: str) -> None:
    answer = crowd.admin([known]).get(f"/store/customers/{CUSTOMER}/export", storeId=known)
    assert answer.status_code == 200
    assert answer.is_streamed
    held = answer.get_json()
    assert held["customer"]["customerId"] == CUSTOMER
    assert held["customer"]["registeredAt"] == AT
    assert held["customer"]["profile"]["customerId"] == CUSTOMER
    assert [order["orderId"] for order in held["orders"]] == ["o-1"]
    assert [json.loads(event)["told"] for event in held["orders"][0]["arrivals"]] == [["PLACED", "DESCRIBED"]]
    assert [basket["basketId"] for basket in held["baskets"]] == ["b-1"]
    assert held["customer"]["profile"]["tier"] == "gold"
    assert held["customer"]["profile"]["attributes"]["favouriteCategory"] == "coffee"
    # One for each of the customer's identifiers.
    assert [lookup["profile"] for lookup in held["lookups"]] == [held["customer"]["profile"]] * 3
    assert CUSTOMER in held["calls"][0]["response"]
    assert held["formerOrders"] == []


def test_an_export_of_somebody_unknown_is_empty(crowd: Crowd, known: str) -> None:
    held = crowd.admin().get("/store/customers/nobody/export", storeId=known).get_json()
    assert held.pop("customer") is None
    assert not any(held.values())
    problem(crowd.admin().get("/store/customers/nobody/export", storeId="none"), 404)


def test_nothing_is_left_of_an_erased_customer_and_the_figures_stay(
    crowd: Crowd, known: str, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, month = crowd.admin([known]), {"storeId": known, "year": AT[:4], "month": str(int(AT[5:7]))}
    before = admin.get("/store/dashboard", **month).get_json()
    assert admin.get(f"/store/customers/{CUSTOMER}/metrics", storeId=known).status_code == 200
    assert traces(known, valkey_url)
    first = erase(admin, known).get_json()
    assert (first["finished"], first["askAgainAfterSeconds"]) == (False, 120)
    assert first["erased"]["orders"] == 1
    pass_time(monkeypatch)
    assert erase(admin, known).get_json()["finished"]
    assert traces(known, valkey_url) == []
    after = admin.get("/store/dashboard", **month).get_json()
    assert after | {"generatedAt": None} == before | {"generatedAt": None}
    (customer,) = admin.get("/store/customers", storeId=known).get_json()["customers"]
    assert is_pseudonym(customer["customerId"])
    problem(admin.get(f"/store/customers/{CUSTOMER}/metrics", storeId=known), 404)


def test_late_events_bring_nobody_back(
    crowd: Crowd,
    apps: dict[str, Flask],
    known: str,
    instance: Forget,
    valkey_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    erase(crowd.admin(), known)
    with monkeypatch.context() as patched:
        pass_time(patched)
        assert erase(crowd.admin(), known).get_json()["finished"]
    instance()
    register(apps, known)
    order = an_old_order("o-1", customerId=CUSTOMER)
    for one in (order, an_old_order("o-late", customerId=CUSTOMER)):
        assert push(apps["order_created"], "order-created", an_old_creation(known, one)).status_code == 200
    amended = a_status_change(
        "COMPLETED", storeId=known, occurredAt="2026-01-01T00:00:00Z", order=order | {"price": "1.00"}
    )
    assert push(apps["order_status_changed"], "order-status-changed", amended).status_code == 200
    assert traces(known, valkey_url) == []
    customers = crowd.admin().get("/store/customers", storeId=known).get_json()["customers"]
    assert [(is_pseudonym(one["customerId"]), one["totalOrders"]) for one in customers] == [(True, 2)]


def test_both_are_audited_under_a_pseudonym(
    crowd: Crowd, known: str, instance: Forget, capsys: pytest.CaptureFixture[str]
) -> None:
    instance()
    admin = crowd.admin([known])
    admin.get(f"/store/customers/{CUSTOMER}/export", storeId=known)
    pseudonym = erase(admin, known).get_json()["pseudonym"]
    erased, exported = admin.get("/store/audit", storeId=known).get_json()["entries"][:2]
    assert (erased["action"], erased["target"]) == ("customer.erased", pseudonym)
    assert (exported["action"], exported["target"]) == ("customer.exported", pseudonym)
    assert erased["after"]["erased"]["orders"] == 1
    assert CUSTOMER not in json.dumps([erased, exported])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [CUSTOMER in json.dumps(line) for line in lines if line["message"] == "audit"] == [False, False]


def test_both_are_for_admins_of_the_store(crowd: Crowd, known: str) -> None:
    for asker in (crowd.somebody([known]), crowd.admin(["other"])):
        problem(erase(asker, known), 403)
        problem(asker.get(f"/store/customers/{CUSTOMER}/export", storeId=known), 403)
    problem(erase(crowd.nobody(), known), 401)


def test_a_pseudonym_cannot_be_erased_again(crowd: Crowd, known: str) -> None:
    pseudonym = erase(crowd.admin(), known).get_json()["pseudonym"]
    problem(erase(crowd.admin(), known, pseudonym), 400)
    problem(erase(crowd.admin(), "none"), 404)
