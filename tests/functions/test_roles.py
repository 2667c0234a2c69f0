"""What each role may do in which store: the attacks of somebody who holds another role, or another store."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd, problem
from tests.functions.till_client import Till

START = (
    'mutation { startBasket(employeeId: 1, terminalId: "t", customerIdentifier: "CARD-1001") { basketId } }'
)
BASKET = '{ basket(basketId: "b") { basketId } }'
CUSTOMER = '{ customer(customerId: "c") { name } }'
SETTINGS = {"name": "Aurora", "timezone": "UTC", "currency": "BRL"}
LOOKED_AT = ("/store/dashboard", "/store/dashboard.csv", "/store/customers", "/store/coupons")


def in_store(query: str, store_id: str) -> str:
    """Return the query with its store named."""
    return query.replace('"t"', f'"t", storeId: "{store_id}"').replace(
        'Id: "b"', f'Id: "b", storeId: "{store_id}"'
    )


def test_a_viewer_starts_no_basket_and_learns_no_customer_from_a_guessed_identifier(till: Till) -> None:
    till.roles = ["viewer"]
    code, message = till.refused(START)
    assert (code, message) == (
        "FORBIDDEN",
        "expected a token with the role 'till'; this one grants it in no store",
    )
    named = till.refused(in_store(START, till.store_id))[1]
    assert named == f"expected a token with the role 'till' in store {till.store_id!r}"
    assert till.baskets() == 0
    assert till.ask(BASKET) == {"basket": None}
    assert till.ask(CUSTOMER) == {"customer": None}


def test_a_till_starts_baskets_and_follows_them_and_an_admin_does_so_too(till: Till) -> None:
    for role in ("till", "admin"):
        till.roles = [role]
        assert till.ask(START)["startBasket"]["basketId"]
        assert till.ask(BASKET) == {"basket": None}
        assert till.ask(CUSTOMER) == {"customer": None}


@pytest.mark.parametrize("query", [START, BASKET])
def test_a_till_of_one_store_asks_nothing_of_another(till: Till, query: str) -> None:
    assert till.refused(in_store(query, "other"))[0] == "FORBIDDEN"
    assert till.baskets() == 0


def test_a_till_of_one_store_that_only_views_another_starts_no_basket_there(till: Till) -> None:
    till.stores, till.roles = ["mine", "seen"], {"mine": ["till"], "seen": ["viewer"]}
    assert till.refused(in_store(START, "seen"))[0] == "FORBIDDEN"
    assert till.ask(in_store(BASKET, "seen")) == {"basket": None}
    assert till.ask(START)["startBasket"]["basketId"], "the only store in which the token may start one"


def test_a_till_sees_no_figures(crowd: Crowd, store_id: str) -> None:
    crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS)
    till = crowd.somebody([store_id], ["till"])
    for path in LOOKED_AT:
        problem(till.get(path, storeId=store_id), 403)
    problem(till.get("/store/customers/c/metrics", storeId=store_id), 403)
    problem(till.get("/store/orders", storeId=store_id, counter="totalOrders"), 403)
    for path in ("/store/orders/o-1", "/store/recount", "/store/returning-customers"):
        problem(till.get(path, storeId=store_id), 403)
    assert till.get("/stores").get_json() == {"stores": []}


def test_an_admin_of_one_store_changes_nothing_in_another_that_is_only_viewed(
    crowd: Crowd, store_id: str
) -> None:
    names = [f"{store_id}-mine", f"{store_id}-seen"]
    for name in names:
        crowd.admin().send("PUT", f"/stores/{name}", SETTINGS)
    roles = {names[0]: ["admin"], names[1]: ["viewer"]}
    somebody = crowd.bearer(crowd.issuer.sign(stores=names, roles=roles))
    assert somebody.send("PUT", f"/stores/{names[0]}", SETTINGS).status_code == 200
    problem(somebody.send("PUT", f"/stores/{names[1]}", SETTINGS), 403)
    problem(somebody.get("/store/lookups", storeId=names[1]), 403)
    assert somebody.get("/store/dashboard", storeId=names[1]).status_code == 200
    assert {store["storeId"] for store in somebody.get("/stores").get_json()["stores"]} == {*names}


def test_an_admin_of_one_store_who_views_all_is_no_operator(crowd: Crowd) -> None:
    roles = {"*": ["viewer"], "mine": ["admin"]}
    problem(crowd.bearer(crowd.issuer.sign(stores="*", roles=roles)).get("/dead-letters"), 403)


def test_claims_of_the_proxy_count_in_its_assertion_alone(
    crowd: Crowd, instance: Forget, monkeypatch: pytest.MonkeyPatch, store_id: str
) -> None:
    monkeypatch.setattr("shared.adapters.auth._IAP_KEYS", crowd.issuer.jwks_url)
    monkeypatch.setenv("IAP_AUDIENCE", "/projects/1/iap")
    instance()
    everything: dict[str, Any] = {"stores": "*", "roles": ["admin"]}
    forged = crowd.bearer(crowd.issuer.sign(gcip=everything, stores=[store_id], roles=["viewer"]))
    problem(forged.get("/dead-letters"), 403)
    problem(forged.send("PUT", f"/stores/{store_id}", SETTINGS), 403)
    client = crowd.nobody()
    proxied = {"iss": "https://cloud.google.com/iap", "aud": "/projects/1/iap"}
    for claims, status in (
        ({"gcip": everything}, 200),
        (everything, 403),
        ({"gcip": [everything]} | everything, 403),
    ):
        client._headers = {"X-Goog-IAP-JWT-Assertion": crowd.issuer.sign(**claims, **proxied)}
        assert client.get("/dead-letters").status_code == status
