"""The payment webhook: what it believes, what it publishes, what it answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared import runtime
from shared.adapters import pubsub as pubsub_adapter
from shared.domain.changes import OrderChange
from shared.domain.store import Completion, Store
from shared.messages.decode import decode
from tests.builders import NOON
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import problem, wrong_fields
from tests.functions.messages import PubSub
from tests.functions.payment_client import PaymentProvider
from tests.webhooks import a_bravive_notice, a_stripe_notice, secrets_of, sign_now

TOPIC = "order-status-changed"
MOST_BYTES = 1_000_000
OLDER = "older"
NEWER = "newer"

Send = Callable[..., TestResponse]


@pytest.fixture
def send(apps: dict[str, Flask], pubsub: PubSub, instance: Forget, monkeypatch: pytest.MonkeyPatch) -> Send:
    """Return what sends a notice, signed as it should be unless a header is given."""
    pubsub.open(TOPIC)
    monkeypatch.setenv("BRAVIVE_WEBHOOK_SECRETS", secrets_of(NEWER, OLDER))
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", secrets_of("whsec_1"))
    instance()
    runtime.stores().ensure("s-1")
    return PaymentProvider(apps["payments"], OLDER).send


def test_a_notice_becomes_an_event_that_the_order_function_takes(send: Send, pubsub: PubSub) -> None:
    answer = send(a_bravive_notice("payment.refunded"))
    assert answer.status_code == 200
    assert answer.get_json() == {"outcome": "published", "eventId": "bravive:evt-1"}
    (message,) = pubsub.take(TOPIC)
    assert json.loads(message.data) == {
        "eventId": "bravive:evt-1",
        "occurredAt": "2026-11-20T12:30:00Z",
        "storeId": "s-1",
        "orderId": "o-1",
        "status": "REFOUNDED",
    }
    assert isinstance(decode(TOPIC, message.data, NOON), OrderChange)


def test_the_same_notice_again_is_the_same_event_again(send: Send, pubsub: PubSub) -> None:
    body = json.dumps(a_bravive_notice()).encode()
    header = sign_now(body, OLDER)
    assert [send(body, header=header).status_code for _ in range(3)] == [200, 200, 200]
    assert send(body, secret=NEWER).status_code == 200
    messages = pubsub.take(TOPIC)
    assert len(messages) == 4
    assert len({message.data for message in messages}) == 1


def complete_on(completion: Completion) -> None:
    def change(known: Store | None) -> Store:
        assert known is not None
        return replace(known, completes_on=completion)

    runtime.stores().put("s-1", change)


def test_the_store_says_whether_a_payment_completes_an_order(send: Send, pubsub: PubSub) -> None:
    paid = {"amount": "129.90", "currency": "BRL"}
    for completion, status in ((Completion.FULFILMENT, "PAID"), (Completion.PAYMENT, "COMPLETED")):
        complete_on(completion)
        assert send(a_bravive_notice()).status_code == 200
        assert (
            send(a_stripe_notice("payment_intent.succeeded"), "stripe", secret="whsec_1").status_code == 200
        )
        told = [json.loads(message.data) for message in pubsub.take(TOPIC)]
        assert [(event["status"], event["paid"]) for event in told] == [(status, paid)] * 2


def test_a_dispute_that_the_shop_wins_completes_the_order_in_every_store(send: Send, pubsub: PubSub) -> None:
    complete_on(Completion.FULFILMENT)
    notice = a_stripe_notice("charge.dispute.funds_reinstated")
    assert send(notice, "stripe", secret="whsec_1").status_code == 200
    assert json.loads(pubsub.take(TOPIC)[0].data)["status"] == "COMPLETED"


def test_stripe_signs_in_a_header_of_its_own(send: Send, pubsub: PubSub) -> None:
    assert send(a_stripe_notice(), "stripe", secret="whsec_1").status_code == 200
    assert json.loads(pubsub.take(TOPIC)[0].data)["status"] == "COMPLETED"
    assert send(a_stripe_notice(), "stripe", secret=OLDER).status_code == 401


@pytest.mark.parametrize(
    ("provider", "notice", "secret"),
    [
        ("bravive", {"type": "payment.created"}, OLDER),
        ("stripe", {"type": "payment_intent.payment_failed"}, "whsec_1"),
        ("stripe", a_stripe_notice("charge.dispute.created", status="warning_closed"), "whsec_1"),
    ],
)
def test_what_changes_no_order_is_acknowledged(
    send: Send, pubsub: PubSub, provider: str, notice: dict[str, Any], secret: str
) -> None:
    answer = send(notice, provider, secret=secret)
    assert (answer.status_code, answer.get_json()) == (200, {"outcome": "ignored"})
    assert pubsub.take(TOPIC) == []


def refusals(send: Send, body: bytes) -> list[TestResponse]:
    other = json.dumps(a_bravive_notice(order_id="o-2")).encode()
    headers = ["", "nonsense", "t=1,v1=\u00e9", sign_now(other, OLDER), sign_now(body, "wrong")]
    headers += [sign_now(body, OLDER, late_s) for late_s in (400, -400)]
    return [send(body, header=header) for header in headers]


def test_a_signature_that_is_not_good_is_refused_without_a_hint(send: Send, pubsub: PubSub) -> None:
    answers = refusals(send, json.dumps(a_bravive_notice()).encode()) + refusals(send, b"no JSON")
    for answer in answers:
        problem(answer, 401)
    assert len({answer.data for answer in answers}) == 1
    assert pubsub.take(TOPIC) == []


@pytest.mark.parametrize("late_s", [200, -200])
def test_a_clock_may_be_off_by_minutes(send: Send, late_s: int) -> None:
    body = json.dumps(a_bravive_notice()).encode()
    assert send(body, header=sign_now(body, OLDER, late_s)).status_code == 200


@pytest.mark.parametrize("name", ["paypal", "BRAVIVE", "__init__", "..", "bravive%2Fx"])
def test_an_unknown_provider_is_not_found(send: Send, name: str) -> None:
    problem(send(a_bravive_notice(), name), 404)


def test_a_provider_without_a_secret_is_not_in_use(
    send: Send, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAVIVE_WEBHOOK_SECRETS", " \n")
    instance()
    problem(send(a_bravive_notice(), secret=""), 404)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null", b"[" * 100_000])
def test_a_signed_body_that_is_no_object_is_a_bad_request(send: Send, body: bytes) -> None:
    problem(send(body), 400)


@pytest.mark.parametrize(
    ("notice", "fields"),
    [
        ({}, {"type"}),
        ({"type": 7}, {"type"}),
        (a_bravive_notice(id=None, createdAt="today"), {"id", "createdAt"}),
        (a_bravive_notice("payment.refunded", data={"storeId": ""}), {"data.storeId", "data.orderId"}),
        (a_bravive_notice(id="\ud800"), {"id"}),
        (a_bravive_notice(data={"storeId": "s-1", "orderId": "o-1"}), {"data.amount", "data.currency"}),
    ],
)
def test_a_signed_body_with_wrong_fields_is_told_which(
    send: Send, pubsub: PubSub, notice: dict[str, Any], fields: set[str]
) -> None:
    assert wrong_fields(send(notice)) == fields
    assert pubsub.take(TOPIC) == []


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES, 200), (MOST_BYTES + 1, 413)])
def test_the_limit_is_a_megabyte(send: Send, size: int, status: int) -> None:
    body = json.dumps({"type": "x"}).encode().ljust(size)
    assert send(body).status_code == status


@pytest.mark.usefixtures("send")
def test_other_methods_and_places_are_refused(apps: dict[str, Flask]) -> None:
    client = apps["payments"].test_client()
    problem(client.get("/webhooks/payments/bravive"), 405)
    problem(client.post("/"), 404)


def test_without_pubsub_the_provider_is_asked_to_come_again(
    send: Send, pubsub: PubSub, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pubsub_adapter._RETRY, "_timeout", 0.05)
    with monkeypatch.context() as away:
        away.setenv("PUBSUB_EMULATOR_HOST", "127.0.0.1:1")
        answer = send(a_bravive_notice())
        problem(answer, 503)
        assert int(answer.headers["Retry-After"]) > 0
        instance()
    assert send(a_bravive_notice()).status_code == 200
    assert len(pubsub.take(TOPIC)) == 1
