"""What an admin may set of customer lookups."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.baskets.lookup_config import LookupConfig
from shared.messages.validation import describe_errors

GOOD = {"api_endpoint": "https://api.example.com/customers"}


def parsed(fields: dict[str, Any], *, local: bool = False) -> LookupConfig:
    return LookupConfig.model_validate(fields, context={"local": local})


def test_the_endpoint_is_enough() -> None:
    assert parsed(GOOD).model_dump() == GOOD | {
        "timeout_seconds": 5,
        "retry_attempts": 2,
        "cache_ttl_seconds": 3600,
        "fallback_to_cache_on_error": True,
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
    ],
)
def test_a_wrong_value_is_named(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parsed(GOOD | changed)
    assert [named for named, _ in describe_errors(refused.value)] == [field]


def test_http_is_for_the_local_stack() -> None:
    endpoint = "http://127.0.0.1:8084/customers"
    assert parsed({"api_endpoint": endpoint}, local=True).api_endpoint == endpoint
