"""Every view, asked by everybody, about one's own store and another's in every spelling.

Views, and who may call them, come from what functions-framework serves. A view whose request can't be made
from the values below fails, so that a new one gets its row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from infra.views import Operation, http_functions, operations
from shared.entry.views import ADMIN, OPERATOR, PUBLIC, SIGNED_IN, VIEWER, Access
from tests.functions.messages import an_old_creation, push
from tests.functions.tokens import Issuer

ENTRY_POINTS = {function.name: function.entry_point for function in http_functions()}
GUARDED = [one for one in operations() if one.endpoint.access is not PUBLIC]
OF_A_STORE = [
    one for one in GUARDED if one.endpoint.access in (VIEWER, ADMIN) and "store_id" not in one.rule.arguments
]
"""Views that query or body tell the store."""
SECRET = "what-only-the-other-store-sells"
SETTINGS = {"name": "Taken", "timezone": "UTC", "currency": "BRL"}

PARTS = {"callId": "0" * 32, "customerId": "c-1", "letterId": "0" * 64, "orderId": "o-1"}
"""Parts of paths besides the store."""

QUERY = {"counter": "totalOrders", "month": "2024-05"}
"""Query parameters that must be given, besides the store."""


def bodies(store_id: str) -> Mapping[str, dict[str, Any]]:
    """Return a right body for each model of a body."""
    return {
        "Correction": {"data": "{}"},
        "CustomerSearch": {"text": "c-1"},
        "Document": {
            "query": 'query($s: String!) { customer(storeId: $s, customerId: "c") { name } }',
            "variables": {"s": store_id},
        },
        "LookupConfig": {"api_endpoint": "https://customers.example.com"},
        "ReconcileRequest": {"storeId": store_id, "month": "2024-05"},
        "StoreLookupConfig": {"timeout_seconds": 5},
        "StoreSettings": SETTINGS,
        "ZoneRequest": {"storeId": store_id, "timezone": "Asia/Tokyo"},
    }


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: the claims of a token for the stores `mine` and `theirs`, and what it may do in `mine`."""

    sign: Callable[[Issuer, str, str], str | None]
    may: frozenset[Access]


def claims(roles: Any, stores: Callable[[str, str], Any]) -> Callable[[Issuer, str, str], str]:
    return lambda issuer, mine, theirs: issuer.sign(
        stores=stores(mine, theirs), roles=roles(mine, theirs) if callable(roles) else roles
    )


EVERYBODY = {
    "nobody": Identity(lambda *_: None, frozenset()),
    "a forger": Identity(lambda issuer, *_: issuer.sign_strangely(stores="*", roles=["admin"]), frozenset()),
    "somebody without a role": Identity(claims([], lambda mine, _: [mine]), frozenset({SIGNED_IN})),
    "a till": Identity(claims(["till"], lambda mine, _: [mine]), frozenset({SIGNED_IN})),
    "a viewer": Identity(claims(["viewer"], lambda mine, _: [mine]), frozenset({SIGNED_IN, VIEWER})),
    "an admin": Identity(claims(["admin"], lambda mine, _: [mine]), frozenset({SIGNED_IN, VIEWER, ADMIN})),
    "a viewer who is admin elsewhere": Identity(
        claims(
            lambda mine, _: {mine: ["viewer"], "elsewhere": ["admin"]}, lambda mine, _: [mine, "elsewhere"]
        ),
        frozenset({SIGNED_IN, VIEWER}),
    ),
    "an operator": Identity(
        claims(["admin"], lambda *_: "*"), frozenset({SIGNED_IN, VIEWER, ADMIN, OPERATOR})
    ),
}

SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "plain": lambda one: quote(one, safe=""),
    "lower case": lambda one: quote(one, safe="").lower(),
    "every character": lambda one: "".join(f"%{byte:02X}" for byte in one.encode()),
    "encoded twice": lambda one: quote(quote(one, safe=""), safe=""),
    "slashes left": lambda one: quote(one, safe="/"),
    "a slash before": lambda one: "/" + quote(one, safe=""),
    "a slash after": lambda one: quote(one, safe="") + "/",
    "dots": lambda one: "x/../" + quote(one, safe=""),
    "a null after": lambda one: quote(one, safe="") + "%00",
    "a space after": lambda one: quote(one, safe="") + "%20",
    "wide": lambda one: quote("\ufeff" + one, safe=""),
    "decomposed": lambda one: quote(one.replace("\u00fc", "u\u0308"), safe=""),
}


