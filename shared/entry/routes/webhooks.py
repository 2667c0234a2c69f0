"""Webhooks of payment providers: a checked notice becomes an event, and that is all."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, request

from shared import runtime
from shared.domain.store import Store
from shared.domain.webhook_grant import WebhookGrant
from shared.entry.problem import Problem
from shared.entry.request_input import read_body
from shared.entry.views import PUBLIC, Answer, Endpoint, answer_json
from shared.errors import NoticeRefused
from shared.messages.publishing import encode
from shared.payments.providers import PROVIDERS
from shared.payments.signature import signed_by
from shared.payments.webhook import TOPIC, PaymentEvent, Provider, granted_store, status_changed

if TYPE_CHECKING:
    from shared.entry.responses.operations import NoticeHandled

MOST_BYTES = 1_000_000

routes = Blueprint("webhooks", __name__)


@routes.post("/webhooks/payments/<provider>")
@Endpoint(
    PUBLIC,
    most_bytes=MOST_BYTES,
    raw_body="A notice as the provider writes it; [EVENTS.md](EVENTS.md) has an example of each.",
    headers={one.signature_header: f"The signature of {name}." for name, one in PROVIDERS.items()},
    statuses={
        HTTPStatus.BAD_REQUEST: "The body is no notice of this provider.",
        HTTPStatus.UNAUTHORIZED: "The signature is missing, wrong, or older than five minutes.",
        HTTPStatus.FORBIDDEN: "The secret may not speak for this store, account and mode.",
        HTTPStatus.NOT_FOUND: "There is no such provider, or it has no secrets here.",
        HTTPStatus.SERVICE_UNAVAILABLE: "Firestore or Pub/Sub did not answer; send the notice again.",
    },
)
def receive_notice(provider: str) -> Answer[NoticeHandled]:
    """Publish what became of an order's payment.

    A repeated notice is published again, as the same event. The signature is an HMAC-SHA256 over the time of
    sending, a dot and the body: `t=<unix seconds>,v1=<hex>`.
    """
    now = datetime.now(UTC)
    known = _provider(provider)
    grants = _signed_by(known, provider, now)
    kind = read_body(known.kind, request).kind
    outcome: dict[str, object] = {"outcome": "ignored"}
    if meaning := known.kinds.get(kind):
        event = read_body(meaning.event, request, {"now": now})
        store = _granted_store(event, grants, provider)
        if event.has_moved_money():
            message = status_changed(provider, event, store.status_after(meaning.status))
            runtime.publisher().publish(TOPIC, encode(message), {})
            outcome = {"outcome": "published", "eventId": message["eventId"]}
    runtime.log().info("payment notice handled", extra={"provider": provider, "kind": kind[:100], **outcome})
    return answer_json(outcome)


def _provider(name: str) -> Provider:
    """Return the provider; one without secrets is not in use, and as unknown as any other."""
    provider = PROVIDERS.get(name)
    if provider is None or not runtime.settings().webhook_secrets.get(name):
        raise Problem(HTTPStatus.NOT_FOUND, f"no payment provider {name!r}")
    return provider


def _signed_by(provider: Provider, name: str, now: datetime) -> list[WebhookGrant]:
    header = request.headers.get(provider.signature_header, "")
    grants = signed_by(header, request.get_data(), runtime.settings().webhook_secrets[name], now)
    if not grants:
        # Nothing about what is wrong: only whoever holds a secret needs to know.
        raise Problem(HTTPStatus.UNAUTHORIZED, "expected a valid signature")
    return grants


def _granted_store(event: PaymentEvent, grants: list[WebhookGrant], name: str) -> Store:
    try:
        return granted_store(event, grants, runtime.stores().find)
    except NoticeRefused as error:
        account, livemode = event.origin()
        facts = {"storeId": event.store_id, "account": account, "livemode": livemode, "reason": str(error)}
        runtime.log().warning("payment notice refused", extra={"provider": name, **facts})
        # The same for every reason: it does not say which stores exist.
        detail = "the secret may not speak for this store, account and mode"
        raise Problem(HTTPStatus.FORBIDDEN, detail) from error
