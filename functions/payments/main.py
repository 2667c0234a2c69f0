"""Webhooks of payment providers: a checked notice becomes an event, and that is all."""

from datetime import UTC, datetime
from http import HTTPStatus

import functions_framework
from flask import Request, Response

from shared import runtime
from shared.entry.problem import Problem
from shared.entry.request_input import read_body, read_raw
from shared.entry.web import Api, answer_json
from shared.messages.publishing import encode
from shared.payments.providers import PROVIDERS
from shared.payments.signature import is_signed
from shared.payments.webhook import TOPIC, Provider, status_changed

MOST_BYTES = 1_000_000

api = Api()


@functions_framework.http
def payments(request: Request) -> Response:
    """Answer one request."""
    return api.answer(request)


@api.route("/webhooks/payments/<name>", "POST", public=True)
def receive(request: Request, name: str) -> Response:
    """Publish what became of an order's payment; a repeated notice is published again, as the same event."""
    provider, now = _provider(name), datetime.now(UTC)
    _check_signature(provider, name, request, now)
    kind = read_body(provider.kind, request).kind
    outcome: dict[str, object] = {"outcome": "ignored"}
    if kind in provider.statuses:
        event = read_body(provider.event, request, {"now": now})
        if event.is_about_all():
            message = status_changed(name, event, provider.statuses[kind])
            runtime.publisher().publish(TOPIC, encode(message), {})
            outcome = {"outcome": "published", "eventId": message["eventId"]}
    runtime.log().info("payment notice handled", extra={"provider": name, "kind": kind[:100], **outcome})
    return answer_json(outcome)


def _provider(name: str) -> Provider:
    """Return the provider; one without secrets is not in use, and as unknown as any other."""
    provider = PROVIDERS.get(name)
    if provider is None or not runtime.settings().webhook_secrets.get(name):
        raise Problem(HTTPStatus.NOT_FOUND, f"no payment provider {name!r}")
    return provider


def _check_signature(provider: Provider, name: str, request: Request, now: datetime) -> None:
    body = read_raw(request, MOST_BYTES)
    header = request.headers.get(provider.signature_header, "")
    if not is_signed(header, body, runtime.settings().webhook_secrets[name], now):
        # Nothing about what is wrong: only whoever holds a secret needs to know.
        raise Problem(HTTPStatus.UNAUTHORIZED, "expected a valid signature")
