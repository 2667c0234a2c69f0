"""What a viewer's long ranges may cost: reads of one request, and months in a minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.builders import an_order_item
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd, problem
from tests.functions.messages import PubSub, an_old_creation, an_old_order, push
from tests.functions.tokens import Issuer

YEAR = {"startDate": "2024-01-01", "endDate": "2024-12-31"}
MAY = {"year": 2024, "month": 5}
PATHS = ("/store/dashboard", "/store/dashboard.csv", "/store/dashboard.xlsx")
SETTINGS = {"name": "Shop", "timezone": "America/Sao_Paulo", "currency": "BRL"}

Limited = Callable[..., None]


@pytest.fixture
def limited(
    apps: dict[str, Flask],
    crowd: Crowd,
    pubsub: PubSub,  # noqa: ARG001 - the address comes first
    store_id: str,
    instance: Forget,
    monkeypatch: pytest.MonkeyPatch,
) -> Limited:
    """Return what starts an instance with limits; the store sold three products."""
    instance()
    assert crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS).status_code == 201
    items = [an_order_item(f"p-{n}") for n in range(3)]
    event = an_old_creation(store_id, an_old_order(items=items))
    assert push(apps["order_created"], "order-created", event).status_code == 200

    def limit(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        instance()

    return limit


@pytest.fixture
def ask(crowd: Crowd, store_id: str) -> Callable[..., TestResponse]:
    def ask(subject: str, path: str = PATHS[0], **asked: Any) -> TestResponse:
        return crowd.somebody([store_id], sub=subject).get(path, storeId=store_id, **asked)

    return ask


def test_a_caller_gets_so_many_months_of_ranges_a_minute(
    limited: Limited, ask: Callable[..., TestResponse]
) -> None:
    limited(SUBJECT_RANGE_MONTHS_PER_MINUTE="24")
    assert [ask("a", path, **YEAR).status_code for path in PATHS] == [200, 200, 429]
    refused = ask("a", **YEAR)
    assert "months" in problem(refused, 429)["detail"]
    # A window of 24 months gives back one every 2.5 s; a year needs twelve.
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert ask("b", **YEAR).status_code == 200
    assert ask("a", **MAY).status_code == 200


def test_a_caller_of_another_issuer_has_months_of_their_own(
    limited: Limited,
    ask: Callable[..., TestResponse],
    apps: dict[str, Flask],
    issuer: Issuer,
    store_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.adapters.auth._IAP_KEYS", issuer.jwks_url)
    limited(SUBJECT_RANGE_MONTHS_PER_MINUTE="12", IAP_AUDIENCE="/projects/1/iap")
    claims = {"iss": "https://cloud.google.com/iap", "aud": "/projects/1/iap", "sub": "a"}
    assertion = issuer.sign(**claims, gcip={"stores": [store_id], "roles": ["viewer"]})
    headers = {"X-Goog-IAP-JWT-Assertion": assertion}
    asked = {"storeId": store_id, **YEAR}
    proxied = apps["dashboard"].test_client().get(PATHS[0], query_string=asked, headers=headers)
    assert proxied.status_code == 200
    assert [ask("a", **YEAR).status_code for _ in range(2)] == [200, 429]


def test_the_callers_of_a_store_share_its_months(limited: Limited, ask: Callable[..., TestResponse]) -> None:
    limited(STORE_RANGE_MONTHS_PER_MINUTE="24")
    assert [ask(subject, **YEAR).status_code for subject in "abc"] == [200, 200, 429]


def test_a_range_that_did_not_change_costs_nothing(limited: Limited, crowd: Crowd, store_id: str) -> None:
    limited(SUBJECT_RANGE_MONTHS_PER_MINUTE="12")
    asker = crowd.somebody([store_id])
    first = asker.get(PATHS[0], storeId=store_id, **YEAR)
    asker._headers["If-None-Match"] = first.headers["ETag"]
    again = [asker.get(PATHS[0], storeId=store_id, **YEAR).status_code for _ in range(3)]
    assert [first.status_code, *again] == [200, 304, 304, 304]


def test_a_range_of_more_tallies_than_a_request_may_read_is_refused(
    limited: Limited, ask: Callable[..., TestResponse]
) -> None:
    limited(MOST_RANGE_READS="3")
    assert ask("a", **YEAR).status_code == 200
    limited(MOST_RANGE_READS="2")
    for path in PATHS:
        assert "at most 2 tallies" in problem(ask("a", path, **YEAR), 400)["detail"]
    assert ask("a", **MAY).status_code == 200


def test_ranges_are_answered_while_nothing_counts_them(
    limited: Limited, ask: Callable[..., TestResponse]
) -> None:
    limited(SUBJECT_RANGE_MONTHS_PER_MINUTE="1", VALKEY_URL="redis://127.0.0.1:1/0")
    assert [ask("a", **YEAR).status_code for _ in range(2)] == [200, 200]
