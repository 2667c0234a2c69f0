"""The tills' GraphQL API: as users call it, within limits, and never telling too much."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query

from emulator.customer_api.customers import CUSTOMERS
from shared import runtime
from shared.errors import StoreUnavailable
from tests.functions.dashboard_client import problem
from tests.functions.till_client import USERS_CALL, Till
from tests.played_api import profile_of

DOUBLING = " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
"""Fragments that each spread the next one twice."""

FOLLOW = """query($basketId: String!) { basket(basketId: $basketId) {
  basketId customerId status lookupStatus customer { customerId name profile { phone loyaltyCard } } } }"""


@pytest.mark.parametrize("path", ["/", "/graphql", "/graphql/"])
def test_the_users_call_starts_a_basket_whose_customer_is_found(till: Till, path: str) -> None:
    started = till.ask(USERS_CALL, path=path)["startBasket"]
    assert started == {"basketId": started["basketId"], "customerId": None, "status": "OPEN"}
    pending = till.ask(FOLLOW, basketId=started["basketId"])["basket"]
    assert (pending["lookupStatus"], pending["customer"]) == ("PENDING", None)
    assert [answer.status_code for answer in till.deliver()] == [200]
    assert till.ask(FOLLOW, basketId=started["basketId"])["basket"] == {
        "basketId": started["basketId"],
        "customerId": "cust-001",
        "status": "OPEN",
        "lookupStatus": "FOUND",
        "customer": {
            "customerId": "cust-001",
            "name": "Ana Souza",
            "profile": {"phone": "+1234567890", "loyaltyCard": "CARD-1001"},
        },
    }
    [message] = till.pubsub.take("customer-data-fetched")
    assert b'"cust-001"' in message.data


def test_a_basket_may_be_a_guests(till: Till) -> None:
    call = 'mutation { startBasket(employeeId: 1, terminalId: "t") { basketId lookupStatus } }'
    basket_id = till.ask(call)["startBasket"]["basketId"]
    assert [answer.status_code for answer in till.deliver()] == [200]
    assert till.ask(FOLLOW, basketId=basket_id)["basket"]["lookupStatus"] == "GUEST"


def test_a_customer_is_shown_with_profile_and_metrics(till: Till) -> None:
    till.ask(USERS_CALL)
    till.deliver()
    query = '{ customer(customerId: "cust-001") { name profile { email } metrics { totalOrders version } } }'
    assert till.ask(query)["customer"] == {
        "name": "Ana Souza",
        "profile": {"email": "ana.souza@example.com"},
        "metrics": {"totalOrders": 0, "version": 1},
    }
    assert till.ask('{ customer(customerId: "nobody") { name } }') == {"customer": None}


def test_a_customers_tier_and_attributes_are_shown(till: Till) -> None:
    query = '{ customer(customerId: "cust-001") { tier attributes } }'
    till.ask(USERS_CALL)
    assert till.ask(query)["customer"] is None
    till.deliver()
    expected = profile_of(CUSTOMERS[0])
    assert till.ask(query)["customer"] == {name: expected[name] for name in ("tier", "attributes")}
    [message] = till.pubsub.take("customer-data-fetched")
    assert json.loads(message.data)["customer"] == expected


def test_an_unknown_basket_is_null(till: Till) -> None:
    assert till.ask(FOLLOW, basketId="b/unknown") == {"basket": None}


@pytest.mark.parametrize("stores", ["*", ["s-1", "s-2"]])
def test_a_token_of_not_just_one_store_has_to_name_it(till: Till, stores: Any) -> None:
    till.stores = stores
    code, message = till.refused(USERS_CALL)
    assert code == "STORE_REQUIRED"
    assert 'storeId: "s-1"' in message
    named = USERS_CALL.replace("employeeId: 1", 'employeeId: 1, storeId: "s-1"')
    assert till.ask(named)["startBasket"]["basketId"]


@pytest.mark.parametrize(
    ("stores", "roles"), [([], ["till"]), (["s-1"], []), (["s-1"], ["owner"]), ("*", None)]
)
def test_a_token_without_a_role_starts_nothing(till: Till, stores: Any, roles: Any) -> None:
    till.stores, till.roles = stores, roles
    named = USERS_CALL.replace("employeeId: 1", 'employeeId: 1, storeId: "s-1"')
    for call in (USERS_CALL, named):
        assert till.refused(call)[0] == "FORBIDDEN"
    assert till.baskets() == 0


@pytest.mark.parametrize(
    "query",
    [
        'mutation { startBasket(employeeId: 1, terminalId: "t", storeId: "other") { basketId } }',
        '{ basket(basketId: "b", storeId: "other") { basketId } }',
        '{ customer(customerId: "c", storeId: "other") { name } }',
    ],
)
def test_another_store_is_refused_whether_it_exists_or_not(till: Till, query: str) -> None:
    assert till.refused(query) == ("FORBIDDEN", "the token does not grant store 'other'")


def test_without_a_token_nothing_is_answered(till: Till) -> None:
    answer = till.apps["graphql"].test_client().post("/", json={"query": USERS_CALL})
    problem(answer, 401)
    assert till.baskets() == 0


def test_the_same_key_starts_one_basket(till: Till) -> None:
    first, second = (till.ask(USERS_CALL, key="k-1")["startBasket"] for _ in range(2))
    assert first == second
    assert till.baskets() == 1
    other = USERS_CALL.replace("term_001", "term_002")
    assert till.refused(other, key="k-1")[0] == "IDEMPOTENCY_KEY_REUSED"
    assert till.ask(other, key="k-2")["startBasket"] != first


def test_one_document_may_start_several_baskets_under_one_key(till: Till) -> None:
    call = 'startBasket(employeeId: 1, terminalId: "t") { basketId }'
    both = f"mutation {{ a: {call} b: {call} }}"
    first, second = till.ask(both, key="k-1"), till.ask(both, key="k-1")
    assert first == second
    assert till.baskets() == 2


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_a_length(till: Till, key: str) -> None:
    problem(till.post(USERS_CALL, key=key), 400)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ('employeeId: 1, terminalId: ""', "terminalId: "),
        (f'employeeId: 1, terminalId: "{"t" * 201}"', "terminalId: "),
        ('employeeId: 1, terminalId: "a\\u0000"', "terminalId: "),
        (f'employeeId: 1, terminalId: "t", customerIdentifier: "{"1" * 201}"', "customerIdentifier: "),
        ('employeeId: "1", terminalId: "t"', "Int cannot represent"),
        ('employeeId: 99999999999, terminalId: "t"', "Int cannot represent"),
        ('terminalId: "t"', "employeeId"),
    ],
)
def test_a_wrong_argument_is_named(till: Till, arguments: str, said: str) -> None:
    _, message = till.refused(f"mutation {{ startBasket({arguments}) {{ basketId }} }}")
    assert said in message
    assert till.baskets() == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "query { " + " ".join(f"a{n}: __typename" for n in range(21)) + " }",
            "20 fields at its root, got 21",
        ),
        ("{ " + "__typename " * 1000 + "}", "tokens"),
        (f"{{ ...f0 }} {DOUBLING} fragment f60 on Query {{ __typename }}", f"got {2**60}"),
        ("{ ...f } fragment f on Query { ...f }", "Cannot spread fragment 'f' within itself"),
        (
            "{ __schema { types " + "{ fields { type " * 9 + "{ name }" + " } }" * 9 + " } }",
            "introspection depth",
        ),
        ("{ nothing }", "Cannot query field"),
        ("{ basket", "Syntax Error"),
        ("{ a" * 400, "Syntax Error"),
    ],
    ids=["wide", "tokens", "doubling", "cycle", "introspection", "unknown field", "syntax", "nested"],
)
def test_a_document_stays_within_limits(till: Till, query: str, said: str) -> None:
    answer = till.post(query).get_json()
    assert answer["data"] is None
    assert said in answer["errors"][0]["message"]


def test_a_long_body_is_refused(till: Till) -> None:
    assert till.post("#" * 70_000).status_code == 413


@pytest.mark.parametrize("body", ["[]", "{}", '{"query": 5}', '{"query": "{ a }", "variables": []}', "no"])
def test_what_is_no_document_is_a_problem(till: Till, body: str) -> None:
    token = till.issuer.sign(stores=["s-1"], roles=["viewer"])
    answer = till.apps["graphql"].test_client().post(
        "/", data=body, headers={"Authorization": f"Bearer {token}"}, content_type="application/json"
    )  # fmt: skip
    problem(answer, 400)


def test_an_operation_has_to_be_there(till: Till) -> None:
    token = till.issuer.sign(stores=["s-1"], roles=["viewer"])
    body = {"query": "query a { __typename } query b { __typename }", "operationName": "c"}
    headers = {"Authorization": f"Bearer {token}"}
    problem(till.apps["graphql"].test_client().post("/", json=body, headers=headers), 400)


@pytest.mark.parametrize(
    ("error", "code"),
    [(StoreUnavailable("host 10.0.0.7"), "UNAVAILABLE"), (KeyError("secret"), "INTERNAL_SERVER_ERROR")],
)
def test_our_own_failures_tell_nothing(
    till: Till, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(runtime.documents(), "read", fail)
    told, message = till.refused('{ basket(basketId: "b") { basketId } }')
    assert told == code
    assert "10.0.0.7" not in message
    assert "secret" not in message


def test_any_graphql_client_can_read_the_schema(till: Till) -> None:
    schema = build_client_schema(till.ask(get_introspection_query()))
    assert schema.mutation_type
    assert "startBasket" in schema.mutation_type.fields
