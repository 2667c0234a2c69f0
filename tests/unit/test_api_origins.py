"""The origins where customers may be looked up, and which token goes where."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from shared.domain.api_origins import ApiOrigin, EndpointRules, origin_of, read_origins, token_for

API = "https://api.example.com"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://API.example.com/v1?x=/", API),
        ("https://api.example.com:443", API),
        ("http://api.example.com:443", "http://api.example.com:443"),
        ("https://api.example.com:8443/", "https://api.example.com:8443"),
        ("http://[::1]:80/", "http://[::1]"),
        ("http://[::1]:8084/", "http://[::1]:8084"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin
    assert origin_of(origin) == origin


def test_origins_are_read_with_the_stores_that_they_serve() -> None:
    text = json.dumps([{"origin": API}, {"origin": API, "stores": ["s-1"]}, {"origin": API, "stores": None}])
    everywhere = ApiOrigin(origin=API)
    assert read_origins(text, with_token=False) == (
        everywhere,
        ApiOrigin(origin=API, stores=frozenset({"s-1"})),
        everywhere,
    )
    [with_token] = read_origins(json.dumps([{"origin": API, "token": "t"}]), with_token=True)
    assert with_token == ApiOrigin(origin=API, token="t")
    assert "token" not in repr(with_token)


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"origin": API},
        {"origin": API, "token": ""},
        {"origin": API, "token": "two\nlines"},
        {"origin": API, "token": 5},
        {"origin": f"{API}/", "token": "t"},
        {"origin": f"{API}:443", "token": "t"},
        {"origin": "api.example.com", "token": "t"},
        {"origin": "ftp://api.example.com", "token": "t"},
        {"origin": "https://", "token": "t"},
        {"origin": "https://:8443", "token": "t"},
        {"origin": f"{API}:port", "token": "t"},
        {"origin": API, "token": "t", "store": ["s-1"]},
        {"origin": API, "token": "t", "stores": "s-1"},
        {"origin": API, "token": "t", "stores": [1]},
        "text",
    ],
)
def test_what_is_no_origin_is_refused_without_telling_the_token(entry: Any) -> None:
    for text in (json.dumps([entry]), json.dumps(entry)):
        with pytest.raises(ValueError, match="expected a JSON list such as") as refused:
            read_origins(text, with_token=True)
        assert "two" not in str(refused.value)


def test_a_list_without_tokens_takes_none() -> None:
    with pytest.raises(ValueError, match="expected a JSON list"):
        read_origins(json.dumps([{"origin": API, "token": "t"}]), with_token=False)


@pytest.mark.parametrize(
    ("url", "store_id", "token"),
    [
        (f"{API}/customers", "s-1", "of s-1"),
        (f"{API}/customers", "s-2", "of all"),
        ("https://own.example.com/", "s-1", None),
        ("https://own.example.com/", "s-2", "of s-2"),
        (f"{API}.evil.test/", "s-1", None),
        (f"{API}:8443/", "s-1", None),
        ("http://api.example.com/", "s-1", None),
    ],
)
def test_a_token_goes_to_its_origin_for_its_stores(url: str, store_id: str, token: str | None) -> None:
    tokens = [
        ApiOrigin(origin=API, token="of all"),
        ApiOrigin(origin=API, token="of s-1", stores=frozenset({"s-1"})),
        ApiOrigin(origin="https://own.example.com", token="of s-2", stores=frozenset({"s-2"})),
    ]
    assert token_for(url, store_id, tokens) == token


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ([], "an origin that is allowed, but none is"),
        (
            [ApiOrigin(origin="https://third.example.com", stores=frozenset({"s-3"}))],
            "an origin that is allowed, but none is",
        ),
        ([ApiOrigin(origin=API)], f"one of {API}"),
        (
            [
                ApiOrigin(origin="https://own.example.com", stores=frozenset({"s-1"})),
                ApiOrigin(origin=API),
                ApiOrigin(origin=API),
            ],
            f"one of {API}, https://own.example.com",
        ),
    ],
)
def test_a_url_of_no_origin_that_serves_the_store_is_refused_with_those_that_do(
    origins: list[ApiOrigin], expected: str
) -> None:
    rules = EndpointRules(local=False, origins=origins, store_id="s-1")
    with pytest.raises(ValueError, match=f"^{re.escape(f'expected {expected}, got https://evil.test')}$"):
        rules.check("https://evil.test/customers")


@pytest.mark.parametrize(
    ("url", "store_id", "is_own"),
    [
        ("https://own.example.com/customers", "s-1", True),
        ("https://own.example.com/customers", "s-2", False),
        ("https://own.example.com/customers", None, False),
        ("https://own.example.com:8443/customers", "s-1", False),
        (f"{API}/customers", "s-1", False),
    ],
)
def test_a_store_words_requests_itself_at_origins_of_its_own_alone(
    url: str, store_id: str | None, is_own: bool
) -> None:
    origins = [
        ApiOrigin(origin=API),
        ApiOrigin(origin="https://own.example.com", stores=frozenset({"s-1"})),
        ApiOrigin(origin="https://third.example.com", stores=frozenset({"s-3"})),
    ]
    rules = EndpointRules(local=False, origins=origins, store_id=store_id)
    if is_own:
        rules.check_own_request(url)
        return
    said = re.escape(
        "request: expected an api_endpoint whose origin is named for the store, as"
        f" {origin_of(url)} serves all stores"
    )
    with pytest.raises(ValueError, match=f"^{said}$"):
        rules.check_own_request(url)
