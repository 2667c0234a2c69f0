"""Bravive; its secrets are in BRAVIVE_WEBHOOK_SECRETS."""

from pydantic import AliasPath, Field

from shared.domain.order import Status
from shared.messages.wire import Identifier, Timestamp
from shared.payments.webhook import GivenText, PaymentEvent, Provider


class BraviveEvent(PaymentEvent):
    """Where the fields stand in Bravive's body."""

    event_id: GivenText = Field(validation_alias="id")
    occurred_at: Timestamp = Field(validation_alias="createdAt")
    store_id: Identifier = Field(validation_alias=AliasPath("data", "storeId"))
    order_id: Identifier = Field(validation_alias=AliasPath("data", "orderId"))


PROVIDER = Provider(
    signature_header="X-Signature",
    event=BraviveEvent,
    statuses={
        "payment.approved": Status.COMPLETED,
        "payment.rejected": Status.EXPIRED,
        "payment.canceled": Status.EXPIRED,
        "payment.refunded": Status.REFOUNDED,
        "payment.chargeback": Status.REFOUNDED,
    },
)
