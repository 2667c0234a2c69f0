"""Bravive; its secrets are in BRAVIVE_WEBHOOK_SECRETS."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AliasPath, BeforeValidator, Field

from shared.domain.order import Status
from shared.messages.wire import Amount, Currency, Identifier, Timestamp
from shared.payments.webhook import GivenText, Meaning, PaymentEvent, Provider


def _refuse_numbers(value: object) -> object:
    # A JSON number would have passed through a float.
    if not isinstance(value, str):
        raise ValueError('expected a decimal string such as "129.90"')
    return value


class BraviveEvent(PaymentEvent):
    """Where the fields stand in Bravive's body."""

    event_id: GivenText = Field(validation_alias="id")
    occurred_at: Timestamp = Field(validation_alias="createdAt")
    store_id: Identifier = Field(validation_alias=AliasPath("data", "storeId"))
    order_id: Identifier = Field(validation_alias=AliasPath("data", "orderId"))


class BraviveApproval(BraviveEvent):
    """An approved payment."""

    amount: Annotated[Amount, BeforeValidator(_refuse_numbers)] = Field(
        validation_alias=AliasPath("data", "amount")
    )
    currency: Currency = Field(validation_alias=AliasPath("data", "currency"))

    def paid(self) -> Mapping[str, str]:
        return {"amount": f"{self.amount:f}", "currency": self.currency}


PROVIDER = Provider(
    signature_header="X-Signature",
    kinds={
        "payment.approved": Meaning(Status.PAID, BraviveApproval),
        "payment.rejected": Meaning(Status.EXPIRED, BraviveEvent),
        "payment.canceled": Meaning(Status.EXPIRED, BraviveEvent),
        "payment.refunded": Meaning(Status.REFOUNDED, BraviveEvent),
        "payment.chargeback": Meaning(Status.REFOUNDED, BraviveEvent),
    },
)
