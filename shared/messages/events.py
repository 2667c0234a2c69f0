"""The events on each topic: what their messages must look like.

`shared.messages.decode` turns them into changes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from shared.messages.amounts import Paid, Refunded
from shared.messages.order_snapshot import OrderSnapshot
from shared.messages.wire import CustomerGiven, Identifier, StatusOrCode, Timestamp, WireModel

MAX_MESSAGE_BYTES = 288 * 1024
"""2,000 items of 147 bytes. The ledger entry of such an order is well below Firestore's 1 MiB."""


MOST_EVENTS = 1000
"""In one message: a minute is enough for so many, even if each is of another store."""


class Event(WireModel):
    """What every event carries."""

    event_id: Identifier
    occurred_at: Timestamp
    store_id: Identifier


class OrderCreated(Event):
    """An order was created."""

    order: OrderSnapshot


def _require_status_or_refund(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [{"required": ["status"]}, {"required": ["refund"]}]


class OrderStatusChanged(Event):
    """An order reached a status, or a part of it was refunded; with a snapshot, the order was amended too.

    With `paid`, the event counts only if that is the order's price. With `expiredBy` "clock", the clock alone
    expired the order: it counts as expired unless it turns out to have been paid before. With `refund`, a
    part of the price was given back; `status` may then be left out.
    """

    model_config = ConfigDict(json_schema_extra=_require_status_or_refund)

    order_id: Identifier
    status: StatusOrCode | None = None
    order: OrderSnapshot | None = None
    paid: Paid | None = None
    expired_by: Literal["clock"] | None = None
    refund: Refunded | None = None


class CustomerRegistered(Event):
    """A customer registered."""

    customer_id: Identifier
    registered_at: Timestamp


class EmailConfirmed(Event):
    """A customer confirmed their e-mail address, which implies that they registered."""

    customer_id: Identifier
    registered_at: Timestamp


class BasketStarted(Event):
    """A basket was started at a till, perhaps with the customer's phone number, e-mail address or card."""

    event: Annotated[
        Literal["BASKET_STARTED"] | None, Field(description="Always in the events that Tillpulse sends.")
    ] = None
    basket_id: Identifier
    employee_id: Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
    terminal_id: Identifier
    customer_identifier: CustomerGiven | None = None


EVENTS: dict[str, type[Event]] = {
    "order-created": OrderCreated,
    "order-status-changed": OrderStatusChanged,
    "customer-registered": CustomerRegistered,
    "email-confirmed": EmailConfirmed,
    "basket-started": BasketStarted,
}
"""The event on each topic."""

LISTED = EVENTS.keys() - {"basket-started"}
"""Topics whose messages may hold a list of events. A basket's lookup may take as long as a message may."""
