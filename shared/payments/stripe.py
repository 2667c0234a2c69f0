"""Stripe, for payments whose metadata names `storeId` and `orderId`; its secrets are in
STRIPE_WEBHOOK_SECRETS.

Ignored on purpose: `payment_intent.payment_failed`, because the customer may try another card (an abandoned
intent is `payment_intent.canceled`), and `charge.succeeded`, because it repeats `payment_intent.succeeded`.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AliasPath, BeforeValidator, Field

from shared.domain.instants import to_rfc3339
from shared.domain.order import Status
from shared.messages.wire import Identifier, Timestamp
from shared.payments.webhook import GivenText, PaymentEvent, Provider

_YEAR_10000 = 253_402_300_800


def _as_text(seconds: object) -> str:
    if type(seconds) is not int or not 0 < seconds < _YEAR_10000:
        raise ValueError("expected a Unix time in seconds")
    return to_rfc3339(datetime.fromtimestamp(seconds, UTC))


class StripeEvent(PaymentEvent):
    """Where the fields stand in Stripe's body; the object is a payment intent, a charge or a dispute.

    Source: Stripe's API reference, "The Event object", "The Charge object", "The Dispute object".
    """

    event_id: GivenText = Field(validation_alias="id")
    kind: str = Field(validation_alias="type")
    occurred_at: Annotated[Timestamp, BeforeValidator(_as_text)] = Field(validation_alias="created")
    store_id: Identifier = Field(validation_alias=AliasPath("data", "object", "metadata", "storeId"))
    order_id: Identifier = Field(validation_alias=AliasPath("data", "object", "metadata", "orderId"))
    refunded: bool = Field(default=True, validation_alias=AliasPath("data", "object", "refunded"))
    status: str = Field(default="", validation_alias=AliasPath("data", "object", "status"))

    def is_about_all(self) -> bool:
        """Tell a full refund from a partial one, and a dispute from an inquiry, which has moved no money."""
        match self.kind:
            case "charge.refunded":
                return self.refunded
            case "charge.dispute.created":
                return not self.status.startswith("warning_")
        return True


PROVIDER = Provider(
    signature_header="Stripe-Signature",
    event=StripeEvent,
    statuses={
        "payment_intent.succeeded": Status.COMPLETED,
        "payment_intent.canceled": Status.EXPIRED,
        "charge.refunded": Status.REFOUNDED,
        "charge.dispute.created": Status.REFOUNDED,
        "charge.dispute.funds_withdrawn": Status.REFOUNDED,
        "charge.dispute.funds_reinstated": Status.COMPLETED,
    },
)
