"""Stripe, for payments whose metadata names `storeId` and `orderId`; its secrets are in
STRIPE_WEBHOOK_SECRETS.

Ignored on purpose: `payment_intent.payment_failed`, because the customer may try another card (an abandoned
intent is `payment_intent.canceled`), and `charge.succeeded`, because it repeats `payment_intent.succeeded`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AliasPath, BeforeValidator, Field

from shared.domain.instants import to_rfc3339
from shared.domain.money import MAX_MINOR
from shared.domain.order import Status
from shared.messages.wire import Currency, Identifier, Timestamp
from shared.payments.webhook import GivenText, Meaning, PaymentEvent, Provider, event_id

_YEAR_10000 = 253_402_300_800

_DECIMALS = {
    **{"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "JPY": 0, "KMF": 0, "KRW": 0, "MGA": 0, "PYG": 0, "RWF": 0},
    **{"VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0},
    **{"BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3},
}
"""The decimals of Stripe's amounts where they are not 2. They are not those of ISO 4217: ISK and UGX, which
have none, come with two, and MGA, which has two, comes with none.

Source: Stripe's documentation, "Supported currencies": "Zero-decimal currencies", "Three-decimal currencies"
and "Special cases", which overrule the lists.
"""


def _as_text(seconds: object) -> str:
    if type(seconds) is not int or not 0 < seconds < _YEAR_10000:
        raise ValueError("expected a Unix time in seconds")
    return to_rfc3339(datetime.fromtimestamp(seconds, UTC))


_Amount = Annotated[int, Field(strict=True, ge=0, le=MAX_MINOR)]


class StripeEvent(PaymentEvent):
    """Where the fields stand in Stripe's body; the object is a payment intent, a charge or a dispute.

    Source: Stripe's API reference, "The Event object", "The Charge object", "The Dispute object".
    """

    event_id: GivenText = Field(validation_alias="id")
    kind: str = Field(validation_alias="type")
    occurred_at: Annotated[Timestamp, BeforeValidator(_as_text)] = Field(validation_alias="created")
    store_id: Identifier = Field(validation_alias=AliasPath("data", "object", "metadata", "storeId"))
    order_id: Identifier = Field(validation_alias=AliasPath("data", "object", "metadata", "orderId"))
    account: str | None = None
    livemode: Annotated[bool, Field(strict=True)]
    status: str = Field(default="", validation_alias=AliasPath("data", "object", "status"))

    def origin(self) -> tuple[str | None, bool]:
        return self.account, self.livemode

    def has_moved_money(self) -> bool:
        """Tell a dispute from an inquiry, which has moved no money."""
        return self.kind != "charge.dispute.created" or not self.status.startswith("warning_")


class StripeRefund(StripeEvent):
    """A refund of a charge. Stripe tells how much of the charge was refunded so far, and how much before.

    A refund of a part is known by its charge and what was refunded with it. One that fails later is not taken
    back.

    Source: Stripe's API reference, "The Event object": `data.previous_attributes`.
    """

    charge_id: GivenText = Field(validation_alias=AliasPath("data", "object", "id"))
    refunded: Annotated[bool, Field(strict=True, validation_alias=AliasPath("data", "object", "refunded"))]
    so_far: _Amount = Field(validation_alias=AliasPath("data", "object", "amount_refunded"))
    before: _Amount = Field(
        default=0, validation_alias=AliasPath("data", "previous_attributes", "amount_refunded")
    )
    currency: Currency = Field(validation_alias=AliasPath("data", "object", "currency"))

    def refund(self) -> Mapping[str, str] | None:
        if self.refunded:
            return None
        refund_id = event_id("stripe", f"{self.charge_id} {self.so_far}")
        return {"refundId": refund_id, **_money(self.so_far - self.before, self.currency)}


def _money(amount: int, currency: str) -> dict[str, str]:
    code = currency.upper()
    return {"amount": str(Decimal(amount).scaleb(-_DECIMALS.get(code, 2))), "currency": code}


class StripePayment(StripeEvent):
    """A payment intent that succeeded."""

    amount: _Amount = Field(validation_alias=AliasPath("data", "object", "amount_received"))
    currency: Currency = Field(validation_alias=AliasPath("data", "object", "currency"))

    def paid(self) -> Mapping[str, str]:
        return _money(self.amount, self.currency)


class StripeReinstatement(StripePayment):
    """A dispute whose amount came back."""

    amount: _Amount = Field(validation_alias=AliasPath("data", "object", "amount"))


PROVIDER = Provider(
    signature_header="Stripe-Signature",
    kinds={
        "payment_intent.succeeded": Meaning(Status.PAID, StripePayment),
        "payment_intent.canceled": Meaning(Status.EXPIRED, StripeEvent),
        "charge.refunded": Meaning(Status.REFOUNDED, StripeRefund),
        "charge.dispute.created": Meaning(Status.REFOUNDED, StripeEvent),
        "charge.dispute.funds_withdrawn": Meaning(Status.REFOUNDED, StripeEvent),
        "charge.dispute.funds_reinstated": Meaning(Status.COMPLETED, StripeReinstatement),
    },
)