@pytest.fixture
def other_store(apps: dict[str, Flask], pubsub: object, project: str) -> str:  # noqa: ARG001
    """Return a store of somebody else's with an order in it."""
    theirs = f"{project}/\u00fc.other"
    event = an_old_creation(theirs)
    event["order"] |= {"customerId": "c-1", "couponCode": SECRET}
    event["order"]["items"][0]["productName"] = SECRET
    assert push(apps["order_created"], "order-created", event).status_code == 200
    return theirs


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends requests to the functions with a token, or with none."""

    apps: Mapping[str, Flask]
    token: str | None

    def ask(self, one: Operation, store_id: str, spelt: str | None, *, query: str = "") -> TestResponse:
        """Ask with right values; without a spelling, leave the store out of the query and the body."""
        path = one.path.replace("{storeId}", spelt or "")
        for name, value in PARTS.items():
            path = path.replace(f"{{{name}}}", value)
        assert "{" not in path, f"{one.method} {one.path}: name its parts in PARTS"
        model = one.endpoint.query
        wanted = (
            {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
            if model
            else set()
        )
        left_out = {"storeId"} if spelt is None else set()
        parameters = [
            f"{name}={spelt if name == 'storeId' else QUERY[name]}" for name in sorted(wanted - left_out)
        ]
        body = bodies(store_id)[one.endpoint.body.__name__] if one.endpoint.body else None
        if body:
            body = {name: value for name, value in body.items() if name not in left_out}
        return (
            self.apps[ENTRY_POINTS[one.function]]
            .test_client()
            .open(
                f"{path}?{'&'.join([*parameters, query])}",
                method=one.method,
                json=body,
                headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
            )
        )


@pytest.mark.parametrize("one", GUARDED, ids=lambda one: f"{one.method} {one.path}")
def test_only_those_who_may_are_let_in(
    apps: dict[str, Flask], issuer: Issuer, store_id: str, other_store: str, one: Operation
) -> None:
    for name, identity in EVERYBODY.items():
        caller = Caller(apps, identity.sign(issuer, store_id, other_store))
        status = caller.ask(one, store_id, quote(store_id, safe="")).status_code
        if not identity.may:
            assert status == 401, name
        elif one.endpoint.access in identity.may:
            assert status in (200, 201, 204, 400, 404, 409), name
        else:
            assert status == 403, name


@pytest.mark.parametrize("one", GUARDED, ids=lambda one: f"{one.method} {one.path}")
def test_another_store_is_closed_in_every_spelling(
    apps: dict[str, Flask], issuer: Issuer, store_id: str, other_store: str, one: Operation
) -> None:
    mine, theirs = quote(store_id, safe=""), quote(other_store, safe="")
    for name in ("a till", "a viewer", "an admin", "a viewer who is admin elsewhere"):
        caller = Caller(apps, EVERYBODY[name].sign(issuer, store_id, other_store))
        answers = {how: caller.ask(one, other_store, spell(other_store)) for how, spell in SPELLINGS.items()}
        for parameter in ("storeId", "store_id"):
            polluted = caller.ask(one, other_store, theirs, query=f"{parameter}={mine}")
            answers[f"and {parameter} again"] = polluted
        for how, answer in answers.items():
            assert SECRET not in answer.text, f"{name}, {how}"
            if one.endpoint.access in (VIEWER, ADMIN):
                assert answer.status_code in (400, 403, 404, 405), f"{name}, {how}"
            assert answer.status_code < 500, f"{name}, {how}"
    kept = (
        apps["dashboard"]
        .test_client()
        .get("/stores", headers={"Authorization": f"Bearer {EVERYBODY['an operator'].sign(issuer, '', '')}"})
    )
    assert SETTINGS["name"] not in kept.text


@pytest.fixture
def own_store(apps: dict[str, Flask], pubsub: object, project: str) -> str:  # noqa: ARG001
    """Return a store of the caller's own with an order in it."""
    mine = f"{project}-own"
    assert push(apps["order_created"], "order-created", an_old_creation(mine)).status_code == 200
    return mine


@pytest.mark.parametrize("one", OF_A_STORE, ids=lambda one: f"{one.method} {one.path}")
def test_a_store_that_is_left_out_is_the_only_one_that_the_token_grants(
    apps: dict[str, Flask], issuer: Issuer, own_store: str, other_store: str, one: Operation
) -> None:
    for name in ("a till", "a viewer", "an admin", "a viewer who is admin elsewhere", "an operator"):
        caller = Caller(apps, EVERYBODY[name].sign(issuer, own_store, other_store))
        named = caller.ask(one, own_store, quote(own_store, safe=""))
        answer = caller.ask(one, own_store, None)
        assert SECRET.encode() not in answer.data, name
        if name == "a viewer who is admin elsewhere" and one.endpoint.access is ADMIN:
            # The one store in which it is an admin.
            assert named.status_code == 403
            assert answer.status_code in (200, 400, 404)
            assert own_store.encode() not in answer.data
        elif name in ("a viewer who is admin elsewhere", "an operator"):
            assert answer.status_code == 400, name
            assert [error["field"] for error in answer.get_json()["errors"]] == ["storeId"]
        else:
            assert answer.status_code == named.status_code, name
            assert b"no store" not in named.data, name
            assert answer.data == named.data or answer.status_code in (200, 403), name
