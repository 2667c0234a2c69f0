"""Answers about customers and coupons."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.domain.figures import CUSTOMER
from shared.entry.responses import Count, Currency, Instant, Missing, NextCursor, Shown, StoreId
from shared.entry.responses.dashboard import CouponSales
from shared.entry.responses.figures import with_figures

Segment = Literal[
    "PROSPECTS", "NEW", "PROMISING", "ACTIVE", "ALMOST_LOST", "NEEDS_ATTENTION", "DORMANT", "AT_RISK",
    "PREVIOUSLY_LOYAL", "LOYAL", "CHAMPIONS",
]  # fmt: skip


class ProfileShown(Shown):
    """The customer as the customer API described them."""

    customer_id: Annotated[str, Field(description="The customer's id.", examples=["c-1"])]
    name: Annotated[str | None, Field(description="The name.", examples=["Ana Souza"])]
    email: Annotated[str | None, Field(description="The e-mail address.", examples=["ana@example.com"])]
    phone: Annotated[str | None, Field(description="The phone number.", examples=["+5511987654321"])]
    loyalty_card: Annotated[str | None, Field(description="The loyalty card.", examples=["LC-1001"])]
    tier: Annotated[str | None, Field(description="The tier.", examples=["gold"])]
    attributes: Annotated[
        dict[str, Any],
        Field(
            description="What else the customer API tells: at most 50 fields, 8 KiB.",
            examples=[{"favouriteCategory": "coffee"}],
        ),
    ]


@with_figures(
    CUSTOMER,
    totalSpent="Amounts of orders completed and not refunded since.",
    averageTicket="`totalSpent` divided by completed orders, rounded half up to the minor unit; 0 without"
    " completed orders.",
    totalOrders="All orders, whatever became of them.",
    totalCompletedOrders="Orders completed and not refunded since.",
    totalExpiredOrders="Orders that expired at some time, even if they were paid later.",
    totalRefundedOrders="Orders that were refunded at some time.",
    completionRate="Completed orders in percent of all, half up to 2 decimals; 0 without orders.",
    refundRate="Refunded orders in percent of all, half up to 2 decimals; 0 without orders.",
)
class CardShown(Shown):
    """A customer's quick metrics, of all time. Amounts are in the currency's major unit."""

    store_id: StoreId
    customer_id: Annotated[str, Field(description="The customer's id.", examples=["c-1"])]
    currency: Currency
    first_order_at: Annotated[
        Instant | None, Field(description="When the first order was placed; null without orders.")
    ]
    last_order_at: Annotated[
        Instant | None, Field(description="When the last order was placed; null without orders.")
    ]
    version: Annotated[
        Count, Field(description="Grows with each change of the counters; compare it, don't count with it.")
    ]
    updated_at: Annotated[Instant, Field(description="When the counters last changed.")]
    days_since_last_order: Annotated[
        Count | None,
        Field(description="Days in the store's time zone; null without orders.", examples=[12]),
    ]
    segment: Annotated[
        Segment, Field(description="RFM segment by the store's thresholds; `PROSPECTS` without sales.")
    ]
    profile: Annotated[ProfileShown | Missing, Field(description="Left out where no lookup brought one.")] = (
        None
    )


class CustomerPage(Shown):
    """A page of a store's customers."""

    customers: Annotated[list[CardShown], Field(description="The best first, by `sort`.")]
    next_cursor: NextCursor


class CustomersFound(Shown):
    """The customers that a search found."""

    customers: Annotated[
        list[CardShown],
        Field(
            max_length=20,
            description="Whose id it is comes first, then who has it as an e-mail address, phone number or"
            " loyalty card, then those with such a name, most sales first.",
        ),
    ]
    more: Annotated[bool, Field(description="Whether there are more, whom more of the name would find.")]


class CouponPage(Shown):
    """A page of a store's coupons of all time."""

    currency: Currency
    coupons: Annotated[list[CouponSales], Field(description="Those with the highest sales first.")]
    next_cursor: NextCursor
