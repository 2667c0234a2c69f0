"""Reading a provider's notice as the function does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.domain.changes import OrderChange
from shared.messages.decode import decode
from shared.messages.publishing import encode
from shared.payments.providers import PROVIDERS
from shared.payments.webhook import TOPIC, status_changed
from tests.builders import NOON


def published(name: str, notice: dict[str, Any], now: datetime = NOON) -> dict[str, Any] | None:
    """Return the event for the notice, None where there is none; it must keep to the contract of events."""
    provider = PROVIDERS[name]
    kind = provider.kind.model_validate(notice).kind
    meaning = provider.kinds.get(kind)
    if meaning is None:
        return None
    event = meaning.event.model_validate(notice, context={"now": now})
    if not event.has_moved_money():
        return None
    message = status_changed(name, event, meaning.status)
    change = decode(TOPIC, encode(message), now)
    assert isinstance(change, OrderChange)
    status = message.get("status")
    assert change.facts.statuses.keys() == ({status} if status else set())
    assert (change.paid is not None) is (status in ("PAID", "COMPLETED"))
    assert bool(change.facts.refunds) is (status is None)
    return message
