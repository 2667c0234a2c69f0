"""The events that baskets send, and the outbox where they wait until they are published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from shared.documents.paths import Path, outbox_path
from shared.documents.store import DocumentDelete, DocumentStore, DocumentWrite
from shared.domain.basket import Basket
from shared.domain.instants import to_rfc3339
from shared.errors import TransientError
from shared.messages.publishing import Publishes, encode

STARTED = "basket-started"
FETCHED = "customer-data-fetched"


def basket_started(basket: Basket, identifier: str | None) -> dict[str, Any]:
    """Return the event of a started basket: the same for every repeat."""
    event = {
        "event": "BASKET_STARTED",
        "eventId": event_id(STARTED, basket.store_id, basket.basket_id),
        "occurredAt": to_rfc3339(basket.started_at),
        "storeId": basket.store_id,
        "basketId": basket.basket_id,
        "employeeId": basket.employee_id,
        "terminalId": basket.terminal_id,
    }
    return event if identifier is None else event | {"customerIdentifier": identifier}


def customer_data_fetched(basket: Basket, profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event of a basket whose customer was found: the same for every repeat."""
    return {
        "event": "CUSTOMER_DATA_FETCHED",
        "eventId": event_id(FETCHED, basket.store_id, basket.basket_id, str(basket.customer_id)),
        "occurredAt": to_rfc3339(basket.found_at or basket.started_at),
        "storeId": basket.store_id,
        "basketId": basket.basket_id,
        "customerId": basket.customer_id,
        "source": str(basket.lookup_source),
        "customer": dict(profile),
    }


def event_id(*parts: str) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()


def outbox_write(event: Mapping[str, Any], now: datetime, kept_for: timedelta) -> DocumentWrite:
    """Return the write that keeps the event until it is published, or as long as it may be kept at all."""
    fields = {"event": encode(event).decode(), "createdAt": now, "expireAt": now + kept_for}
    return DocumentWrite(path=_place(event), fields=fields)


def send(documents: DocumentStore, publisher: Publishes, event: Mapping[str, Any]) -> bool:
    """Publish an event of the outbox and remove it there; return whether both succeeded.

    No error is raised: the sweep publishes what is left in the outbox. A repeat has the same `eventId`.
    """
    try:
        publisher.publish(STARTED, encode(event), {})
        documents.commit([DocumentDelete(path=_place(event))])
    except TransientError:
        return False
    return True


def _place(event: Mapping[str, Any]) -> Path:
    return outbox_path(event["storeId"], event["basketId"])
