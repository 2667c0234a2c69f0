"""A payment provider's webhook and the event that it becomes; each provider has a module beside this one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.instants import to_rfc3339
from shared.domain.order import Status
from shared.domain.store import Store
from shared.domain.webhook_grant import WebhookGrant
from shared.errors import NoticeRefused
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

    def origin(self) -> tuple[str | None, bool]:
        """Return the connected account, None for the provider's account itself, and whether money moves."""
        return None, True

    def paid(self) -> Mapping[str, str] | None:
        """Return the `amount` and `currency` that were paid; None where the event tells of no payment."""
        return None

    def refund(self) -> Mapping[str, str] | None:
        """Return the `refundId`, `amount` and `currency` of a refund of a part, which changes no status."""
        return None

    def has_moved_money(self) -> bool:
        """Tell whether the event is more than an announcement; one that is not changes nothing."""
        return True


class Meaning(NamedTuple):
    """What a kind of event tells of an order, and the event's fields.

    An approved payment is PAID: the store says whether that completes the order. A refund of a part has no
    status.
    """

    status: Status
    event: type[PaymentEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A payment provider: its signature header, and what its kinds of events mean.

    Other kinds change no order: they are acknowledged and ignored. An event that pays or completes an order
    tells what was `paid`.
    """

    signature_header: str
    kinds: Mapping[str, Meaning]
    kind: type[Kind] = Kind


def granted_store(
    event: PaymentEvent, grants: Collection[WebhookGrant], find: Callable[[str], Store | None]
) -> Store:
    """Return the store of a notice that the secret that signed it may speak for.

    Args:
        event: the notice.
        grants: those whose secret signed it.
        find: returns a store, if it exists; asked about granted stores alone.

    Raises:
        NoticeRefused: answer the same whatever the reason.
    """
    if not any(grant.covers(event.store_id, *event.origin()) for grant in grants):
        raise NoticeRefused("the secret is not granted this store, account and mode")
    store = find(event.store_id)
    if store is None:
        raise NoticeRefused("there is no such store")
    return store


def status_changed(provider: str, event: PaymentEvent, status: Status) -> dict[str, Any]:
    """Return the `order-status-changed` event; the same for every delivery of the provider's event."""
    common = {
        "eventId": event_id(provider, event.event_id),
        "occurredAt": to_rfc3339(event.occurred_at),
        "storeId": event.store_id,
        "orderId": event.order_id,
    }
    if refund := event.refund():
        return common | {"refund": refund}
    paid = event.paid()
    return common | {"status": status} | ({"paid": paid} if paid else {})


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
