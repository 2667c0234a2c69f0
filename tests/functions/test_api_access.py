"""Who may ask what of the dashboard's API, with tokens that are really checked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
import pytest

from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd, problem
from tests.functions.tokens import Issuer, serve_page

SETTINGS = {"name": "Aurora", "timezone": "UTC", "currency": "BRL"}
AN_HOUR = 3600
LEEWAY_S = 10
EVERYTHING: dict[str, Any] = {"stores": "*", "roles": ["admin"]}


@pytest.mark.parametrize("path", ["/health", "/healthz"])
def test_health_needs_no_token(crowd: Crowd, path: str) -> None:
    answer = crowd.nobody().get(path)
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/store/dashboard", "/store/dashboard.csv", "/stores", "/store/coupons"])
def test_everything_else_needs_one(crowd: Crowd, path: str) -> None:
    answer = crowd.nobody().get(path, storeId="s-1")
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


BAD_TOKENS: dict[str, Callable[[Issuer], str]] = {
    "empty": lambda _: "",
    "nonsense": lambda _: "a.b.c",
    "not ascii": lambda _: "é",
    "expired": lambda issuer: issuer.sign(**EVERYTHING, exp=int(time.time()) - AN_HOUR),
    "never expires": lambda issuer: issuer.sign(**EVERYTHING, exp=None),
    "issued in the future": lambda issuer: issuer.sign(**EVERYTHING, iat=int(time.time()) + AN_HOUR),
    "not valid yet": lambda issuer: issuer.sign(**EVERYTHING, nbf=int(time.time()) + AN_HOUR),
    "about nobody": lambda issuer: issuer.sign(**EVERYTHING, sub=None),
    "for others": lambda issuer: issuer.sign(**EVERYTHING, aud="others"),
    "for nobody": lambda issuer: issuer.sign(**EVERYTHING, aud=None),
    "by others": lambda issuer: issuer.sign(**EVERYTHING, iss="https://others.test"),
    "by nobody": lambda issuer: issuer.sign(**EVERYTHING, iss=None),
    "unknown key": lambda issuer: issuer.sign(**EVERYTHING, kid="unknown"),
    "strange key": lambda issuer: issuer.sign_strangely(**EVERYTHING),
    "other algorithm": lambda issuer: issuer.sign(**EVERYTHING, algorithm="RS512"),
    "unsigned": lambda issuer: issuer.leave_unsigned(**EVERYTHING),
    "public key as secret": lambda issuer: issuer.sign_with_the_public_key(**EVERYTHING),
}


@pytest.mark.parametrize("token", BAD_TOKENS)
def test_a_bad_token_is_no_token(crowd: Crowd, token: str) -> None:
    answer = crowd.bearer(BAD_TOKENS[token](crowd.issuer)).get("/stores")
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_good_token_is_let_in(crowd: Crowd) -> None:
    assert crowd.bearer(crowd.issuer.sign(**EVERYTHING)).get("/stores").status_code == 200


def test_a_token_that_was_let_in_is_checked_again_only_once_it_has_expired(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(now=time.time())
    monkeypatch.setattr("shared.adapters.auth.time", clock)
    expiry = int(clock.now) + 30
    asker = crowd.bearer(crowd.issuer.sign(**EVERYTHING, exp=expiry))
    assert asker.get("/stores").status_code == 200
    monkeypatch.setattr("jwt.decode", refuse_as_expired)
    for now, status in ((expiry + LEEWAY_S - 0.1, 200), (expiry + LEEWAY_S + 0.1, 401)):
        clock.now = now
        assert asker.get("/stores").status_code == status


@dataclass
class Clock:
    """Stands in for the module `time`."""

    now: float

    def time(self) -> float:
        return self.now


def refuse_as_expired(*_: object, **__: object) -> None:
    raise jwt.ExpiredSignatureError


def test_another_store_is_refused_in_the_same_words_whether_it_exists_or_not(
    crowd: Crowd, store_id: str
) -> None:
    viewer = crowd.somebody(["mine"])
    before = problem(viewer.get("/store/dashboard", storeId=store_id), 403)
    assert crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS).status_code == 201
    assert problem(viewer.get("/store/dashboard", storeId=store_id), 403) == before
    assert problem(viewer.get("/store/dashboard.csv", storeId=store_id), 403) == before


def test_an_unknown_store_of_ones_own_is_not_found(crowd: Crowd, store_id: str) -> None:
    problem(crowd.somebody([store_id]).get("/store/dashboard", storeId=store_id), 404)
    problem(crowd.somebody("*").get("/store/dashboard", storeId=store_id), 404)


@pytest.mark.parametrize("roles", [[], ["owner"], "admin", None], ids=str)
def test_a_token_without_a_role_grants_nothing(crowd: Crowd, store_id: str, roles: object) -> None:
    assert crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS).status_code == 201
    asker = crowd.bearer(crowd.issuer.sign(stores="*", roles=roles))
    problem(asker.get("/store/dashboard", storeId=store_id), 403)
    problem(asker.send("PUT", f"/stores/{store_id}", SETTINGS), 403)
    assert asker.get("/stores").get_json() == {"stores": []}


@pytest.mark.parametrize("stores", [[], {"mine": True}, 5, None, "mine"], ids=str)
def test_a_token_without_a_list_of_stores_grants_none(crowd: Crowd, stores: object) -> None:
    asker = crowd.bearer(crowd.issuer.sign(stores=stores, roles=["admin"]))
    problem(asker.get("/store/dashboard", storeId="mine"), 403)
    assert asker.get("/stores").get_json() == {"stores": []}


@pytest.mark.parametrize("store", ["", "x" * 5000, "\n"], ids=["empty", "long", "control"])
def test_a_token_may_name_what_is_no_store(crowd: Crowd, store_id: str, store: str) -> None:
    answer = crowd.somebody([store, store_id]).get("/stores")
    assert (answer.status_code, answer.get_json()) == (200, {"stores": []})


def test_only_ones_own_stores_are_listed(crowd: Crowd, store_id: str) -> None:
    for name in (f"{store_id}-a", f"{store_id}-b", f"{store_id}-c"):
        crowd.admin().send("PUT", f"/stores/{name}", SETTINGS)
    answer = crowd.somebody([f"{store_id}-c", f"{store_id}-a", "nowhere"]).get("/stores")
    assert [store["storeId"] for store in answer.get_json()["stores"]] == [f"{store_id}-a", f"{store_id}-c"]
    assert len(crowd.somebody("*").get("/stores").get_json()["stores"]) == 3


def test_keys_that_can_not_be_had_are_no_fault_of_the_token(
    crowd: Crowd, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTH_JWKS_URL", "http://127.0.0.1:1/keys")
    instance()
    answer = crowd.admin().get("/stores")
    problem(answer, 503)
    assert answer.headers["Retry-After"]
    assert crowd.nobody().get("/healthz").status_code == 200


NO_KEYS = {
    "a page": b"<html>Please sign in to this network</html>",
    "not text": b"\xff",
    "an error": b'{"error": "try again"}',
    "an empty set": b'{"keys": []}',
    "no set": b"[]",
    "keys without a use": b'{"keys": [{"kty": "RSA", "kid": "local"}]}',
    "keys without a name": b'{"keys": [{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}]}',
}


@pytest.mark.parametrize("page", NO_KEYS.values(), ids=NO_KEYS)
def test_keys_that_are_no_keys_are_no_fault_of_the_token(
    crowd: Crowd, instance: Forget, monkeypatch: pytest.MonkeyPatch, page: bytes
) -> None:
    with serve_page(page) as url:
        monkeypatch.setenv("AUTH_JWKS_URL", url)
        instance()
        problem(crowd.admin().get("/stores"), 503)


def test_keys_of_another_kind_are_not_ours(
    crowd: Crowd, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"keys": [{"kty": "oct", "kid": "local", "k": "c2VjcmV0", "alg": "HS256"}]}
    with serve_page(json.dumps(keys).encode()) as url:
        monkeypatch.setenv("AUTH_JWKS_URL", url)
        instance()
        problem(crowd.admin().get("/stores"), 401)


def test_the_header_of_identity_aware_proxy_is_checked_too(
    crowd: Crowd, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.adapters.auth._IAP_KEYS", crowd.issuer.jwks_url)
    monkeypatch.setenv("IAP_AUDIENCE", "/projects/1/iap")
    instance()
    claims = {"iss": "https://cloud.google.com/iap", "aud": "/projects/1/iap"}
    client = crowd.nobody()
    for changed, status in (({}, 200), ({"aud": "/projects/2/iap"}, 401), ({"iss": "others"}, 401)):
        granted: dict[str, Any] = {"gcip": {"stores": "*", "roles": ["viewer"]}}
        token = crowd.issuer.sign(**granted, **(claims | changed))
        client._headers = {"X-Goog-IAP-JWT-Assertion": token}
        assert client.get("/stores").status_code == status


@pytest.mark.parametrize(
    ("claims", "is_granted"),
    [
        ({"email": "ana@example.com"}, True),
        ({"email": "Ana@Example.com"}, True),
        ({"email": "mallory@example.com"}, False),
        ({"email": ""}, False),
        ({}, False),
        ({"stores": "*", "roles": ["admin"]}, False),
        ({"email": "ana@example.com", "gcip": {"email": "ana@example.com"}}, False),
        ({"email": "mallory@example.com", "gcip": {"stores": ["s-1"], "roles": ["viewer"]}}, True),
    ],
    ids=str,
)
def test_the_proxys_people_get_what_the_table_grants_their_address(
    crowd: Crowd,
    instance: Forget,
    monkeypatch: pytest.MonkeyPatch,
    claims: dict[str, Any],
    is_granted: bool,
) -> None:
    monkeypatch.setattr("shared.adapters.auth._IAP_KEYS", crowd.issuer.jwks_url)
    monkeypatch.setenv("IAP_AUDIENCE", "/projects/1/iap")
    monkeypatch.setenv("IAP_ACCESS", '{"ana@example.com": {"stores": ["s-1"], "roles": ["viewer"]}}')
    instance()
    iap = {"iss": "https://cloud.google.com/iap", "aud": "/projects/1/iap"}
    client = crowd.nobody()
    client._headers = {"X-Goog-IAP-JWT-Assertion": crowd.issuer.sign(**iap, **claims)}
    # There is no such store: that alone is told to whoever may see it.
    problem(client.get("/store/coupons", storeId="s-1"), 404 if is_granted else 403)
    problem(client.get("/store/coupons", storeId="s-2"), 403)


def test_the_table_is_for_the_proxys_people_alone(
    crowd: Crowd, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAP_AUDIENCE", "/projects/1/iap")
    monkeypatch.setenv("IAP_ACCESS", '{"ana@example.com": {"stores": "*", "roles": ["admin"]}}')
    instance()
    token = crowd.issuer.sign(email="ana@example.com", email_verified=True)
    problem(crowd.bearer(token).get("/store/coupons", storeId="s-1"), 403)


def test_claims_of_the_proxy_are_nothing_in_a_bearer_token(crowd: Crowd) -> None:
    token = crowd.issuer.sign(gcip={"stores": "*", "roles": ["admin"]})
    problem(crowd.bearer(token).get("/store/coupons", storeId="s-1"), 403)
