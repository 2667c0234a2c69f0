"""Query parameters of lists of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, WithJsonSchema, model_validator

from shared.domain.behind import ALIASES, LISTED, NAMES, CounterOf
from shared.domain.period import Period
from shared.domain.tallies import COUPON_MONTHS, CUSTOMERS, PRODUCT_MONTHS, STORE_MONTHS, Tally
from shared.entry.cursor import TimeCursor
from shared.entry.period_query import Day, PeriodQuery
from shared.messages.wire import Identifier

if TYPE_CHECKING:
    from shared.dashboard.orders import Question


class OrdersQuery(PeriodQuery):
    """The orders behind a figure: of the store, or of one product, coupon or customer."""

    counter: Annotated[
        str,
        WithJsonSchema({"type": "string", "enum": sorted(NAMES)}),
        Field(
            description="The figure: a counter of the dashboard's summary, or of its products (`productId`),"
            " its coupons (`couponCode`) or a customer's card (`customerId`). An order that adds 0 is left"
            " out. An average has no orders of its own."
        ),
    ]
    product_id: Annotated[Identifier | None, Field(description="Only what orders add to this product.")] = (
        None
    )
    coupon_code: Annotated[Identifier | None, Field(description="Only what orders add to this coupon.")] = (
        None
    )
    customer_id: Annotated[
        Identifier | None,
        Field(description="Only what orders add to this customer: of all time, so without a period."),
    ] = None
    day: Annotated[Day | None, Field(description="One day, instead of a period.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="How many orders at most.")] = 50
    cursor: Annotated[
        TimeCursor | None,
        Field(
            description="`nextCursor` of the page before; leave it out for the first page. All pages are as"
            " of the instant of the first one, so they add up to `total`; ask for them within an hour."
        ),
    ] = None

    @model_validator(mode="after")
    def _check_row(self) -> Self:
        rows = {"productId": self.product_id, "couponCode": self.coupon_code, "customerId": self.customer_id}
        given = [name for name, of in rows.items() if of is not None]
        if len(given) > 1:
            raise ValueError(
                f"expected one of productId, couponCode and customerId, got {' and '.join(given)}"
            )
        has_period = self.year is not None or self.start_date is not None
        if self.day and has_period:
            raise ValueError(f"expected either day or a period, got day={self.day} and a period")
        if self.customer_id is not None and (self.day or has_period):
            raise ValueError("expected no period with customerId: a customer's figures are of all time")
        tally, _ = self._row()
        if self.counter not in (known := {*LISTED[tally], *ALIASES.get(tally, ())}):
            of = given[0] if given else "a store"
            raise ValueError(
                f"expected as counter of {of} one of {', '.join(sorted(known))}, got {self.counter}"
            )
        return self

    def _row(self) -> tuple[Tally, str]:
        for tally, of in (
            (PRODUCT_MONTHS, self.product_id),
            (COUPON_MONTHS, self.coupon_code),
            (CUSTOMERS, self.customer_id),
        ):
            if of is not None:
                return tally, of
        return STORE_MONTHS, ""

    def question(self) -> Question:
        """Return what is asked."""
        from shared.dashboard.orders import Question

        tally, of = self._row()
        counter = ALIASES.get(tally, {}).get(self.counter, self.counter)
        return Question(
            counter=CounterOf(tally=tally, counter=counter, of=of),
            period=Period(self.day, self.day) if self.day else self.period(),
            limit=self.limit,
            after=self.cursor,
        )
