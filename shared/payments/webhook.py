"""A payment provider's webhook and the event that it becomes; each provider has a module beside this one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.instants import to_rfc3339
from shared.domain.order import Status
from shared.messages.wire import Identifier, Timestamp

TOPIC = "order-status-changed"
_LONGEST_ID = 200

GivenText = Annotated[str, Field(min_length=1, strict=True)]


class Kind(BaseModel):
    """The field that every body has: which kind of event it is."""

    model_config = ConfigDict(defer_build=True)

    kind: Annotated[GivenText, Field(validation_alias="type")]


class PaymentEvent(BaseModel):
    """The fields of a body of a known kind; a provider's subclass says where they stand in its body.

    Validate with the context {"now": <our time>}, as our own events.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    event_id: GivenText
    occurred_at: Timestamp
    store_id: Identifier
    order_id: Identifier

    def is_about_all(self) -> bool:
        """Tell whether the event concerns the whole amount; a partial one changes no status."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A payment provider: its signature header, its bodies, and what its kinds of events mean.

    Kinds that are not in `statuses` change no order: they are acknowledged and ignored.
    """

    signature_header: str
    event: type[PaymentEvent]
    statuses: Mapping[str, Status]
    kind: type[Kind] = Kind


def status_changed(provider: str, event: PaymentEvent, status: Status) -> dict[str, str]:
    """Return the `order-status-changed` event; the same for every delivery of the provider's event."""
    return {
        "eventId": event_id(provider, event.event_id),
        "occurredAt": to_rfc3339(event.occurred_at),
        "storeId": event.store_id,
        "orderId": event.order_id,
        "status": status,
    }


def event_id(provider: str, given: str) -> str:
    """Return a legal event id for any id of a provider.

    It is "provider:id" where that is legal, else "provider:=" and the id's SHA-256; no other id starts that
    way.
    """
    plain = f"{provider}:{given}"
    is_clean = not any(unicodedata.category(character) == "Cc" for character in given)
    if len(plain) <= _LONGEST_ID and is_clean and not given.startswith("="):
        return plain
    return f"{provider}:={sha256(given.encode()).hexdigest()}"
