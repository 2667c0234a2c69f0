"""The customer API as we call it, at its best and at its worst."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.customer_api.customers import CUSTOMERS, Customer, identifiers
from emulator.local_http import request_json
from shared.adapters.customer_api import FAILURES_TO_OPEN, CustomerApi
from shared.baskets.calls import ApiCall
from shared.baskets.lookup_config import LookupConfig
from shared.domain.customer_identifier import CustomerIdentifier, normalise
from tests.played_api import PlayedApi, profile_of

ANA = CUSTOMERS[0]
LONG_S = 30


def identifier(given: str) -> CustomerIdentifier:
    found = normalise(given, None)
    assert found is not None
    return found


class Caller:
    """Looks customers up and notes how long it would have waited between attempts."""

    def __init__(self, api: PlayedApi) -> None:
        self.waits: list[float] = []
        self._client = CustomerApi(local=True, sleep=self.waits.append)
        self._endpoint = api.endpoint

    def look_up(self, given: str = ANA["phone"], **config: object) -> list[ApiCall]:
        fields: dict[str, Any] = {"api_endpoint": self._endpoint, "retry_attempts": 2} | config
        return self._client.look_up("s-1", identifier(given), LookupConfig.model_construct(**fields))


@pytest.fixture
def caller(customer_api: PlayedApi) -> Caller:
    return Caller(customer_api)


def outcomes(calls: list[ApiCall]) -> list[tuple[int, str, int | None]]:
    return [(call.attempt, str(call.outcome), call.status) for call in calls]


@pytest.mark.parametrize(("given", "customer"), list(identifiers()))
def test_each_customer_is_found_by_each_identifier(caller: Caller, given: str, customer: Customer) -> None:
    [call] = caller.look_up(given)
    assert call.answer is not None
    assert call.answer.profile == profile_of(customer)
    assert call.answer.asked_at == call.called_at


def test_the_store_is_named_and_may_know_some_customers_only(
    caller: Caller, customer_api: PlayedApi, customer_api_host: str
) -> None:
    customer_api.knows("s-1", ["cust-002"])
    assert outcomes(caller.look_up(CUSTOMERS[0]["email"])) == [(1, "unknown", 404)]
    assert outcomes(caller.look_up(CUSTOMERS[1]["email"])) == [(1, "found", 200)]
    status, _ = request_json(customer_api_host, "GET", "/customers?type=card&identifier=CARD-1001")
    assert status == 400


def test_404_is_an_answer(caller: Caller, customer_api: PlayedApi) -> None:
    for calls in (caller.look_up("CARD-9999"), caller.look_up("nobody@example.com")):
        assert outcomes(calls) == [(1, "unknown", 404)]
        assert calls[0].answer is not None
        assert calls[0].answer.profile is None
    customer_api.misbehave("status", status=410)
    assert outcomes(caller.look_up()) == [(1, "unknown", 410)]


@pytest.mark.parametrize("status", [500, 503, 408, 429])
def test_a_passing_failure_is_tried_again(caller: Caller, customer_api: PlayedApi, status: int) -> None:
    customer_api.misbehave("status", status=status, times=1)
    calls = caller.look_up()
    assert [(call.attempt, call.status) for call in calls] == [(1, status), (2, 200)]
    assert calls[-1].answer is not None
    assert len(caller.waits) == 1
    assert 0 <= caller.waits[0] < 1


def test_attempts_are_all_there_are(caller: Caller, customer_api: PlayedApi) -> None:
    customer_api.misbehave("status", status=500)
    assert outcomes(caller.look_up()) == [(1, "server_error", 500), (2, "server_error", 500)]
    assert outcomes(caller.look_up(retry_attempts=1)) == [(1, "server_error", 500)]
    assert customer_api.calls == 3


def test_a_broken_connection_is_tried_again(caller: Caller, customer_api: PlayedApi) -> None:
    customer_api.misbehave("reset", times=1)
    assert outcomes(caller.look_up()) == [(1, "connection_error", None), (2, "found", 200)]


@pytest.mark.parametrize("kind", ["slow", "drip"])
def test_an_api_that_takes_too_long_is_left(caller: Caller, customer_api: PlayedApi, kind: str) -> None:
    customer_api.misbehave(kind, seconds=LONG_S)
    calls = caller.look_up(timeout_seconds=0.2)
    assert [call.outcome for call in calls] == ["timeout", "timeout"]
    assert all(call.duration_ms < LONG_S * 1000 for call in calls)


@pytest.mark.parametrize("retry_after", ["2", "Wed, 01 Jan 2020 00:00:00 GMT", "soon"])
def test_a_wait_that_is_asked_for_and_fits_is_kept(
    caller: Caller, customer_api: PlayedApi, retry_after: str
) -> None:
    customer_api.misbehave("status", status=429, retry_after=retry_after, times=1)
    assert outcomes(caller.look_up()) == [(1, "rate_limited", 429), (2, "found", 200)]
    assert (caller.waits[0] == 2) == (retry_after == "2")


@pytest.mark.parametrize("retry_after", ["3600", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_wait_beyond_the_time_in_all_ends_the_lookup(
    caller: Caller, customer_api: PlayedApi, retry_after: str
) -> None:
    customer_api.misbehave("status", status=429, retry_after=retry_after)
    assert outcomes(caller.look_up()) == [(1, "rate_limited", 429)]
    assert caller.waits == []


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("malformed", "malformed"), ("wrong_types", "malformed"), ("huge", "too_large")],
)
def test_a_hostile_body_is_refused_at_once(
    caller: Caller, customer_api: PlayedApi, kind: str, outcome: str
) -> None:
    customer_api.misbehave(kind)
    [call] = caller.look_up()
    assert (call.outcome, call.status, call.answer) == (outcome, 200, None)
    assert len(call.response) <= 64 * 1024


@pytest.mark.parametrize("status", [204, 302, 400, 401])
def test_what_needs_a_person_is_not_tried_again(caller: Caller, customer_api: PlayedApi, status: int) -> None:
    customer_api.misbehave("status", status=status)
    assert outcomes(caller.look_up()) == [(1, "refused", status)]
    assert customer_api.calls == 1


def test_a_dead_api_is_left_alone(caller: Caller, customer_api: PlayedApi) -> None:
    customer_api.misbehave("status", status=500)
    for _ in range(4):
        caller.look_up()
    assert customer_api.calls == FAILURES_TO_OPEN
    assert caller.look_up() == []


def test_another_endpoint_starts_with_a_clean_slate(caller: Caller, customer_api: PlayedApi) -> None:
    customer_api.misbehave("status", status=500, times=FAILURES_TO_OPEN)
    for _ in range(4):
        caller.look_up()
    assert outcomes(caller.look_up(api_endpoint=f"{customer_api.endpoint}?v=2")) == [(1, "found", 200)]


def test_one_hostile_customer_does_not_stop_lookups_of_others(
    caller: Caller, customer_api: PlayedApi
) -> None:
    customer_api.misbehave("malformed", times=FAILURES_TO_OPEN + 1)
    for _ in range(FAILURES_TO_OPEN + 1):
        caller.look_up()
    assert outcomes(caller.look_up()) == [(1, "found", 200)]


def test_on_google_cloud_a_name_that_leads_to_this_machine_is_not_called(customer_api: PlayedApi) -> None:
    port = customer_api.endpoint.rpartition(":")[2]
    config = LookupConfig.model_construct(api_endpoint=f"http://localhost:{port}", retry_attempts=1)
    calls = CustomerApi(local=False).look_up("s-1", identifier(ANA["phone"]), config)
    assert outcomes(calls) == [(1, "connection_error", None)]
    assert customer_api.calls == 0


def test_nobody_listening_is_a_broken_connection(caller: Caller) -> None:
    calls = caller.look_up(api_endpoint="http://127.0.0.1:9/")
    assert [call.outcome for call in calls] == ["connection_error", "connection_error"]
