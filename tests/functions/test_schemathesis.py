"""Whatever the OpenAPI document allows, or forbids, gets an answer that it describes, and never a 500."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from threading import Thread
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis import GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.serving import make_server

from emulator.ports import HOST
from infra import openapi
from infra.views import Operation, http_functions, operations
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from shared.entry.period_query import PeriodQuery
from shared.entry.views import Endpoint
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd
from tests.functions.messages import AT, PubSub, an_old_creation, an_old_status, push
from tests.webhooks import a_bravive_notice, secrets_of, sign_now

SETTINGS = {"name": "Aurora", "timezone": "America/Sao_Paulo", "currency": "BRL"}
LOOKUP = {"api_endpoint": "https://customers.example.com"}
BASKET = {
    "eventId": "e-b", "occurredAt": AT, "basketId": "b-1", "employeeId": 1, "terminalId": "term_001",
    "customerIdentifier": "ana@example.com",
}  # fmt: skip
"""Its lookup reaches nobody, and is an entry of the history."""
SECRET = "whsec_1"
TOPICS = ("order-created", "order-status-changed", "basket-started")
PERIODS: tuple[dict[str, str], ...] = (
    {},
    {"year": AT[:4], "month": AT[5:7]},
    {"startDate": AT[:10], "endDate": AT[:10]},
)
"""Of these parameters each needs its other, so that guesses are mostly wrong."""
PERIOD = {name for period in PERIODS for name in period}
ROWS = {"productId", "couponCode", "customerId", "day"}
"""A list of orders is of one of these at most."""

CHECKED: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
DESCRIBED = [one for one in operations() if one.answer is not None]


@pytest.fixture(scope="module")
def served(apps: dict[str, Flask]) -> Iterator[Mapping[str, str]]:
    """Serve the HTTP functions, each at an address of its own; return the addresses by name."""
    servers = {
        function.name: make_server(HOST, 0, apps[function.entry_point], threaded=True)
        for function in http_functions()
    }
    threads = [Thread(target=server.serve_forever) for server in servers.values()]
    for thread in threads:
        thread.start()
    yield {name: f"http://{HOST}:{server.server_port}" for name, server in servers.items()}
    for server in servers.values():
        server.shutdown()
        server.server_close()
    for thread in threads:
        thread.join()


@pytest.fixture
def known(
    apps: dict[str, Flask],
    crowd: Crowd,
    pubsub: PubSub,
    project: str,
    instance: Forget,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Any]:
    """Fill a store; return values of parameters and fields that name what there is, or that few guess."""
    monkeypatch.setenv("BRAVIVE_WEBHOOK_SECRETS", secrets_of(SECRET))
    monkeypatch.setenv("LOCAL_STACK", "1")  # which alone opens a session for a token
    monkeypatch.setenv("CUSTOMER_API_ORIGINS", '[{"origin": "https://customers.example.com"}]')
    instance()
    for topic in TOPICS:
        pubsub.open(topic)
    admin = crowd.admin()
    admin.send("PUT", f"/stores/{project}", SETTINGS)
    admin.send("PUT", "/config/customer-lookup", LOOKUP)
    push(apps["order_created"], "order-created", an_old_creation(project))
    push(apps["order_status_changed"], "order-status-changed", an_old_status(project))
    push(apps["basket_started"], "basket-started", BASKET | {"storeId": project})
    (call, *_) = admin.get("/store/lookups", storeId=project).get_json()["calls"]
    push(apps["order_created"], "order-created", {})
    for message in pubsub.take(DEAD_LETTERS):
        push(apps["dead_letter_received"], DEAD_LETTERS, data=message.data, attributes=message.attributes)
    (letter,) = admin.get("/dead-letters").get_json()["deadLetters"]
    return {
        "storeId": project,
        "customerId": "c-1",
        "letterId": letter["id"],
        "callId": call["callId"],
        "orderId": "o-1",
        "counter": "totalOrders",
        "month": AT[:7],
        "provider": "bravive",
        "query": "{ __typename }",
        "text": "c-1",
        "segments": {"spent": None},
        "phoneRegion": "BR",
        **SETTINGS,
        **LOOKUP,
    }


class Sender(AuthBase):
    """Sends a token, and the signature of a payment provider."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        request.headers["Authorization"] = f"Bearer {self._token}"
        request.headers["X-Signature"] = sign_now(body.encode() if isinstance(body, str) else body, SECRET)
        return request


def fill(
    endpoint: Endpoint, known: Mapping[str, Any], case: schemathesis.Case[Any], period: dict[str, str]
) -> schemathesis.Case[Any]:
    """Put what is known in place of guesses."""
    for values in (case.path_parameters, case.query, case.body):
        if isinstance(values, dict):
            values.update({name: known[name] for name in known.keys() & values.keys()})
    if endpoint.query and issubclass(endpoint.query, PeriodQuery):
        # Nobody guesses a cursor; and an operator has to name the store.
        guessed = {name: one for name, one in case.query.items() if name not in PERIOD | ROWS | {"cursor"}}
        case.query = guessed | period | {"storeId": known["storeId"]}
    if endpoint.raw_body:
        case.body = a_bravive_notice(store_id=known["storeId"])
    return case


@pytest.mark.parametrize("described", DESCRIBED, ids=lambda one: f"{one.method} {one.path}")
def test_every_answer_is_as_described(
    served: Mapping[str, str], crowd: Crowd, known: dict[str, Any], described: Operation
) -> None:
    operation = schemathesis.openapi.from_dict(openapi.document())[described.path][described.method]
    allowed, forbidden = (
        operation.as_strategy(generation_mode=mode)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    )
    filled = st.builds(partial(fill, described.endpoint, known), allowed, st.sampled_from(PERIODS))
    operator, *others = [
        Sender(crowd.issuer.sign(stores=stores, roles=[role]))
        for stores, role in (("*", "admin"), ([known["storeId"]], "admin"), ([known["storeId"]], "viewer"))
    ]
    asked = st.tuples(filled, st.just(operator)) | st.tuples(
        allowed | forbidden, st.sampled_from([operator, *others])
    )
    statuses = set()

    @settings(
        max_examples=20,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(asked)
    def ask(case_and_sender: tuple[schemathesis.Case[Any], Sender]) -> None:
        case, sender = case_and_sender
        answer = case.call_and_validate(served[described.function], checks=CHECKED, auth=sender)
        statuses.add(answer.status_code)

    ask()
    assert statuses & {200, 201, 204}, f"nothing but refusals: {statuses}"
