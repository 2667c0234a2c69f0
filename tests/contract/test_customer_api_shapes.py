"""A customer API of another shape than ours is a matter of configuration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.adapters.customer_api import CustomerApi
from shared.baskets.api_shape import AnswerShape, RequestShape
from shared.baskets.calls import ApiCall
from shared.baskets.lookup_config import LookupConfig
from shared.domain.api_origins import ApiOrigin
from shared.domain.customer_identifier import CustomerIdentifier, IdentifierKind
from tests.recorder import Recorder, record

PHONE = CustomerIdentifier(kind=IdentifierKind.PHONE, value="+1234567890")
MEMBER = {"data": {"member": {"id": 17, "fullName": "Ana Souza", "level": "gold", "points": 4820}}}


def card(value: str) -> CustomerIdentifier:
    return CustomerIdentifier(kind=IdentifierKind.CARD, value=value)


@pytest.fixture
def api() -> Iterator[Recorder]:
    with record() as recorder:
        yield recorder


def look_up(
    api: Recorder,
    identifier: CustomerIdentifier = PHONE,
    *,
    endpoint: str = "",
    answer: dict[str, Any] | None = None,
    tokens: bool = True,
    **request: Any,
) -> list[ApiCall]:
    config = LookupConfig.model_construct(
        api_endpoint=f"{api.url}{endpoint}",
        request=RequestShape(**request),
        answer=AnswerShape(**(answer or {})),
    )
    known = [ApiOrigin(origin=api.origin, token="t-1")] if tokens else []
    return CustomerApi(local=True, tokens=known).look_up("s/1", identifier, config)


def test_another_api_is_asked_and_understood_as_configured(api: Recorder) -> None:
    api.status, api.body = 200, json.dumps(MEMBER).encode()
    [call] = look_up(
        api,
        path="/members/{type}/{identifier}",
        query={"shop": "{storeId}", "expand": "all"},
        headers={"X-Api-Key": "{token}", "Accept-Language": "en"},
        types={"phone": "msisdn"},
        answer={
            "customer_id": "/data/member/id",
            "name": "/data/member/fullName",
            "tier": "/data/member/level",
            "attributes": "/data/member",
        },
    )
    [asked] = api.requests
    assert asked.path == "/customers/members/msisdn/%2B1234567890"
    assert asked.query == {"shop": "s/1", "expand": "all"}
    assert (asked.headers["x-api-key"], asked.headers["accept-language"]) == ("t-1", "en")
    assert "authorization" not in asked.headers
    assert call.answer is not None
    assert call.answer.profile == {
        "customerId": "17", "name": "Ana Souza", "email": None, "phone": None, "loyaltyCard": None,
        "tier": "gold", "attributes": {"points": 4820},
    }  # fmt: skip


def test_the_name_of_a_parameter_may_be_the_kind_of_identifier(api: Recorder) -> None:
    look_up(api, query={"{type}": "{identifier}"}, endpoint="?v=2")
    assert api.requests[0].query == {"phone": "+1234567890", "v": "2"}


def test_a_header_with_a_token_is_left_out_without_one(api: Recorder) -> None:
    look_up(api, headers={"X-Api-Key": "{token}", "X-Client": "tillpulse"}, tokens=False)
    assert "x-api-key" not in api.requests[0].headers
    assert api.requests[0].headers["x-client"] == "tillpulse"


@pytest.mark.parametrize("value", ["A/../B", "A?B#C", "%2E%2E", "{TYPE}", "É"])
def test_an_identifier_stays_within_its_segment(api: Recorder, value: str) -> None:
    look_up(api, card(value), path="/by-card/{identifier}")
    *before, last = api.requests[0].path.split("/")
    assert before == ["", "customers", "by-card"]
    assert last not in ("", ".", "..")


@pytest.mark.parametrize("value", [".", ".."])
def test_an_identifier_that_leads_elsewhere_is_not_asked_for(api: Recorder, value: str) -> None:
    [call] = look_up(api, card(value), path="/by-card/{identifier}")
    assert (call.outcome, call.answer) == ("refused", None)
    assert api.requests == []
    look_up(api, card(value))
    assert api.requests[0].query["identifier"] == value


def test_an_empty_list_may_mean_that_there_is_no_such_customer(api: Recorder) -> None:
    api.status, api.body = 200, b'{"data": []}'
    first = {"customer_id": "/data/0/id"}
    [call] = look_up(api, answer=first | {"missing_is_unknown": True})
    assert call.outcome == "unknown"
    assert call.answer is not None
    assert call.answer.profile is None
    [call] = look_up(api, answer=first)
    assert (call.outcome, call.answer) == ("malformed", None)


def test_the_whole_response_is_kept_up_to_64_kib(api: Recorder) -> None:
    api.status, api.body = 200, json.dumps({"customerId": "c", "note": "x" * 60_000}).encode()
    [call] = look_up(api)
    assert call.response == api.body.decode()
    api.body = b"y" * 70_000
    [call] = look_up(api)
    assert (call.outcome, call.response) == ("too_large", "y" * 64 * 1024)
