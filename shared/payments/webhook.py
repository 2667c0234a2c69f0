"""What a payment provider's webhook says, in our words; what each fills in is in `shared.payments`."""

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
    """What every body says, whatever it is about: which kind of event it is."""

    model_config = ConfigDict(defer_build=True)

    kind: Annotated[GivenText, Field(validation_alias="type")]


class PaymentEvent(BaseModel):
    """What a body of a known kind says; a provider's subclass says where it stands in its body.

    It must be validated with {"now": <our time>} as the context, as events of ours are.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    event_id: GivenText
    occurred_at: Timestamp
    store_id: Identifier
    order_id: Identifier

    def is_about_all(self) -> bool:
        """Tell whether it is about the whole amount for good; a part leaves the order's status as it is."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A payment provider: where it signs, what its bodies hold, what its kinds of events mean.

    Kinds that are not in `statuses` change no order: they are acknowledged and passed over.
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
    """Return an id within the limits of our events for whatever id the provider gave.

    It is "provider:id" where that is legal, else "provider:=" and the id's SHA-256; no other starts so.
    """
    plain = f"{provider}:{given}"
    is_clean = not any(unicodedata.category(character) == "Cc" for character in given)
    if len(plain) <= _LONGEST_ID and is_clean and not given.startswith("="):
        return plain
    return f"{provider}:={sha256(given.encode()).hexdigest()}"
