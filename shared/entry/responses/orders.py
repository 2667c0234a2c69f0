"""Answers about orders."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.order import Status
from shared.domain.order_history import Happened
from shared.entry.responses import Currency, Instant, Missing, NextCursor, Shown, StoreId
from shared.entry.responses.dashboard import Day, PeriodShown

OrderId = Annotated[str, Field(description="The order's id.", examples=["o-1"])]
OrderStatus = Annotated[
    Status | None,
    Field(description="The status that it reached last; null for a step on the way without a name."),
]
CustomerId = Annotated[
    str | None, Field(description="Whose order it is; null for a guest's.", examples=["c-1"])
]
Amount = Annotated[float, Field(description="In the currency's major unit.", examples=[129.9])]
Adds = Annotated[
    float, Field(description="Money in the currency's major unit, everything else in pieces.", examples=[1])
]


class OrderListed(Shown):
    """An order, and what it adds to the figure."""

    order_id: OrderId
    created_at: Annotated[Instant, Field(description="When it was placed.")]
    customer_id: CustomerId
    status: OrderStatus
    price: Amount
    adds: Adds


class OrderPage(Shown):
    """A page of the orders behind a figure."""

    store_id: StoreId
    currency: Currency
    timezone: Annotated[str, Field(description="The store's time zone.", examples=["America/Sao_Paulo"])]
    counter: Annotated[str, Field(description="The figure.", examples=["totalRefundedOrders"])]
    period: Annotated[PeriodShown | None, Field(description="Null for a customer's, which is of all time.")]
    total: Annotated[
        float, Field(description="The figure: what all its orders add, over all pages.", examples=[20])
    ]
    orders: Annotated[list[OrderListed], Field(description="The newest first.")]
    next_cursor: NextCursor
    generated_at: Annotated[Instant, Field(description="The instant of the figure and of its orders.")]


class ItemShown(Shown):
    """One line of an order."""

    product_id: Annotated[str, Field(description="The product's id.", examples=["p-1"])]
    product_name: Annotated[str, Field(description="Its name.", examples=["Ceramic mug"])]
    img_card_url: Annotated[str | None, Field(description="Address of its picture, if it has one.")]
    quantity: Annotated[float, Field(description="How many.", examples=[1])]
    total: Amount


class FactShown(Shown):
    """Something that happened to the order."""

    at: Annotated[Instant, Field(description="When it happened, by the clock of who told it.")]
    what: Annotated[Status | Happened, Field(description="A status, or another fact.")]
    meaning: Annotated[str, Field(description="What it means for the figures now.")]
    event_id: Annotated[str | Missing, Field(description="The event that told it, where that is known.")] = (
        None
    )
    refund_id: Annotated[str | Missing, Field(description="Of a refund of a part.")] = None
    amount: Annotated[
        float | Missing, Field(description="What a refund of a part gave back, in the major unit.")
    ] = None


class ArrivalShown(Shown):
    """An event that told something new of the order."""

    event_id: Annotated[str, Field(description="The event's id.", examples=["stripe:evt_1"])]
    occurred_at: Annotated[Instant, Field(description="When it happened, by the clock of who told it.")]
    arrived_at: Annotated[Instant, Field(description="When it arrived; of an imported one, the import.")]
    told: Annotated[list[Status | Happened], Field(description="What was new.")]
    late: Annotated[bool, Field(description="Whether something that happened after it was known already.")]
    provider: Annotated[
        str | Missing, Field(description="The payment provider whose webhook told it.", examples=["stripe"])
    ] = None
    amount: Annotated[
        float | Missing, Field(description="What was paid or given back, in the currency's major unit.")
    ] = None


class ContributionShown(Shown):
    """What the order adds to one figure."""

    of: Annotated[Literal["store", "product", "coupon", "customer"], Field(description="Whose figure.")]
    id: Annotated[str | None, Field(description="Of the product, coupon or customer; null for the store.")]
    counter: Annotated[str, Field(description="The figure.", examples=["totalSales"])]
    adds: Adds


class OrderShown(Shown):
    """What is known of an order. Null stands for what only its creation tells, until that comes."""

    store_id: StoreId
    order_id: OrderId
    currency: Currency
    timezone: Annotated[str, Field(description="The time zone that it counts in.", examples=["UTC"])]
    status: OrderStatus
    customer_id: CustomerId
    former_customer_ids: Annotated[
        list[str], Field(description="Customers whose order it was, before it was amended.")
    ]
    created_at: Annotated[Instant | None, Field(description="When it was placed.")]
    day: Annotated[Day | None, Field(description="The day on which it counts.")]
    price: Annotated[float | None, Field(description="In the currency's major unit.", examples=[129.9])]
    coupon_code: Annotated[str | None, Field(description="Its coupon, if it has one.", examples=["TEN"])]
    items: Annotated[list[ItemShown], Field(description="Its lines.")]
    history: Annotated[list[FactShown], Field(description="What happened to it, in that order.")]
    arrivals: Annotated[
        list[ArrivalShown],
        Field(
            description="The newest 50 events that told something new, in the order in which they were"
            " counted. A repeat leaves no trace: it adds nothing."
        ),
    ]
    first_heard_at: Annotated[Instant, Field(description="When the first event about it arrived.")]
    last_changed_at: Annotated[
        Instant,
        Field(description="When the last event arrived that told anything new; repeats change nothing."),
    ]
    sale_counts: Annotated[bool, Field(description="Whether it counts as a sale.")]
    why: Annotated[str, Field(description="By which rule its sale counts or not.")]
    contribution: Annotated[
        list[ContributionShown], Field(description="What it adds to each figure; nothing else counts it.")
    ]
