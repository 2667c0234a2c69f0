"""What an admin may set of customer lookups."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.baskets.lookup_config import LookupConfig
from shared.domain.api_origins import ApiOrigin, EndpointRules
from shared.messages.validation import describe_errors

GOOD = {"api_endpoint": "https://api.example.com/customers"}


def parsed(fields: dict[str, Any], *, local: bool = False, store_id: str | None = None) -> LookupConfig:
    origins = [
        ApiOrigin(origin="https://api.example.com"),
        ApiOrigin(origin="https://s-1.example.com", stores=frozenset({"s-1"})),
        ApiOrigin(origin="http://127.0.0.1:8084", stores=frozenset({"local"})),
    ]
    rules = EndpointRules(local=local, origins=origins, store_id=store_id)
    return LookupConfig.model_validate(fields, context={"endpoints": rules})


def test_the_endpoint_is_enough() -> None:
    assert parsed(GOOD).model_dump() == GOOD | {
        "timeout_seconds": 5,
        "retry_attempts": 2,
        "cache_ttl_seconds": 3600,
        "fallback_to_cache_on_error": True,
        "request": {
            "path": "",
            "query": {"identifier": "{identifier}", "type": "{type}", "storeId": "{storeId}"},
            "headers": {"Authorization": "Bearer {token}"},
            "types": {},
        },
        "answer": {
            "customer_id": "/customerId",
            "name": "/name",
            "email": "/email",
            "phone": "/phone",
            "loyalty_card": "/loyaltyCard",
            "tier": "/tier",
            "attributes": "",
            "missing_is_unknown": False,
        },
    }


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"api_endpoint": "http://api.example.com/"}, "api_endpoint"),
        ({"api_endpoint": "https://169.254.169.254/"}, "api_endpoint"),
        ({"api_endpoint": 5}, "api_endpoint"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"timeout_seconds": "5"}, "timeout_seconds"),
        ({"timeout_seconds": float("nan")}, "timeout_seconds"),
        ({"retry_attempts": 0}, "retry_attempts"),
        ({"retry_attempts": 6}, "retry_attempts"),
        ({"retry_attempts": True}, "retry_attempts"),
        ({"cache_ttl_seconds": -1}, "cache_ttl_seconds"),
        ({"fallback_to_cache_on_error": "yes"}, "fallback_to_cache_on_error"),
        ({"api_endpoit": "x"}, "api_endpoit"),
        ({"timeout_seconds": 30, "retry_attempts": 5}, ""),
        ({"request": {"path": "customers"}}, "request.path"),
        ({"request": {"path": "/{customer}/{identifier}"}}, "request.path"),
        ({"request": {"path": "/{identifier.value}"}}, "request.path"),
        ({"request": {"path": "/../{identifier}"}}, "request.path"),
        ({"request": {"path": "/a?b={identifier}"}}, "request.path"),
        ({"request": {"path": "/{identifier}#"}}, "request.path"),
        ({"request": {"query": {"q": "{token}", "i": "{identifier}"}}}, "request.query"),
        ({"request": {"query": {"": "{identifier}"}}}, "request.query"),
        ({"request": {"query": {"__q__": "{identifier}"}}}, "request.query"),
        ({"request": {"query": {f"q{n}": "{identifier}" for n in range(11)}}}, "request.query"),
        ({"request": {"query": {"q": "x"}}}, "request"),
        ({"request": {"headers": {"Host": "evil.test"}}}, "request.headers"),
        ({"request": {"headers": {"Content-Length": "0"}}}, "request.headers"),
        ({"request": {"headers": {"X-Key": "a\r\nX-Other: b"}}}, "request.headers"),
        ({"request": {"headers": {"X-Key": "{identifier}"}}}, "request.headers"),
        ({"request": {"headers": {"X Key": "a"}}}, "request.headers"),
        ({"request": {"types": {"fax": "fax"}}}, "request.types.fax.[key]"),
        ({"request": {"types": {"phone": 5}}}, "request.types.phone"),
        ({"answer": {"name": "name"}}, "answer.name"),
        ({"answer": {"name": "/a~2"}}, "answer.name"),
        ({"answer": {"customer_id": None}}, "answer.customer_id"),
        ({"answer": {"surname": "/surname"}}, "answer.surname"),
    ],
)
def test_a_wrong_value_is_named(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parsed(GOOD | changed)
    assert [named for named, _ in describe_errors(refused.value)] == [field]


@pytest.mark.parametrize(
    ("store_id", "endpoint", "said"),
    [
        (
            None,
            "https://evil.test/customers",
            "expected one of https://api.example.com, got https://evil.test",
        ),
        (None, "https://s-1.example.com/", "expected one of https://api.example.com, got https://s-1"),
        ("s-2", "https://s-1.example.com/", "expected one of https://api.example.com, got https://s-1"),
        (None, "https://api.example.com:8443/", "got https://api.example.com:8443"),
        (None, "https://api.example.com.evil.test/", "got https://api.example.com.evil.test"),
        (None, "https://api.example.com\\.evil.test/", "got https://api.example.com\\.evil.test"),
        (None, "https://evil.test#api.example.com", "without user name and fragment"),
        (None, "https://api.example.com@evil.test/", "without user name and fragment"),
    ],
)
def test_an_endpoint_is_of_an_origin_that_serves_the_store(
    store_id: str | None, endpoint: str, said: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        parsed({"api_endpoint": endpoint}, store_id=store_id)
    [(field, message)] = describe_errors(refused.value)
    assert field == "api_endpoint"
    assert said in message


def test_origins_compare_as_browsers_compare_them() -> None:
    for same in ("https://API.example.com:443/v2?x=1", "https://api.example.com"):
        assert parsed({"api_endpoint": same}).api_endpoint == same
    own = "https://s-1.example.com/customers"
    assert parsed({"api_endpoint": own}, store_id="s-1").api_endpoint == own


def test_http_is_for_the_local_stack() -> None:
    endpoint = "http://127.0.0.1:8084/customers"
    assert parsed({"api_endpoint": endpoint}, local=True, store_id="local").api_endpoint == endpoint


def test_the_apis_shape_is_as_it_was_put() -> None:
    shape = {
        "request": {
            "path": "/v2/{type}/{identifier}",
            "query": {"{type}": "{identifier}"},
            "headers": {"X-Api-Key": "{token}", "Accept-Language": "en"},
            "types": {"phone": "msisdn"},
        },
        "answer": {
            "customer_id": "/data/0/id",
            "name": None,
            "email": "/data/0/contact/e~1mail",
            "phone": None,
            "loyalty_card": None,
            "tier": "/data/0/level",
            "attributes": "/data/0",
            "missing_is_unknown": True,
        },
    }
    assert parsed(GOOD | shape).model_dump().items() >= shape.items()
