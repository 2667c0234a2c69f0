"""A customer as the API's answer describes them, wherever its fields stand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.adapters.customer_answer import read_customer
from shared.baskets.api_shape import AnswerShape

ANA = {"customerId": "cust-001", "name": "Ana", "email": "ana@example.com", "phone": "+1", "loyaltyCard": "C"}


def read(document: Any, **shape: Any) -> dict[str, Any] | None:
    return read_customer(json.dumps(document).encode(), AnswerShape(**shape))


def test_unknown_fields_are_attributes_whatever_their_shape() -> None:
    others = {"points": 5, "__a__": [[1, [2]], {"b": None}], "": "x", "large": 2**80, "half": 0.5}
    assert read(ANA | {"tier": "gold"} | others) == ANA | {"tier": "gold", "attributes": others}


def test_without_further_fields_tier_and_attributes_are_empty() -> None:
    assert read(ANA) == ANA | {"tier": None, "attributes": {}}


def test_fields_are_where_the_pointers_say() -> None:
    document = {
        "data": [
            {"id": 17, "who": {"full": "Ana"}, "level": 3, "contact/mail": "ana@example.com", "points": 5}
        ],
        "requestId": "r-1",
    }
    profile = read(
        document,
        customer_id="/data/0/id",
        name="/data/0/who/full",
        email="/data/0/contact~1mail",
        phone=None,
        loyalty_card="/data/0/card",
        tier="/data/0/level",
        attributes="/data/0",
    )
    assert profile == {
        "customerId": "17", "name": "Ana", "email": "ana@example.com", "phone": None, "loyaltyCard": None,
        "tier": "3", "attributes": {"who": {"full": "Ana"}, "points": 5},
    }  # fmt: skip


def test_no_attributes_are_kept_where_that_is_not_wanted() -> None:
    profile = read(ANA | {"points": 5}, attributes=None)
    assert profile is not None
    assert profile["attributes"] == {}


def test_an_answer_without_the_place_of_the_attributes_has_none() -> None:
    profile = read(ANA | {"points": 5}, attributes="/more/fields")
    assert profile is not None
    assert profile["attributes"] == {}


@pytest.mark.parametrize("document", [[], {"data": []}, {"data": None}, 5, None])
def test_an_answer_without_an_id_is_no_customer_or_malformed(document: Any) -> None:
    assert read(document, customer_id="/data/0/id", missing_is_unknown=True) is None
    with pytest.raises(ValueError, match="customer_id"):
        read(document, customer_id="/data/0/id")


@pytest.mark.parametrize(
    "changed",
    [{"customerId": True}, {"customerId": ""}, {"customerId": "x" * 201}, {"name": ["Ana"]}, {"tier": {}},
     {"email": 1.5}, {"phone": "x" * 501}],
)  # fmt: skip
def test_a_known_field_of_another_type_is_malformed(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        read(ANA | changed)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 60_000,
        b'{"customerId": NaN}',
        b'{"customerId": "c", "points": NaN}',
        b'"\\ud800"',
    ],
)
def test_what_is_no_json_is_malformed(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_customer(body, AnswerShape())
